/**
 * Plans a flatpak tree: what `flatpak build-update-repo` writes into an OSTree repository, from which unmodified flatpak clients
 * update. FLATPAK.md, "What is written". Decides what the tree holds; `publish/` writes it.
 */

import { Limiter } from '../../../async/limiter.ts';
import { encodeText } from '../../../bytes/bytes.ts';
import { withKey } from '../../../glib/keyfile.ts';
import { defined } from '../../../model/defined.ts';
import type { Digest } from '../../../model/digest.ts';
import type { Signer } from '../../../model/signer.ts';
import { encodeDeltaIndex, type StaticDelta } from '../../../ostree/delta-index.ts';
import { CONFIG_PATH, DELTA_INDEXES_PATH, deltaIndexPath, refPath, staticDeltaPath } from '../../../ostree/paths.ts';
import type { TreeReport } from '../../../publish/build-report.ts';
import { nojekyllFor } from '../../../publish/hosts/nojekyll.ts';
import type { PublishReport } from '../../../publish/publish.ts';
import type { ReadableTree, Tree } from '../../../publish/tree.ts';
import { type MutableFile, mutableFile, type PlannedFile, type TreePlan } from '../../../publish/tree-plan.ts';
import type { OpenRepository } from '../../../readers/ostree/open-repository.ts';
import type { BuildSession } from '../../../work/build-session.ts';
import {
  type FlatpakPath,
  flatpakSummaryPath,
  OLD_SUMMARY_PATH,
  parseFlatpakPath,
  SUMMARIES_PATH,
  SUMMARY_INDEX_PATH,
  summaryDeltaPath,
} from '../format/paths.ts';
import type { FlatpakSettings } from '../settings.ts';
import { checkRepository } from './check-repository.ts';
import { draftSummaries, type FlatpakSummaryDraft } from './draft-summaries.ts';
import { planFlatpakHistories } from './history.ts';
import { nextIndex } from './next-index.ts';
import { draftOldSummary } from './old-summary.ts';
import { type PackTasks, packRefs } from './pack-refs.ts';
import { findPublishedSummary, type PublishedIndex, readPublishedSummaryIndex } from './published.ts';
import { withPublishedSubsets } from './published-subsets.ts';
import { retainedPaths } from './retained-paths.ts';
import { makeSignatures, type SignatureFiles } from './signatures.ts';

/** The tasks of the flatpak layout. */
export interface FlatpakTasks extends PackTasks {
  /** Compresses a summary. */
  compressSummary(job: { readonly bytes: Uint8Array; readonly transfer?: readonly unknown[] }): Promise<Uint8Array>;
}

/** What a flatpak tree is made from. */
export interface FlatpakInput extends BuildSession<FlatpakTasks> {
  readonly repository: OpenRepository;
  readonly previous: ReadableTree;
  readonly output: Tree;
  readonly signer: Signer | undefined;
  /** Seconds since 1970. Used only if the tree has to be exactly what flatpak writes. */
  readonly now: bigint;
}

/** How it is made. */
export interface FlatpakOptions extends FlatpakSettings {
  /** The most older versions of each summary that keep a delta. */
  readonly history: number;
}

/** A summary of the new tree, and its older versions, newest first. */
export interface PlannedSummary extends FlatpakSummaryDraft {
  readonly history: readonly Digest[];
}

/** A plan, and what is reported about it. */
export interface FlatpakPlan extends TreePlan {
  /** When the repository last changed, in seconds since 1970. */
  readonly lastModified: bigint;
  readonly refs: number;
  readonly summaries: readonly PlannedSummary[];
}

