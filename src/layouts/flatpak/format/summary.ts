/**
 * Summaries: every ref with its commit and what clients need to know about it. A file `summaries/<sha256>.gz` holds the refs of an
 * architecture or a subset of it; the old `summary` holds all refs, with the same facts in other places. A ref is packed once, in
 * every form, for all summaries that list it. FLATPAK.md, "Summary" and "Old summary".
 */
import { parseHex } from '../../../bytes/bytes.ts';
import {
  type Packed,
  packBytes,
  packDictionary,
  packElements,
  packInt32,
  packString,
  packTuple,
  packUint32,
  packUint64,
  packVariant,
} from '../../../glib/gvariant/pack.ts';
import { hashOrder } from '../../../glib/hash-order.ts';
import type { CommitFacts } from '../../../ostree/commit.ts';
import { packStaticDeltas, STATIC_DELTAS_KEY, type StaticDelta } from '../../../ostree/delta-index.ts';
import type { Ref } from '../../../ostree/repository.ts';

/** A ref in the forms that summaries need: GVariant values in their final bytes. */
export interface RefForms {
  /** In `summaries/<sha256>.gz`. */
  readonly entry: Uint8Array;
  /** In the old summary: the commit; */
  readonly oldEntry: Uint8Array;
  /** its sizes and metadata, for refs that flatpak looks into; */
  readonly sizes?: Uint8Array;
  /** its rare facts; */
  readonly rare?: Uint8Array;
  /** the same in the order in which flatpak writes them after reading them from its previous summaries. */
  readonly rareInHashOrder?: Uint8Array;
}

/** The type of a summary: refs in the order of their names' bytes, then facts about the whole. */
export const SUMMARY_TYPE = '(a(s(taya{sv}))a{sv})';

const ENTRY_TYPE = '(s(taya{sv}))';

/** The version of their form that the summaries of an index announce. */
const SUMMARY_VERSION = 1;

/** What OSTree before 2023.4 reads of the old summary at most, in bytes. */
export const OLD_SUMMARY_LIMIT: number = 10 * 1024 * 1024;

/** Packs a ref in all its forms. */
export function packRef(ref: Ref): RefForms {
  const { name, facts } = ref;
  const timestamp = packUint64(facts.timestamp, 'big');
  const oldEntry = packEntry(ref, packDictionary([['ostree.commit.timestamp', timestamp]]));
  if (!isFlatpak(name)) return { entry: packEntry(ref, packDictionary([['ot.ts', timestamp]])), oldEntry };
  const sizes = packSizes(facts);
  const rare = rareFacts(facts);
  const entry = packEntry(ref, packDictionary(inHashOrder([['xa.data', sizes], ...rare, ['ot.ts', timestamp]])));
  const underName = (value: Packed): Uint8Array => packTuple([packString(name), value], 'entry').bytes;
  const packed = { entry, oldEntry, sizes: underName(sizes) };
  if (rare.length === 0) return packed;
  const rareEntry = underName(packDictionary(rare));
  if (rare.length === 1) return { ...packed, rare: rareEntry };
  return { ...packed, rare: rareEntry, rareInHashOrder: underName(packDictionary(inHashOrder(rare))) };
}

/** Packs a summary of one architecture or subset; the refs are in the order of their names. */
export function packSummary(refs: readonly RefForms[]): Packed {
  const version = packUint32(SUMMARY_VERSION);
  const entries = packElements(
    ENTRY_TYPE,
    refs.map(({ entry }) => entry),
  );
  return packTuple([entries, packDictionary([['xa.summary-version', version]])]);
}

/**
 * Packs the old summary.
 *
 * @param refs - in the order of their names
 * @param metadata - facts about the repository, as in the index
 * @param deltas - every static delta that leads to one of the refs; undefined if the repository has none at all
 */
export function packOldSummary(
  refs: readonly RefForms[],
  metadata: readonly (readonly [string, Packed])[],
  deltas: readonly StaticDelta[] | undefined,
): Packed {
  const entries = packElements(
    ENTRY_TYPE,
    refs.map(({ oldEntry }) => oldEntry),
  );
  const sizes = refs.flatMap((ref) => ref.sizes ?? []);
  const rare = refs.flatMap((ref) => ref.rare ?? []);
  return packTuple([
    entries,
    packDictionary([
      ...metadata,
      ...(deltas === undefined ? [] : [[STATIC_DELTAS_KEY, packStaticDeltas(deltas)] as const]),
      ['xa.cache', packVariant(packElements('{s(tts)}', sizes))],
      ['xa.sparse-cache', packElements('{sa{sv}}', rare)],
    ]),
  ]);
}

/** Whether flatpak knows what a ref is. For any other ref, a summary has the commit and nothing else. */
export function isFlatpak(name: string): boolean {
  return /^(?:app|runtime|appstream2?)\//.test(name);
}

function packEntry({ name, commit, facts }: Ref, about: Packed): Uint8Array {
  const value = packTuple([packUint64(BigInt(facts.size)), packBytes(parseHex(commit)), about]);
  return packTuple([packString(name), value]).bytes;
}

function packSizes({ installedSize, downloadSize, metadata }: CommitFacts): Packed {
  return packTuple([packUint64(installedSize, 'big'), packUint64(downloadSize, 'big'), packString(metadata)]);
}

/** A key and its value. */
type Fact = readonly [key: string, value: Packed];

/** Facts that few commits have; the others leave the keys out. */
function rareFacts(facts: CommitFacts): readonly Fact[] {
  const found: Fact[] = [];
  if (facts.endOfLife !== undefined) found.push(['eol', packString(facts.endOfLife)]);
  if (facts.endOfLifeRebase !== undefined) found.push(['eolr', packString(facts.endOfLifeRebase)]);
  if (facts.tokenType !== undefined) found.push(['tokt', packInt32(facts.tokenType)]);
  if (facts.extraData !== undefined) {
    const { sources, downloadSize } = facts.extraData;
    found.push(['eds', packTuple([packUint32(sources), packUint64(downloadSize)])]);
  }
  return found;
}

/** Hash orders seen so far, by the keys in the order given: there is one for each combination of rare facts. */
const orders = new Map<string, readonly string[]>();

function inHashOrder(facts: readonly Fact[]): readonly Fact[] {
  const keys = facts.map(([key]) => key);
  const order = orders.get(keys.join()) ?? hashOrder(keys);
  orders.set(keys.join(), order);
  return facts.toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
}
