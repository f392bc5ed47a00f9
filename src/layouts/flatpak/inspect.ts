/**
 * Describes a file of a flatpak repository. Most files do not say what they are, so each kind is tried in turn: a file in normal
 * form of one type is hardly ever one of a different type. Whether the file is right is for `verify` to find.
 */
import { RepomillError } from '../../errors.ts';
import { checkNormal } from '../../glib/gvariant/check-normal.ts';
import { Variant } from '../../glib/gvariant/variant.ts';
import type { Digest } from '../../model/digest.ts';
import { compareText } from '../../model/order.ts';
import { readSignatureFacts, type SignatureFacts } from '../../openpgp/packets.ts';
import { parseCommit } from '../../ostree/commit.ts';
import { STATIC_DELTAS_KEY } from '../../ostree/delta-index.ts';
import { parseRefName } from '../../ostree/ref-name.ts';
import { parseSignatures } from '../../ostree/signatures.ts';
import { sha256 } from '../../platform/hash/sha256.ts';
import type { Inspector } from '../layout.ts';
import { SUMMARY_TYPE } from './format/summary.ts';
import { outlineSummaryDelta } from './format/summary-delta.ts';
import { type IndexEntry, parseSummaryIndex } from './format/summary-index.ts';

/** What a file of a flatpak repository is and holds. Sizes are in bytes. */
export type FlatpakInspection =
  | {
      readonly kind: 'flatpak-index';
      readonly size: number;
      readonly sha256: Digest;
      readonly summaries: readonly IndexEntry[];
      /** Texts, booleans and numbers as they are, any other value as its size. */
      readonly metadata: readonly FlatpakFact[];
    }
  | {
      readonly kind: 'flatpak-summary';
      readonly sha256: Digest;
      /** Uncompressed. */
      readonly size: number;
      readonly storedSize: number;
      readonly refs: number;
      readonly arches: readonly string[];
      /** The parts of the file, the largest first; the rest is framing. */
      readonly parts: readonly FlatpakPart[];
      readonly metadata: readonly FlatpakFact[];
    }
  | {
      readonly kind: 'flatpak-delta';
      readonly storedSize: number;
      readonly size: number;
      /** Bytes of the summary that it leads to. */
      readonly newSize: number;
      readonly operations: readonly { readonly kind: string; readonly count: number; readonly bytes: number }[];
    }
  | {
      readonly kind: 'flatpak-signatures';
      readonly size: number;
      readonly signatures: readonly (SignatureFacts | null)[];
    }
  | { readonly kind: 'flatpak-delta-index'; readonly size: number; readonly deltas: readonly string[] }
  | ({ readonly kind: 'flatpak-commit'; readonly sha256: Digest } & FlatpakCommit);

/** A fact about a repository. */
export interface FlatpakFact {
  readonly key: string;
  readonly value: string;
}

/** The bytes that one kind of thing takes in a summary. */
export interface FlatpakPart {
  readonly part: string;
  readonly count: number;
  readonly size: number;
}

/** A commit, with numbers that JSON can represent. */
export interface FlatpakCommit {
  /** Bytes of the commit object. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Bytes on disk and bytes to fetch, where the commit says so. */
  readonly installedSize?: number;
  readonly downloadSize?: number;
  /** The text of the app's `metadata`. */
  readonly metadata: string | undefined;
  readonly subsets: readonly string[];
  readonly endOfLife?: string;
  readonly endOfLifeRebase?: string;
  /** The kind of token that a client needs to fetch it. */
  readonly tokenType?: number;
  /** Files that a client fetches from elsewhere: their number and their bytes. */
  readonly extraData?: { readonly sources: number; readonly size: number };
  /** The root directory. */
  readonly tree: Digest;
  /** Refs that the commit is bound to; undefined if it names none. */
  readonly refBinding: readonly string[] | undefined;
  readonly collectionBinding: string | undefined;
}

/** Inspects files of flatpak repositories. */
export const flatpakInspector: Inspector = {
  inspect: ({ content, storedSize }) => inspectFlatpak(content, storedSize),
};

async function inspectFlatpak(bytes: Uint8Array, storedSize: number): Promise<FlatpakInspection | undefined> {
  const digest = await sha256(bytes);
  return (
    attempt(() => inspectDelta(bytes, storedSize)) ??
    attempt(() => inspectIndex(bytes, digest)) ??
    attempt(() => inspectSummary(bytes, storedSize, digest)) ??
    attempt(() => inspectDictionary(bytes)) ??
    attempt(() => inspectCommit(bytes, digest))
  );
}

