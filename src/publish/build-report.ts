/**
 * What a build did, in the figures that a person or a script wants to know.
 */

import { defined } from '../model/defined.ts';
import type { Digest } from '../model/digest.ts';
import type { PublishReport } from './publish.ts';

/** A published summary, in any layout. */
export interface SummaryReport {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  readonly storedSize: number;
  readonly packages: number;
  /** Older versions that have a delta to this one, newest first. */
  readonly history: readonly { readonly sha256: Digest; readonly deltaSize: number }[];
}

/** What a layout says about the tree that it planned. */
export interface TreeReport {
  readonly layout: string;
  /** What the tree says about itself, such as its `version`. */
  readonly state: Readonly<Record<string, string | number>>;
  /** Stored bytes of the entry point that clients load first. */
  readonly indexSize: number;
  /** Package records or refs, each counted once however many architectures list it. */
  readonly packages: number;
  readonly summaries: readonly SummaryReport[];
}

/** The result of a build. All sizes are in stored bytes unless they say otherwise. */
export interface BuildReport extends TreeReport {
  /** False if the tree already held everything, and nothing was written. */
  readonly changed: boolean;
  /** Input files that were read, and those that no reader recognises. */
  readonly files: number;
  readonly skipped: readonly string[];
  readonly written: readonly { readonly path: string; readonly size: number }[];
  readonly writtenBytes: number;
  readonly pruned: readonly string[];
  /** What a client of the previous version fetches: the index and the largest of the newest deltas; absent if there is no delta. */
  readonly updateBytes?: number;
  /** What a new client fetches: the index and the largest summary. */
  readonly firstBytes: number;
}

/** Sums up a build. */
export function reportBuild(
  tree: TreeReport,
  published: PublishReport,
  read: { readonly files: number; readonly skipped: readonly string[] },
): BuildReport {
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
