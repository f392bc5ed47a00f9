/**
 * The old summary: one file with all refs, for clients before flatpak 1.9, for plain OSTree, and for copies on USB sticks. It may
 * be limited to some architectures, because old clients refuse one that is larger than 10 MiB.
 */
import { OLD_SUMMARY_PATH } from '../../flatpak/paths.ts';
import type { OstreeRepository } from '../../flatpak/repository.ts';
import { oldSummaryArches } from '../../flatpak/repository-metadata.ts';
import { type PackedRef, packOldSummary } from '../../flatpak/summary.ts';
import { type Packed, packDictionary } from '../../gvariant/pack.ts';
import type { Digest } from '../../model/digest.ts';
import type { Progress } from '../../model/progress.ts';
import { digestOf, digestOfParts } from '../../platform/sync-sha256.ts';
import type { Workspace } from '../../platform/workspace.ts';
import type { ReadableTree } from '../../publish/tree.ts';
import { conclude } from './conclude.ts';
import type { Refs } from './pack-refs.ts';
import type { PublishedIndex } from './published-index.ts';
import { readPublishedCommits } from './published-summary.ts';
import type { ReadyRef } from './ready-ref.ts';

/** What libostree before 2023.4 reads at most, in bytes. */
const OLD_LIMIT = 10 * 1024 * 1024;

/** What the old summary is made of. */
export interface OldSummaryInput {
  readonly repository: OstreeRepository;
  readonly refs: Refs;
  /** Facts about the repository, as in the index. */
  readonly metadata: readonly (readonly [string, Packed])[];
  /** The summaries that were published before, and where. */
  readonly published: PublishedIndex | undefined;
  readonly previous: ReadableTree;
  readonly exact: boolean;
  readonly workspace: Workspace;
  readonly progress: Progress;
}

/** The old summary to come. */
export interface OldSummaryDraft {
  readonly sha256: Digest;
  readonly size: number;
  /** Its bytes, in pieces. */
  pieces(): readonly Uint8Array[];
}

/** Drafts the old summary. */
export async function draftOldSummary(input: OldSummaryInput): Promise<OldSummaryDraft> {
  const { repository, refs, metadata, exact, workspace, progress } = input;
  const { config, staticDeltas } = repository;
  const arches = oldSummaryArches(config);
  const again = exact ? await commitsPublishedBefore(input) : new Set<Digest>();
  let made: Packed | undefined;
  const packed = (): Packed => {
    made ??= pack(refs.ready(), again, input);
    return made;
  };
  const measure = (): { sha256: Digest; size: number } => {
    return { sha256: digestOfParts(packed().pieces), size: packed().size };
  };
  const premises = [refs.key, digestOf(packDictionary(metadata).bytes), staticDeltas, arches];
  const draft = exact ? measure() : conclude('old summary', premises, workspace, measure);
  if (draft.size > OLD_LIMIT) {
    progress.warn(
      `${OLD_SUMMARY_PATH}: ${draft.size} bytes, and OSTree before 2023.4 reads at most ${OLD_LIMIT}; ` +
        'name fewer architectures in summary-arches of [flatpak]',
    );
  }
  return { ...draft, pieces: () => packed().pieces };
}

function pack(
  refs: readonly ReadyRef[],
  again: ReadonlySet<Digest>,
  { repository: { config, staticDeltas }, metadata, exact }: OldSummaryInput,
): Packed {
  const arches = oldSummaryArches(config);
  const named = refs.filter(({ parsed: { arch, subset } }) => {
    return subset === undefined && (arch === undefined || arches === undefined || arches.includes(arch));
  });
  const commits = new Set(named.map(({ commit }) => commit));
  const shown = exact ? refs.filter(({ commit }) => commits.has(commit)) : named;
  return packOldSummary(
    shown.map(({ commit, packed }) => (again.has(commit) ? asReadAgain(packed) : packed)),
    metadata,
    staticDeltas.length === 0 ? undefined : staticDeltas.filter(({ to }) => commits.has(to)),
  );
}

// flatpak takes what it knows of a commit from its own summaries of the last time, and with it the order that a hash table gave.
function commitsPublishedBefore({ published, previous }: OldSummaryInput): Promise<ReadonlySet<Digest>> {
  return readPublishedCommits(published?.summaries.map(({ sha256 }) => sha256) ?? [], previous);
}

function asReadAgain(packed: PackedRef): PackedRef {
  return packed.rareAgain === undefined ? packed : { ...packed, rare: packed.rareAgain };
}