/** Plans a flatpak tree. Throws a metadata error for everything that no client could use. */
export async function planFlatpak(input: FlatpakInput, options: FlatpakOptions): Promise<FlatpakPlan> {
  const { repository, workspace, previous, output, progress, signal } = input;
  const published = await readPublishedSummaryIndex(previous);
  const found = await packRefs(repository, input);
  if (found.count === 0) {
    progress.warn(`${repository.location}: no refs, so an empty repository is published: clients find nothing in it`);
  }
  const refs = options.exact ? await withPublishedSubsets(found, published, previous) : found;
  await checkRepository(refs, { ...input, ...options });
  const drafts = await draftSummaries(refs, { ...options, workspace, signal });
  const histories = await planFlatpakHistories(drafts, published, { ...options, previous, progress, signal });
  const summaries = drafts.map((draft, i) => ({ ...draft, history: histories[i]?.older ?? [] }));
  const index = await nextIndex(summaries, published, { ...input, ...options, refs });
  const oldSummary = await draftOldSummary({ ...input, ...options, refs, metadata: index.metadata });
  const signatures = await makeSignatures({ ...input, published, index: index.bytes, oldSummary });
  const retained = await retainedPaths(summaries, published, output, options);
  return {
    lastModified: index.lastModified,
    refs: refs.count,
    summaries,
    files: [...planSummaries(drafts, published, input), ...histories.flatMap(({ files }) => files)],
    // Clients of the old summary read none of the other files, so it need not be written together with the index.
    mutable: [
      ...filesOf(signatures, 'signature'),
      ...planDeltaIndexes(repository.staticDeltas),
      mutableFile(CONFIG_PATH, encodeText(withKey(repository.configText, 'core', 'indexed-deltas', 'true'))),
      { path: OLD_SUMMARY_PATH, sha256: oldSummary.sha256, content: async () => oldSummary.chunks() },
      ...filesOf(signatures, 'old-signature'),
      ...filesOf(signatures, 'index-signature'),
      mutableFile(SUMMARY_INDEX_PATH, index.bytes),
    ],
    hostFiles: options.exact ? [] : nojekyllFor(pathsNamedFreely(repository)),
    directories: [SUMMARIES_PATH, DELTA_INDEXES_PATH],
    owns: (path) => parseFlatpakPath(path) !== undefined && !retained.has(path),
  };
}

/** The paths that clients fetch whose names are not digests or words: any of them may begin with an underscore. */
function pathsNamedFreely({ refs, staticDeltas }: OpenRepository): readonly string[] {
  return [
    ...refs.map(({ name }) => refPath(name)),
    ...staticDeltas.flatMap((delta) => [staticDeltaPath(delta), deltaIndexPath(delta.to)]),
  ];
}

function filesOf(signatures: SignatureFiles, kind: FlatpakPath['kind']): readonly MutableFile[] {
  const found = [...signatures].filter(([path]) => parseFlatpakPath(path)?.kind === kind);
  return found.map(([path, bytes]) => mutableFile(path, bytes));
}

/**
 * The files of the summaries. A published one is copied, so it stays the same however it was compressed. Of the others, no more are
 * encoded at a time than tasks may be pending: each takes some megabytes.
 */
function planSummaries(
  drafts: readonly FlatpakSummaryDraft[],
  published: PublishedIndex | undefined,
  { tasks, maxPending, previous }: FlatpakInput,
): readonly PlannedFile[] {
  const limiter = new Limiter(maxPending);
  const known = new Set(published?.summaries.map(({ sha256 }) => sha256));
  const storedBytes = async ({ sha256, encode }: FlatpakSummaryDraft): Promise<Uint8Array> => {
    const before = known.has(sha256) ? await findPublishedSummary(sha256, previous) : undefined;
    if (before !== undefined) return before.stored;
    const bytes = await encode();
    return tasks.compressSummary({ bytes, transfer: [bytes.buffer] });
  };
  return drafts.map((draft) => ({
    path: flatpakSummaryPath(draft.sha256),
    content: () => limiter.run(() => storedBytes(draft)),
  }));
}

/** One file for each commit that static deltas lead to. */
function planDeltaIndexes(deltas: readonly StaticDelta[]): readonly MutableFile[] {
  const byTarget = new Map<Digest, StaticDelta[]>();
  for (const delta of deltas) byTarget.set(delta.to, [...(byTarget.get(delta.to) ?? []), delta]);
  return [...byTarget].map(([to, found]) => mutableFile(deltaIndexPath(to), encodeDeltaIndex(found)));
}

/** The figures of a published tree. */
export function reportFlatpakTree(plan: FlatpakPlan, { sizeOf }: PublishReport): TreeReport {
  return {
    layout: 'flatpak',
    state: { lastModified: Number(plan.lastModified) },
    indexSize: sizeOf(SUMMARY_INDEX_PATH),
    packages: plan.refs,
    summaries: plan.summaries.map(({ arch, subset, sha256, size, refs, history }) => ({
      arch,
      ...defined({ subset }),
      sha256,
      size,
      storedSize: sizeOf(flatpakSummaryPath(sha256)),
      packages: refs,
      history: history.map((old) => ({ sha256: old, deltaSize: sizeOf(summaryDeltaPath(old, sha256)) })),
    })),
  };
}
