/**
 * The flatpak layout: what `flatpak build-update-repo` writes into an OSTree repository, so that the unmodified flatpak client
 * updates from it. FLATPAK.md. Decides what the tree shall hold; `publish/` makes it so.
 */

import { Limiter } from '../../../async/limiter.ts';
import { encodeText } from '../../../bytes/bytes.ts';
import { withKey } from '../../../glib/keyfile.ts';
import type { Digest } from '../../../model/digest.ts';
import type { Signer } from '../../../model/signer.ts';
import { CONFIG_PATH, DELTA_INDEXES_PATH } from '../../../ostree/paths.ts';
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
} from '../format/paths.ts';
import type { FlatpakSettings } from '../settings.ts';
import { checkRepository } from './check-repository.ts';
import { planDeltaIndexes } from './delta-indexes.ts';
import { draftSummaries, type SummaryDraft } from './draft-summaries.ts';
import { planHistories } from './history.ts';
import { nextIndex } from './next-index.ts';
import { draftOldSummary } from './old-summary.ts';
import { type PackTasks, packRefs } from './pack-refs.ts';
import { type PublishedIndex, readPublishedIndex } from './published-index.ts';
import { withPublishedSubsets } from './published-subsets.ts';
import { findPublishedSummary } from './published-summary.ts';
import { retainedPaths } from './retained-paths.ts';
import { makeSignatures, type SignatureFiles } from './signatures.ts';

/** The tasks of the flatpak layout. */
export interface FlatpakTasks extends PackTasks {
  /** The stored bytes of a summary, from the canonical ones. */
  compressSummary(job: { readonly bytes: Uint8Array; readonly transfer?: readonly unknown[] }): Promise<Uint8Array>;
}

/** What the flatpak layout is given. */
export interface FlatpakInput extends BuildSession<FlatpakTasks> {
  readonly repository: OpenRepository;
  readonly previous: ReadableTree;
  readonly output: Tree;
  readonly signer: Signer | undefined;
  /** Seconds since 1970. Nothing depends on it unless the tree shall be exactly what flatpak writes. */
  readonly now: bigint;
}

/** How the flatpak layout is to be written. */
export interface FlatpakOptions extends FlatpakSettings {
  /** How many older versions of each summary keep a delta. */
  readonly history: number;
}

/** A summary of the tree to come and its older versions, newest first. */
export interface PlannedSummary extends SummaryDraft {
  readonly history: readonly Digest[];
}

/** A plan, and what it is about. */
export interface FlatpakPlan extends TreePlan {
  /** When the repository last changed, in seconds since 1970. */
  readonly lastModified: bigint;
  readonly refs: number;
  readonly summaries: readonly PlannedSummary[];
}

/** Plans a flatpak tree. Throws a metadata error for what no client could use. */
export async function planFlatpak(input: FlatpakInput, options: FlatpakOptions): Promise<FlatpakPlan> {
  const { repository, workspace, previous, output, progress } = input;
  const published = await readPublishedIndex(previous);
  const found = await packRefs(repository, input);
  const refs = options.exact ? await withPublishedSubsets(found, published, previous) : found;
  await checkRepository(refs, { ...input, ...options });
  const drafts = await draftSummaries(refs, { ...options, workspace });
  const histories = await planHistories(drafts, published, { ...options, previous, progress });
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
    // Whoever reads the old summary reads nothing else of these, so it does not matter that the index comes last.
    mutable: [
      ...filesOf(signatures, 'signature'),
      ...planDeltaIndexes(repository.staticDeltas),
      mutableFile(CONFIG_PATH, encodeText(withKey(repository.configText, 'core', 'indexed-deltas', 'true'))),
      { path: OLD_SUMMARY_PATH, sha256: oldSummary.sha256, content: async () => oldSummary.pieces() },
      ...filesOf(signatures, 'old-signature'),
      ...filesOf(signatures, 'index-signature'),
      mutableFile(SUMMARY_INDEX_PATH, index.bytes),
    ],
    directories: [SUMMARIES_PATH, DELTA_INDEXES_PATH],
    owns: (path) => parseFlatpakPath(path) !== undefined && !retained.has(path),
  };
}

function filesOf(signatures: SignatureFiles, kind: FlatpakPath['kind']): readonly MutableFile[] {
  const found = [...signatures].filter(([path]) => parseFlatpakPath(path)?.kind === kind);
  return found.map(([path, bytes]) => mutableFile(path, bytes));
}

/**
 * The files of the summaries: what was published stays what it is, however it was compressed. No more of the others are encoded
 * at a time than tasks may be waited for: each is some megabytes.
 */
function planSummaries(
  drafts: readonly SummaryDraft[],
  published: PublishedIndex | undefined,
  { tasks, maxPending, previous }: FlatpakInput,
): readonly PlannedFile[] {
  const limiter = new Limiter(maxPending);
  const known = new Set(published?.summaries.map(({ sha256 }) => sha256));
  const storedBytes = async ({ sha256, encode }: SummaryDraft): Promise<Uint8Array> => {
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
