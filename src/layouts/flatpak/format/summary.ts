/**
 * Summaries: every ref with its commit and what clients want to know of it. `summaries/<sha256>.gz` holds one for an
 * architecture and subset; the old `summary` holds all of them, with the same facts in other places. A ref is packed once, in
 * each form that it has, and stands in as many summaries as it belongs to.
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

/** A ref in the forms in which summaries have it: GVariant values in their final bytes. */
export interface PackedRef {
  /** In `summaries/<sha256>.gz`. */
  readonly entry: Uint8Array;
  /** In the old summary: the commit; */
  readonly oldEntry: Uint8Array;
  /** its sizes and metadata, for refs that flatpak looks into; */
  readonly sizes?: Uint8Array;
  /** what few refs have; */
  readonly rare?: Uint8Array;
  /** the same as flatpak writes it when it has taken it from its summaries of the last time. */
  readonly rareAgain?: Uint8Array;
}

/** The type of a summary: refs in the order of their names' bytes, then facts about all of it. */
export const SUMMARY_TYPE = '(a(s(taya{sv}))a{sv})';

const ENTRY_TYPE = '(s(taya{sv}))';

/** What the summaries of an index say of their own form. */
const SUMMARY_VERSION = 1;

/** Packs a ref in all its forms. */
export function packRef(ref: Ref): PackedRef {
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
  return { ...packed, rare: rareEntry, rareAgain: underName(packDictionary(inHashOrder(rare))) };
}

/** A summary of one architecture and subset. */
export function packSummary(refs: readonly PackedRef[]): Packed {
  const version = packUint32(SUMMARY_VERSION);
  const entries = packElements(
    ENTRY_TYPE,
    refs.map(({ entry }) => entry),
  );
  return packTuple([entries, packDictionary([['xa.summary-version', version]])]);
}

/**
 * The old summary.
 *
 * @param refs - in the order of their names
 * @param metadata - facts about the repository, as in the index
 * @param deltas - every static delta that leads to one of the refs; undefined: the repository has none at all
 */
export function packOldSummary(
  refs: readonly PackedRef[],
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

/** Whether a ref is one that flatpak looks into. Any other has its commit in a summary and nothing else. */
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

/** What few commits have, so that the others need not say that they have not. */
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

/** Orders that were found out, by the keys in the order given: there are as many as rare facts can be combined. */
const orders = new Map<string, readonly string[]>();

function inHashOrder(facts: readonly Fact[]): readonly Fact[] {
  const keys = facts.map(([key]) => key);
  const order = orders.get(keys.join()) ?? hashOrder(keys);
  orders.set(keys.join(), order);
  return facts.toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
}