function attempt(inspect: () => FlatpakInspection | undefined): FlatpakInspection | undefined {
  try {
    return inspect();
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    return undefined;
  }
}

function inspectIndex(bytes: Uint8Array, digest: Digest): FlatpakInspection {
  const { summaries, metadata } = parseSummaryIndex(bytes);
  return { kind: 'flatpak-index', size: bytes.length, sha256: digest, summaries, metadata: factsOf(metadata) };
}

function inspectSummary(bytes: Uint8Array, storedSize: number, digest: Digest): FlatpakInspection {
  const summary = checkNormal(new Variant(SUMMARY_TYPE, bytes));
  const refs = summary.child(0);
  const arches = new Set<string>();
  const parts = new Map<string, { count: number; size: number }>();
  const add = (part: string, size: number): void => {
    const known = parts.get(part) ?? { count: 0, size: 0 };
    parts.set(part, { count: known.count + 1, size: known.size + size });
  };
  for (const ref of refs.children()) {
    const name = ref.child(0);
    arches.add(parseRefName(name.string()).arch ?? '');
    add('names', name.bytes.length);
    add('commits', ref.child(1).child(1).bytes.length);
    for (const fact of ref.child(1).child(2).children()) add(fact.child(0).string(), fact.child(1).bytes.length);
  }
  for (const fact of summary.child(1).children()) add(fact.child(0).string(), fact.child(1).bytes.length);
  return {
    kind: 'flatpak-summary',
    sha256: digest,
    size: bytes.length,
    storedSize,
    refs: refs.count,
    arches: [...arches].filter((arch) => arch !== '').sort(compareText),
    parts: [...parts].map(([part, sizes]) => ({ part, ...sizes })).sort((a, b) => b.size - a.size),
    metadata: factsOf(summary.child(1)),
  };
}

function inspectDelta(bytes: Uint8Array, storedSize: number): FlatpakInspection {
  const operations = outlineSummaryDelta(bytes);
  const newSize = operations.reduce((sum, { kind, bytes: size }) => (kind === 'skip' ? sum : sum + size), 0);
  return { kind: 'flatpak-delta', storedSize, size: bytes.length, newSize, operations };
}

function inspectDictionary(bytes: Uint8Array): FlatpakInspection | undefined {
  const dictionary = checkNormal(new Variant('a{sv}', bytes));
  const deltas = dictionary.lookup(STATIC_DELTAS_KEY, 'a{sv}');
  if (deltas !== undefined) {
    const names = [...deltas.children()].map((entry) => entry.child(0).string());
    return { kind: 'flatpak-delta-index', size: bytes.length, deltas: names };
  }
  const signatures = parseSignatures(bytes);
  if (signatures.length === 0) return undefined;
  const facts = signatures.map((signature) => readSignatureFacts(signature) ?? null);
  return { kind: 'flatpak-signatures', size: bytes.length, signatures: facts };
}

function inspectCommit(bytes: Uint8Array, digest: Digest): FlatpakInspection {
  const { timestamp, sizes, extraSizes: _, extraData, ...rest } = parseCommit(bytes);
  return {
    kind: 'flatpak-commit',
    sha256: digest,
    ...rest,
    timestamp: Number(timestamp),
    ...(sizes && { installedSize: Number(sizes.installed), downloadSize: Number(sizes.download) }),
    ...(extraData && { extraData: { sources: extraData.sources, size: Number(extraData.downloadSize) } }),
  };
}

function factsOf(dictionary: Variant): readonly FlatpakFact[] {
  return [...dictionary.children()].map((entry) => ({
    key: entry.child(0).string(),
    value: valueText(entry.child(1).inner()),
  }));
}

/** Numbers of eight bytes are times and sizes, which are big-endian. */
function valueText(value: Variant): string {
  switch (value.type.text) {
    case 's':
      return value.string();
    case 'b':
      return String(value.boolean());
    case 'u':
      return String(value.uint32());
    case 'i':
      return String(value.int32());
    case 't':
      return String(value.uint64('big'));
    default:
      return `${value.bytes.length} bytes`;
  }
}
