/**
 * The old summary: one file with all refs, for clients before flatpak 1.9, for plain OSTree, and for copies on USB sticks. It may
 * be limited to some architectures, because old clients refuse one that is larger than 10 MiB.
 */
import { OLD_SUMMARY_PATH } from '../../flatpak/paths.ts';
import type { OstreeRepository } from '../../flatpak/repository.ts';
import { oldSummaryArches } from '../../flatpak/repository-metadata.ts';
import { encodeOldSummary, type PackedRef } from '../../flatpak/summary.ts';
import type { Packed } from '../../gvariant/pack.ts';
import type { Progress } from '../../model/progress.ts';
import type { ReadableTree } from '../../publish/tree.ts';
import type { PublishedIndex } from './published-index.ts';
import { readPublishedCommits } from './published-summary.ts';
import type { ReadyRef } from './ready-ref.ts';

/** What libostree before 2023.4 reads at most, in bytes. */
const OLD_LIMIT = 10 * 1024 * 1024;

/** What the old summary is made of. */
export interface OldSummaryInput {
  readonly repository: OstreeRepository;
  readonly refs: readonly ReadyRef[];
  /** Facts about the repository, as in the index. */
  readonly metadata: readonly (readonly [string, Packed])[];
  /** The summaries that were published before, and where. */
  readonly published: PublishedIndex | undefined;
  readonly previous: ReadableTree;
  readonly exact: boolean;
  readonly progress: Progress;
}

/** The bytes of the old summary. */
export async function draftOldSummary(input: OldSummaryInput): Promise<Uint8Array> {
  const { repository, refs, metadata, exact, progress } = input;
  const { config, staticDeltas } = repository;
  const arches = oldSummaryArches(config);
  const named = refs.filter(({ parsed: { arch, subset } }) => {
    return subset === undefined && (arch === undefined || arches === undefined || arches.includes(arch));
  });
  const commits = new Set(named.map(({ commit }) => commit));
  const shown = exact ? refs.filter(({ commit }) => commits.has(commit)) : named;
  const deltas = staticDeltas.filter(({ to }) => commits.has(to));
  const bytes = encodeOldSummary(
    exact ? await withRareAgain(shown, input) : shown.map(({ packed }) => packed),
    metadata,
    staticDeltas.length === 0 ? undefined : deltas,
  );
  if (bytes.length > OLD_LIMIT) {
    progress.warn(
      `${OLD_SUMMARY_PATH}: ${bytes.length} bytes, and OSTree before 2023.4 reads at most ${OLD_LIMIT}; ` +
        'name fewer architectures in summary-arches of [flatpak]',
    );
  }
  return bytes;
}

// flatpak takes what it knows of a commit from its own summaries of the last time, and with it the order that a hash table gave.
async function withRareAgain(
  refs: readonly ReadyRef[],
  { published, previous }: OldSummaryInput,
): Promise<readonly PackedRef[]> {
  const known = await readPublishedCommits(published?.summaries.map(({ sha256 }) => sha256) ?? [], previous);
  return refs.map(({ commit, packed }) =>
    packed.rareAgain !== undefined && known.has(commit) ? { ...packed, rare: packed.rareAgain } : packed,
  );
}
