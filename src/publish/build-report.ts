/**
 * What a build did, in the figures that a person or a script wants to know.
 */
import type { SignedIndex, SummaryEntry } from '../model/repository-index.ts';
import type { PublishReport } from './publish.ts';

/** The result of a build. All sizes are in stored bytes unless they say otherwise. */
export interface BuildReport {
  readonly version: number;
  /** False where the tree held everything already and nothing was written. */
  readonly changed: boolean;
  /** Input files that were read, and those that no reader recognises. */
  readonly files: number;
  readonly skipped: readonly string[];
  /** Package records, each once however many architectures list it. */
  readonly packages: number;
  readonly summaries: readonly SummaryEntry[];
  readonly written: readonly { readonly path: string; readonly size: number }[];
  readonly writtenBytes: number;
  readonly pruned: readonly string[];
  readonly indexSize: number;
  /** What a client fetches that has the version before: the index and the largest of the newest deltas; undefined without one. */
  readonly updateBytes?: number;
  /** What a new client fetches: the index and the largest summary. */
  readonly firstBytes: number;
}

/** Sums up a build. */
export function reportBuild(
  plan: { readonly signed: SignedIndex; readonly packages: number; readonly index: { readonly bytes: Uint8Array } },
  published: PublishReport,
  read: { readonly files: number; readonly skipped: readonly string[] },
): BuildReport {
  const { version, summaries } = plan.signed;
  const indexSize = plan.index.bytes.length;
  const newestDeltas = summaries.flatMap((entry) => entry.history.slice(0, 1).map((old) => old.deltaSize));
  return {
    version,
    changed: published.written.length + published.pruned.length > 0,
    files: read.files,
    skipped: read.skipped,
    packages: plan.packages,
    summaries,
    written: published.written,
    writtenBytes: published.written.reduce((sum, file) => sum + file.size, 0),
    pruned: published.pruned,
    indexSize,
    ...(newestDeltas.length === 0 ? {} : { updateBytes: indexSize + Math.max(...newestDeltas) }),
    firstBytes: indexSize + Math.max(0, ...summaries.map((entry) => entry.storedSize)),
  };
}
