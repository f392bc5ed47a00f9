/**
 * A ref as a summary describes it, read key by key: the auditor's own reading of what `format/summary.ts` packs. Refuses a key
 * whose value is of a different type than clients look for, because to them the key is missing.
 */
import type { Finding } from '../../../audit/findings.ts';
import { RepomillError } from '../../../errors.ts';
import type { Variant } from '../../../glib/gvariant/variant.ts';
import type { Digest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { digestIn } from '../../../ostree/commit.ts';
import { quote } from '../../../text/printable.ts';

/** Properties that few refs have; undefined if this ref lacks them. */
export interface RareFacts {
  readonly endOfLife: string | undefined;
  readonly endOfLifeRebase: string | undefined;
  readonly tokenType: number | undefined;
  readonly extraData: { readonly sources: number; readonly downloadSize: bigint } | undefined;
}

/** What a summary says about an app or runtime, besides its commit. */
export interface PublishedFacts extends RareFacts {
  readonly installedSize: bigint | undefined;
  readonly downloadSize: bigint | undefined;
  readonly metadata: string | undefined;
}

/** For refs other than apps, runtimes and appstream branches, only the commit is published. */
export const noFacts: PublishedFacts = {
  installedSize: undefined,
  downloadSize: undefined,
  metadata: undefined,
  endOfLife: undefined,
  endOfLifeRebase: undefined,
  tokenType: undefined,
  extraData: undefined,
};

/** A ref in a summary. */
export interface PublishedRef {
  readonly name: string;
  readonly commit: Digest;
  /** Bytes of the commit object. */
  readonly size: bigint;
  /** Seconds since 1970. */
  readonly timestamp: bigint | undefined;
  readonly facts: PublishedFacts;
}

/** Reads the entry of a ref: `(s(taya{sv}))`. Keys that no client knows are ignored. */
export function readPublishedRef(entry: Variant): PublishedRef {
  const name = entry.child(0).string();
  const about = entry.child(1);
  const facts = new Map<string, Variant>();
  for (const fact of about.child(2).children()) {
    const key = fact.child(0).string();
    if (facts.has(key)) throw new RepomillError('format', `${name}: ${key} is listed twice`);
    facts.set(key, fact.child(1).inner());
  }
  const data = typed(facts, name, 'xa.data', '(tts)');
  return {
    name,
    size: about.child(0).uint64(),
    commit: digestIn(about.child(1)),
    timestamp: (typed(facts, name, 'ot.ts', 't') ?? typed(facts, name, 'ostree.commit.timestamp', 't'))?.uint64('big'),
    facts: { ...noFacts, ...(data && readSizes(data)), ...readRareFacts(facts, name) },
  };
}

/** Reads `(tts)`: bytes on disk, bytes to fetch, metadata. */
export function readSizes(data: Variant): Pick<PublishedFacts, 'installedSize' | 'downloadSize' | 'metadata'> {
  return {
    installedSize: data.child(0).uint64('big'),
    downloadSize: data.child(1).uint64('big'),
    metadata: data.child(2).string(),
  };
}

/** Reads the rare facts of a ref from the values under their keys. */
export function readRareFacts(facts: ReadonlyMap<string, Variant>, name: string): RareFacts {
  const extra = typed(facts, name, 'eds', '(ut)');
  return {
    endOfLife: typed(facts, name, 'eol', 's')?.string(),
    endOfLifeRebase: typed(facts, name, 'eolr', 's')?.string(),
    tokenType: typed(facts, name, 'tokt', 'i')?.int32(),
    extraData: extra && { sources: extra.child(0).uint32(), downloadSize: extra.child(1).uint64() },
  };
}

function typed(facts: ReadonlyMap<string, Variant>, name: string, key: string, type: string): Variant | undefined {
  const value = facts.get(key);
  if (value === undefined || value.type.text === type) return value;
  throw new RepomillError('format', `${name}: expected ${key} of type ${type}, found ${value.type.text}`);
}

/** A message for each difference between two descriptions of a ref. */
export function refDifferences(expected: PublishedRef, found: PublishedRef): readonly string[] {
  return [
    ...differs('commit', expected.commit, found.commit),
    ...differs('size', expected.size, found.size),
    ...differs('timestamp', expected.timestamp, found.timestamp),
    ...factDifferences(expected.facts, found.facts),
  ];
}

/** A message for each fact that differs. */
export function factDifferences(expected: PublishedFacts, found: PublishedFacts): readonly string[] {
  return [
    differs('installed size', expected.installedSize, found.installedSize),
    differs('download size', expected.downloadSize, found.downloadSize),
    // The texts are too long for a message.
    ...(expected.metadata === found.metadata ? [] : ['metadata: the texts differ']),
    differs('end of life', quoted(expected.endOfLife), quoted(found.endOfLife)),
    differs('end of life rebase', quoted(expected.endOfLifeRebase), quoted(found.endOfLifeRebase)),
    differs('token type', expected.tokenType, found.tokenType),
    differs('extra data', extraText(expected), extraText(found)),
  ].flat();
}

/** `what: expected …, found …`; empty if both are the same. */
export function differs(
  what: string,
  expected: string | number | bigint | undefined,
  found: string | number | bigint | undefined,
): readonly string[] {
  return expected === found ? [] : [`${what}: expected ${expected ?? 'none'}, found ${found ?? 'none'}`];
}

function extraText({ extraData }: PublishedFacts): string | undefined {
  return extraData && `${extraData.sources} of ${extraData.downloadSize} bytes`;
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : quote(text);
}

/** A message for each name in a list that is not after the name before it, in the order of bytes. Clients search such lists by halving. */
export function orderFaults(list: readonly { readonly name: string }[]): readonly string[] {
  return list.flatMap(({ name }, i) => {
    const before = list[i - 1]?.name;
    const order = before === undefined ? -1 : compareText(before, name);
    if (order === 0) return [`${name}: listed twice`];
    return order < 0 ? [] : [`${name}: out of order (after ${before}); clients' binary search misses it`];
  });
}

/** How many findings about refs are shown for one file: a generator's mistake is in every ref. */
const SHOWN = 20;

/** Adds findings about the refs in a file: the first ones, and the number of the others. */
export function reportRefs(path: string, messages: readonly string[], findings: Finding[]): void {
  for (const message of messages.slice(0, SHOWN)) findings.push({ path, message });
  if (messages.length > SHOWN) findings.push({ path, message: `${messages.length - SHOWN} more like these` });
}
