/**
 * The report of a build, for people and scripts.
 */

import type { UnreadFiles } from '../catalogue/read/unread-files.ts';
import { defined } from '../model/defined.ts';
import type { Digest } from '../model/digest.ts';
import type { PackageFile } from '../model/package-file.ts';
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
  /** Number of different names of packages; a package may have several records. Absent for refs. */
  readonly names?: number;
  readonly summaries: readonly SummaryReport[];
}

/** The files of packages in a build. All sizes are in bytes. */
export interface PackageFilesReport {
  /** Number of files that records name, and their bytes. */
  readonly files: number;
  readonly size: number;
  /** Those that this build has hashed, because no earlier build had or they have changed. */
  readonly hashed: { readonly files: number; readonly bytes: number };
  /** New files in the tree: copies, and hard links to the files of the input. */
  readonly copied: readonly PackageFile[];
  readonly linked: readonly PackageFile[];
  /** Paths of files that were removed from the tree. */
  readonly removed: readonly string[];
}

/** The result of a build. All sizes are in stored bytes unless stated otherwise. */
export interface BuildReport extends TreeReport {
  /** Absent if the configuration has no `packages`. */
  readonly packageFiles?: PackageFilesReport;
  /** False if the tree was already up to date and nothing was written. */
  readonly changed: boolean;
  /** Number of input files read, and the files that no reader recognises or that repeat others, without `inputs:`. */
  readonly files: number;
  readonly skipped: readonly string[];
  /** Those of the skipped files that may be metadata, by kind, and how to have them read. Absent if there are none. */
  readonly unread?: UnreadFiles;
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

/** What a build has read. */
export interface ReadFiles {
  readonly files: number;
  readonly skipped: readonly string[];
  readonly unread?: UnreadFiles;
  readonly packages?: { readonly files: readonly PackageFile[]; readonly hashed: PackageFilesReport['hashed'] };
}

/** Sums up a build. */
export function reportBuild(
  tree: TreeReport,
  published: PublishReport,
  read: ReadFiles,
): Omit<BuildReport, 'warnings'> {
  const { summaries, indexSize } = tree;
  const { written, pruned, packages } = published;
  const newestDeltas = summaries.flatMap((entry) => entry.history.slice(0, 1).map((old) => old.deltaSize));
  return {
    ...tree,
    ...defined({ packageFiles: read.packages && { ...countPackages(read.packages), ...packages } }),
    changed: [written, pruned, packages.copied, packages.linked, packages.removed].some(({ length }) => length > 0),
    files: read.files,
    skipped: read.skipped,
    ...defined({ unread: read.unread }),
    written,
    writtenBytes: written.reduce((sum, file) => sum + file.size, 0),
    pruned,
    ...defined({ updateBytes: newestDeltas.length === 0 ? undefined : indexSize + Math.max(...newestDeltas) }),
    firstBytes: indexSize + Math.max(0, ...summaries.map((entry) => entry.storedSize)),
  };
}

function countPackages({
  files,
  hashed,
}: NonNullable<ReadFiles['packages']>): Pick<PackageFilesReport, 'files' | 'size' | 'hashed'> {
  return { files: files.length, size: files.reduce((sum, { size }) => sum + size, 0), hashed };
}
