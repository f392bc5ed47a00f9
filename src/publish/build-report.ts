/**
 * The report of a build, for people and scripts.
 */

import { defined } from '../model/defined.ts';
import type { Digest } from '../model/digest.ts';
import type { PublishReport } from './publish.ts';

/** A published summary of any layout. */
export interface SummaryReport {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  readonly storedSize: number;
  readonly packages: number;
  /** Older versions with a delta to this one, newest first. */
  readonly history: readonly { readonly sha256: Digest; readonly deltaSize: number }[];
}

/** A layout's report on the tree it planned. */
export interface TreeReport {
  readonly layout: string;
  /** What the tree says about itself, such as its `version`. */
  readonly state: Readonly<Record<string, string | number>>;
  /** Stored bytes of the entry point that clients fetch first. */
  readonly indexSize: number;
  /** Number of package records or refs. One listed by several architectures counts once. */
  readonly packages: number;
  readonly summaries: readonly SummaryReport[];
}

/** The result of a build. All sizes are in stored bytes unless stated otherwise. */
export interface BuildReport extends TreeReport {
  /** False if the tree was already up to date and nothing was written. */
  readonly changed: boolean;
  /** Number of input files read, and the files that no reader recognises. */
  readonly files: number;
  readonly skipped: readonly string[];
  readonly written: readonly { readonly path: string; readonly size: number }[];
  readonly writtenBytes: number;
  readonly pruned: readonly string[];
  /** Bytes a client of the previous version fetches: the index and the largest of the newest deltas. Absent without a delta. */
  readonly updateBytes?: number;
  /** Bytes a new client fetches: the index and the largest summary. */
  readonly firstBytes: number;
  /** What the user should know although nothing failed, as it was reported to `progress.warn`. */
  readonly warnings: readonly string[];
}

/** Sums up a build. */
export function reportBuild(
  tree: TreeReport,
  published: PublishReport,
  read: { readonly files: number; readonly skipped: readonly string[] },
): Omit<BuildReport, 'warnings'> {
  const { summaries, indexSize } = tree;
  const { written, pruned } = published;
  const newestDeltas = summaries.flatMap((entry) => entry.history.slice(0, 1).map((old) => old.deltaSize));
  return {
    ...tree,
    changed: written.length + pruned.length > 0,
    files: read.files,
    skipped: read.skipped,
    written,
    writtenBytes: written.reduce((sum, file) => sum + file.size, 0),
    pruned,
    ...defined({ updateBytes: newestDeltas.length === 0 ? undefined : indexSize + Math.max(...newestDeltas) }),
    firstBytes: indexSize + Math.max(0, ...summaries.map((entry) => entry.storedSize)),
  };
}
