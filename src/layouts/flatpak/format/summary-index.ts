/**
 * `summary.idx`: the digest of every summary and of its older versions, and facts about the repository. It alone says what the
 * newest state is. FLATPAK.md, "Index". Refuses bytes that are not in normal form: clients would crash on them.
 */
import { parseHex } from '../../../bytes/bytes.ts';
import { checkNormal } from '../../../glib/gvariant/check-normal.ts';
import {
  type Packed,
  packArray,
  packBytes,
  packDictionary,
  packString,
  packTuple,
} from '../../../glib/gvariant/pack.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import type { Digest } from '../../../model/digest.ts';
import { digestIn } from '../../../ostree/commit.ts';

/** The type of an index: name, digest, history and facts of each summary; facts about the repository. */
const INDEX_TYPE = '(a{s(ayaaya{sv})}a{sv})';

/** When the repository last changed, in seconds since 1970. */
export const LAST_MODIFIED_KEY = 'ostree.summary.last-modified';

/** A summary as an index names it. */
export interface IndexEntry {
  /** `<arch>` or `<subset>-<arch>`. */
  readonly name: string;
  readonly sha256: Digest;
  /** Older versions that have a delta to this one, newest first. */
  readonly history: readonly Digest[];
}

/** A parsed index. */
export interface SummaryIndex {
  readonly summaries: readonly IndexEntry[];
  /** Facts about the repository: `a{sv}`. */
  readonly metadata: Variant;
  readonly lastModified: bigint | undefined;
}

/** What the name of a summary in an index says. */
export interface EntryName {
  readonly arch: string;
  /** Undefined for the summary of a whole architecture. */
  readonly subset?: string;
}

/** The name of a summary in an index. */
export function formatEntryName(arch: string, subset: string | undefined): string {
  return subset === undefined ? arch : `${subset}-${arch}`;
}

/** Splits a name as clients do: at the first hyphen. */
export function parseEntryName(name: string): EntryName {
  const dash = name.indexOf('-');
  return dash < 0 ? { arch: name } : { arch: name.slice(dash + 1), subset: name.slice(0, dash) };
}

/** Encodes an index. Summaries must be in the order of their names' bytes. */
export function encodeSummaryIndex(
  summaries: readonly IndexEntry[],
  metadata: readonly (readonly [string, Packed])[],
): Uint8Array {
  const entries = summaries.map(({ name, sha256, history }) => {
    const older = packArray(
      'ay',
      history.map((digest) => packBytes(parseHex(digest))),
    );
    return packTuple([packString(name), packTuple([packBytes(parseHex(sha256)), older, packDictionary([])])], 'entry');
  });
  return packTuple([packArray('{s(ayaaya{sv})}', entries), packDictionary(metadata)]).bytes;
}

/** Parses an index. Throws a format error unless it is one, in normal form. */
export function parseSummaryIndex(bytes: Uint8Array): SummaryIndex {
  const index = checkNormal(new Variant(INDEX_TYPE, bytes));
  const metadata = index.child(1);
  return {
    summaries: [...index.child(0).children()].map((entry) => {
      const about = entry.child(1);
      return {
        name: entry.child(0).string(),
        sha256: digestIn(about.child(0)),
        history: [...about.child(1).children()].map((digest) => digestIn(digest)),
      };
    }),
    metadata,
    lastModified: metadata.lookup(LAST_MODIFIED_KEY, 't')?.uint64('big'),
  };
}
