/**
 * What a build did, in the figures that a person or a script wants to know.
 */
import type { SummaryEntry } from '../layouts/native/format/repository-index.ts';
import type { PublishReport } from './publish.ts';

/** The kinds of tree that can be built. */
export type LayoutName = 'native' | 'flatpak';

/** A summary that was published: what there is to say of one in any layout. */
export type SummaryReport = Pick<
  SummaryEntry,
  'arch' | 'subset' | 'sha256' | 'size' | 'storedSize' | 'packages' | 'history'
>;

/** What a layout says of the tree that it planned. */
export interface TreeReport {
  readonly layout: LayoutName;
  /** Of the native layout: grows by one with every change. */
  readonly version?: number;
  /** Of the flatpak layout: when the repository last changed, in seconds since 1970. */
  readonly lastModified?: number;
  /** Package records, or refs: each once however many architectures list it. */
  readonly packages: number;
  readonly summaries: readonly SummaryReport[];
}

/** The result of a build. All sizes are in stored bytes unless they say otherwise. */
export interface BuildReport extends TreeReport {
  /** False where the tree held everything already and nothing was written. */
  readonly changed: boolean;
  /** Input files that were read, and those that no reader recognises. */
  readonly files: number;
  readonly skipped: readonly string[];
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
  tree: TreeReport,
  published: PublishReport,
  read: { readonly files: number; readonly skipped: readonly string[] },
): BuildReport {
  const { summaries } = tree;
  const { written, pruned, indexSize } = published;
  const newestDeltas = summaries.flatMap((entry) => entry.history.slice(0, 1).map((old) => old.deltaSize));
  return {
    ...tree,
    changed: written.length + pruned.length > 0,
    files: read.files,
    skipped: read.skipped,
    written,
    writtenBytes: written.reduce((sum, file) => sum + file.size, 0),
    pruned,
    indexSize,
    ...(newestDeltas.length === 0 ? {} : { updateBytes: indexSize + Math.max(...newestDeltas) }),
    firstBytes: indexSize + Math.max(0, ...summaries.map((entry) => entry.storedSize)),
  };
}
