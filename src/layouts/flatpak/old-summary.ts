/**
 * The old summary: one file with all refs, for clients before flatpak 1.9, for plain OSTree, and for copies on USB sticks. It may
 * be limited to some architectures, because old clients refuse one that is larger than 10 MiB.
 */
import { OLD_SUMMARY_PATH } from '../../flatpak/paths.ts';
import { parseRefName } from '../../flatpak/ref-name.ts';
import type { OstreeRepository } from '../../flatpak/repository.ts';
import { oldSummaryArches } from '../../flatpak/repository-metadata.ts';
import { encodeOldSummary } from '../../flatpak/summary.ts';
import type { Packed } from '../../gvariant/pack.ts';
import type { Digest } from '../../model/digest.ts';
import type { Progress } from '../../model/progress.ts';

/** What libostree before 2023.4 reads at most, in bytes. */
const OLD_LIMIT = 10 * 1024 * 1024;

/** How the old summary is written. */
export interface OldSummaryOptions {
  readonly exact: boolean;
  /** Commits that the summaries published before have; an exact tree is the only one that it matters to. */
  readonly known: ReadonlySet<Digest>;
  readonly progress: Progress;
}

/** The bytes of the old summary. */
export function draftOldSummary(
  { refs, config, staticDeltas }: OstreeRepository,
  metadata: readonly (readonly [string, Packed])[],
  { exact, known, progress }: OldSummaryOptions,
): Uint8Array {
  const arches = oldSummaryArches(config);
  const named = refs.filter(({ name }) => {
    const { arch, subset } = parseRefName(name);
    return subset === undefined && (arch === undefined || arches === undefined || arches.includes(arch));
  });
  const commits = new Set(named.map(({ commit }) => commit));
  const shown = exact ? refs.filter(({ commit }) => commits.has(commit)) : named;
  const deltas = staticDeltas.filter(({ to }) => commits.has(to));
  const bytes = encodeOldSummary(shown, metadata, staticDeltas.length === 0 ? undefined : deltas, known);
  if (bytes.length > OLD_LIMIT) {
    progress.warn(
      `${OLD_SUMMARY_PATH}: ${bytes.length} bytes, and OSTree before 2023.4 reads at most ${OLD_LIMIT}; ` +
        'name fewer architectures in summary-arches of [flatpak]',
    );
  }
  return bytes;
}
