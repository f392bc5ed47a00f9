/**
 * The second stage of the layout: which refs each summary lists, and its bytes.
 */

import type { Packed } from '../../../glib/gvariant/pack.ts';
import type { Digest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { type Membership, partition, type SummaryContent } from '../../../model/partition.ts';
import { ALL } from '../../../model/record.ts';
import { digestOfParts } from '../../../platform/hash/sha256.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { memoize } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { mainArches } from '../format/secondary-arches.ts';
import { packSummary } from '../format/summary.ts';
import { formatEntryName } from '../format/summary-index.ts';
import type { Refs } from './pack-refs.ts';
import type { PackedRef } from './packed-ref.ts';

/** A summary of the new tree. */
export interface FlatpakSummaryDraft {
  /** Its name in the index. */
  readonly name: string;
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  readonly refs: number;
  /** Its canonical bytes, encoded again on each call, so that only one summary has to be in memory. */
  encode(): Promise<Uint8Array>;
}

/** How refs are divided into summaries. */
export interface DraftOptions {
  readonly secondaryArches: boolean;
  /** As flatpak does it: a ref is listed wherever another ref of the same commit belongs. */
  readonly exact: boolean;
  readonly workspace: Workspace;
  readonly signal?: AbortSignal | undefined;
}

interface Member extends Membership {
  readonly ref: PackedRef;
}

/**
 * Drafts one summary for each arch and each subset of it, in the order of their names' bytes. Empty ones are kept, so that a client
 * of an emptied subset does not stay on an older state.
 */
export async function draftSummaries(refs: Refs, options: DraftOptions): Promise<readonly FlatpakSummaryDraft[]> {
  let made: Promise<ReadonlyMap<string, PackedSummary>> | undefined;
  const packed = (): Promise<ReadonlyMap<string, PackedSummary>> => {
    made ??= refs.packed().then((all) => packSummaries(all, options));
    return made;
  };
  const { exact, secondaryArches, workspace, signal } = options;
  const drafts = await memoize('summaries', [refs.key, exact, secondaryArches], workspace, async () => {
    const measured = [];
    for (const { packed: summary, ...about } of (await packed()).values()) {
      await checkpoint(signal);
      measured.push({ ...about, size: summary.size, sha256: digestOfParts(summary.chunks) });
    }
    return measured;
  });
  return drafts.map((draft) => ({
    ...draft,
    encode: async () => (await packed()).get(draft.name)?.packed.bytes ?? new Uint8Array(),
  }));
}

/** A summary whose chunks are shared with other summaries. */
interface PackedSummary extends Pick<FlatpakSummaryDraft, 'name' | 'arch' | 'subset' | 'refs'> {
  readonly packed: Packed;
}

async function packSummaries(
  refs: readonly PackedRef[],
  options: DraftOptions,
): Promise<ReadonlyMap<string, PackedSummary>> {
  const arches = archesOfRefs(refs);
  const subsets = subsetsOf(refs);
  const members = refs.map((ref) => memberOf(ref, { ...options, arches, subsets }));
  const contents = partition(members, { arches, subsets });
  const summaries: PackedSummary[] = [];
  for (const content of contents) {
    await checkpoint(options.signal);
    const { arch, subset, listings } = options.exact ? withSameCommits(content, members) : content;
    const packed = packSummary(listings.map(({ ref }) => ref.forms));
    const about = { name: formatEntryName(arch, subset), arch, refs: listings.length, packed };
    summaries.push(subset === undefined ? about : { ...about, subset });
  }
  return new Map(summaries.toSorted((a, b) => compareText(a.name, b.name)).map((summary) => [summary.name, summary]));
}

// What has no arch of its own is in the summary of every arch. Flatpak's clients look for no other.
function archesOfRefs(refs: readonly PackedRef[]): readonly string[] {
  const arches = new Set(refs.flatMap(({ parsed }) => parsed.arch ?? []));
  if (arches.size > 1) arches.delete(ALL);
  return [...arches].sort(compareText);
}

function subsetsOf(refs: readonly PackedRef[]): readonly string[] {
  const subsets = new Set(refs.flatMap(({ parsed, claims }) => (parsed.kind === 'other' ? [] : claims.subsets)));
  return [...subsets].sort(compareText);
}

interface MemberOptions extends DraftOptions {
  readonly arches: readonly string[];
  readonly subsets: readonly string[];
}

function memberOf(ref: PackedRef, options: MemberOptions): Member {
  const { kind, arch, subset } = ref.parsed;
  const { arches, subsets, secondaryArches } = options;
  const main = secondaryArches && arch !== undefined ? mainArches.get(arch) : undefined;
  const positions = (wanted: readonly string[]): readonly number[] =>
    wanted.map((name) => subsets.indexOf(name)).filter((position) => position >= 0);
  const inSubsets = {
    app: () => positions(ref.claims.subsets),
    runtime: () => positions(ref.claims.subsets),
    appstream: () => [],
    appstream2: () => positions(subset === undefined ? [] : [subset]),
    other: () => [...subsets.keys()],
  };
  return {
    ref,
    arch: arch ?? ALL,
    listedBy: arch !== undefined && main !== undefined && arches.includes(main) ? [arch, main] : [],
    subsets: inSubsets[kind](),
    onlyInSubsets: subset !== undefined,
  };
}

function withSameCommits(content: SummaryContent<Member>, members: readonly Member[]): SummaryContent<Member> {
  const commits = new Set(content.listings.map(({ ref }) => ref.commit));
  return { ...content, listings: members.filter(({ ref }) => commits.has(ref.commit)) };
}
