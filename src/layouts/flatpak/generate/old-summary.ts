/**
 * The old summary: one file with all refs, for clients before flatpak 1.9, for plain OSTree, and for copies on USB sticks. It can be
 * limited to some architectures, because old clients refuse a file of more than 10 MiB.
 */

import { type Packed, packDictionary } from '../../../glib/gvariant/pack.ts';
import type { Digest } from '../../../model/digest.ts';
import type { Reporter } from '../../../model/progress.ts';
import { compareStaticDeltas, type StaticDelta } from '../../../ostree/delta-index.ts';
import type { OstreeRepository } from '../../../ostree/repository.ts';
import { digestOf, digestOfParts } from '../../../platform/hash/sha256.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { memoize } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { OLD_SUMMARY_PATH } from '../format/paths.ts';
import { oldSummaryArches } from '../format/repository-config.ts';
import { OLD_SUMMARY_LIMIT, packOldSummary } from '../format/summary.ts';
import type { Refs } from './pack-refs.ts';
import type { PackedRef } from './packed-ref.ts';
import type { MetadataEntry } from './repository-metadata.ts';

/** What the old summary is made from. */
export interface OldSummaryInput {
  readonly repository: OstreeRepository;
  readonly refs: Refs;
  /** Facts about the repository, as in the index. */
  readonly metadata: readonly MetadataEntry[];
  /** As flatpak does it: a ref is listed wherever another ref of the same commit belongs, and static deltas are in the order of the file system. */
  readonly exact: boolean;
  readonly workspace: Workspace;
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** The new old summary, of which only digest and size are known so far. */
export interface OldSummaryDraft {
  readonly sha256: Digest;
  readonly size: number;
  /** Its bytes. */
  chunks(): Promise<readonly Uint8Array[]>;
}

/** Drafts the old summary. */
export async function draftOldSummary(input: OldSummaryInput): Promise<OldSummaryDraft> {
  const { repository, refs, metadata, exact, workspace, progress, signal } = input;
  const deltas = exact ? repository.staticDeltas : repository.staticDeltas.toSorted(compareStaticDeltas);
  const arches = oldSummaryArches(repository.config);
  let made: Promise<Packed> | undefined;
  const packed = (): Promise<Packed> => {
    made ??= refs.packed().then((all) => pack(all, deltas, input));
    return made;
  };
  const measure = async (): Promise<{ sha256: Digest; size: number }> => {
    const { chunks, size } = await packed();
    await checkpoint(signal);
    return { sha256: digestOfParts(chunks), size };
  };
  const madeFrom = [refs.key, digestOf(packDictionary(metadata).bytes), deltas, arches, exact];
  const draft = await memoize('old summary', madeFrom, workspace, measure);
  if (draft.size > OLD_SUMMARY_LIMIT) {
    progress.warn(
      `${OLD_SUMMARY_PATH}: ${draft.size} bytes, but OSTree before 2023.4 reads at most ${OLD_SUMMARY_LIMIT}; ` +
        'name fewer architectures in summary-arches of [flatpak]',
    );
  }
  return { ...draft, chunks: async () => (await packed()).chunks };
}

async function pack(
  refs: readonly PackedRef[],
  deltas: readonly StaticDelta[],
  { repository: { config }, metadata, exact, signal }: OldSummaryInput,
): Promise<Packed> {
  await checkpoint(signal);
  const arches = oldSummaryArches(config);
  const named = refs.filter(({ parsed: { arch, subset } }) => {
    return subset === undefined && (arch === undefined || arches === undefined || arches.includes(arch));
  });
  const commits = new Set(named.map(({ commit }) => commit));
  const shown = exact ? refs.filter(({ commit }) => commits.has(commit)) : named;
  return packOldSummary(
    shown.map(({ forms }) => forms),
    metadata,
    deltas.length === 0 ? undefined : deltas.filter(({ to }) => commits.has(to)),
  );
}
