/**
 * Summaries: every ref with its commit and what clients want to know of it. `summaries/<sha256>.gz` holds one for an
 * architecture and subset; the old `summary` holds all of them, with the same facts in other places. Entries are encoded once
 * and stand in as many summaries as the ref belongs to.
 */
import { parseHex } from '../format/bytes.ts';
import {
  type Packed,
  packArray,
  packBytes,
  packDictionary,
  packInt32,
  packString,
  packTuple,
  packUint32,
  packUint64,
  packVariant,
} from '../gvariant/pack.ts';
import type { Digest } from '../model/digest.ts';
import type { CommitFacts } from './commit.ts';
import { packStaticDeltas, STATIC_DELTAS_KEY, type StaticDelta } from './delta-index.ts';
import { hashOrder } from './hash-order.ts';
import { parseRefName } from './ref-name.ts';

/** A ref and what its commit says. */
export interface Ref {
  readonly name: string;
  readonly commit: Digest;
  readonly facts: CommitFacts;
}

/** The type of a summary: refs in the order of their names' bytes, then facts about all of it. */
export const SUMMARY_TYPE = '(a(s(taya{sv}))a{sv})';

const ENTRY_TYPE = '(s(taya{sv}))';

/** What the summaries of an index say of their own form. */
const SUMMARY_VERSION = 1;

/** Facts that an entry has of every commit. */
const SIZES_KEY = 'xa.data';
const TIMESTAMP_KEY = 'ot.ts';

/** An entry of `summaries/<sha256>.gz`. */
export function packEntry(ref: Ref): Packed {
  return packRef(ref.name, ref.commit, ref.facts.size, packDictionary(entryFacts(ref)));
}

/** A summary of one architecture and subset. Entries are those of `packEntry`, in order. */
export function encodeSummary(entries: readonly Packed[]): Uint8Array {
  const version = packUint32(SUMMARY_VERSION);
  return packTuple([packArray(ENTRY_TYPE, entries), packDictionary([['xa.summary-version', version]])]).bytes;
}

/**
 * The old summary.
 *
 * @param refs - in the order of their names
 * @param metadata - facts about the repository, as in the index
 * @param deltas - every static delta that leads to one of the refs; undefined: the repository has none at all
 * @param known - commits that flatpak would find in the summaries published before: it takes rare facts from there, and that
 *   changes their order
 */
export function encodeOldSummary(
  refs: readonly Ref[],
  metadata: readonly (readonly [string, Packed])[],
  deltas: readonly StaticDelta[] | undefined,
  known: ReadonlySet<Digest> = new Set(),
): Uint8Array {
  const entries = refs.map(({ name, commit, facts }) =>
    packRef(
      name,
      commit,
      facts.size,
      packDictionary([['ostree.commit.timestamp', packUint64(facts.timestamp, 'big')]]),
    ),
  );
  const described = refs.filter(({ name }) => isFlatpak(name));
  const sizes = described.map(({ name, facts }) => packTuple([packString(name), packSizes(facts)], 'entry'));
  const rare = described.flatMap((ref) => {
    const found = known.has(ref.commit) ? rareFactsInEntry(ref) : rareFacts(ref.facts);
    return found.length === 0 ? [] : [packTuple([packString(ref.name), packDictionary(found)], 'entry')];
  });
  return packTuple([
    packArray(ENTRY_TYPE, entries),
    packDictionary([
      ...metadata,
      ...(deltas === undefined ? [] : [[STATIC_DELTAS_KEY, packStaticDeltas(deltas)] as const]),
      ['xa.cache', packVariant(packArray('{s(tts)}', sizes))],
      ['xa.sparse-cache', packArray('{sa{sv}}', rare)],
    ]),
  ]).bytes;
}

/** Whether a ref is one that flatpak looks into. Any other has its commit in a summary and nothing else. */
export function isFlatpak(name: string): boolean {
  return parseRefName(name).kind !== 'other';
}

function packRef(name: string, commit: Digest, size: number, facts: Packed): Packed {
  return packTuple([packString(name), packTuple([packUint64(BigInt(size)), packBytes(parseHex(commit)), facts])]);
}

function entryFacts({ name, facts }: Ref): readonly (readonly [string, Packed])[] {
  const values = new Map<string, Packed>();
  if (isFlatpak(name)) {
    values.set(SIZES_KEY, packSizes(facts));
    for (const [key, value] of rareFacts(facts)) values.set(key, value);
  }
  values.set(TIMESTAMP_KEY, packUint64(facts.timestamp, 'big'));
  return inHashOrder(values);
}

function packSizes({ installedSize, downloadSize, metadata }: CommitFacts): Packed {
  return packTuple([packUint64(installedSize, 'big'), packUint64(downloadSize, 'big'), packString(metadata)]);
}

/** What few commits have, so that the others need not say that they have not. */
function rareFacts(facts: CommitFacts): readonly (readonly [string, Packed])[] {
  const found: [string, Packed][] = [];
  if (facts.endOfLife !== undefined) found.push(['eol', packString(facts.endOfLife)]);
  if (facts.endOfLifeRebase !== undefined) found.push(['eolr', packString(facts.endOfLifeRebase)]);
  if (facts.tokenType !== undefined) found.push(['tokt', packInt32(facts.tokenType)]);
  if (facts.extraData !== undefined) {
    const { sources, downloadSize } = facts.extraData;
    found.push(['eds', packTuple([packUint32(sources), packUint64(downloadSize)])]);
  }
  return found;
}

function rareFactsInEntry(ref: Ref): readonly (readonly [string, Packed])[] {
  return entryFacts(ref).filter(([key]) => key !== SIZES_KEY && key !== TIMESTAMP_KEY);
}

function inHashOrder(values: ReadonlyMap<string, Packed>): readonly (readonly [string, Packed])[] {
  return hashOrder(values.keys()).flatMap((key) => {
    const value = values.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
}
