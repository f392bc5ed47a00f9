/**
 * The index: the one mutable file of a published tree, and all that a client polls. FORMAT.md, section "Index".
 */
import type { Digest } from '../../../model/digest.ts';

/** An older version of a summary that still has a delta to the newest. Sizes are in bytes. */
export interface HistoryEntry {
  readonly sha256: Digest;
  readonly deltaSize: number;
}

/** The first part of a summary, which lists the buckets; enough to read one bucket without the rest. */
export interface HeaderEntry {
  readonly sha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  /** Stored bytes: the length of the first gzip member of the file. */
  readonly storedSize: number;
}

/** One summary: everything of one arch, or of one subset of it. */
export interface SummaryEntry {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  /** Stored bytes: the length of `summaries/<sha256>.gz`. */
  readonly storedSize: number;
  readonly packages: number;
  readonly header: HeaderEntry;
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
}

/** A file that the index vouches for by digest and length in canonical bytes. */
export interface FileEntry {
  readonly sha256: Digest;
  readonly size: number;
}

/** `combined.jsonl.gz`: which architectures it holds, and how large it is. */
export interface CombinedEntry extends FileEntry {
  /** Stored bytes. */
  readonly storedSize: number;
  readonly packages: number;
  readonly arches: readonly string[];
}

/** What a signature covers. */
export interface SignedIndex {
  readonly format: 'repomill/1';
  /** Grows by one with every published change, never otherwise. */
  readonly version: number;
  readonly name: string;
  readonly title?: string;
  /** What the subsets mean. */
  readonly subsets?: readonly SubsetEntry[];
  readonly summaries: readonly SummaryEntry[];
  /** `combined.jsonl.gz`, if there is one: digest and length of the uncompressed lines. */
  readonly combined?: CombinedEntry;
  /** The zlib dictionary that the files in `details/` were compressed with, if there is one. */
  readonly dictionary?: FileEntry;
}

/** A subset and its rule, in the query language; without one, the records that carry the name in their `subsets`. */
export interface SubsetEntry {
  readonly name: string;
  readonly where?: string;
}

/** The document `index.json`. */
export interface RepositoryIndex {
  readonly signed: SignedIndex;
  readonly signatures: readonly unknown[];
}
