/**
 * A ref as a summary tells it, taken apart key by key: the auditor's own reading of what `flatpak/summary.ts` packs. Refuses a
 * key whose value is not of the type that clients look for, because to them it is not there.
 */
import { RepomillError } from '../../../errors.ts';
import type { Variant } from '../../../glib/gvariant/variant.ts';
import type { Digest } from '../../../model/digest.ts';
import { digestIn } from '../../../ostree/commit.ts';
import { quote } from '../../../text/printable.ts';

/** What few refs have; undefined: this one has it not. */
export interface RareFacts {
  readonly endOfLife: string | undefined;
  readonly endOfLifeRebase: string | undefined;
  readonly tokenType: number | undefined;
  readonly extraData: { readonly sources: number; readonly downloadSize: bigint } | undefined;
}

/** What a summary says of an app or runtime beside its commit. */
export interface PublishedFacts extends RareFacts {
  readonly installedSize: bigint | undefined;
  readonly downloadSize: bigint | undefined;
  readonly metadata: string | undefined;
}

/** Bytes on disk, bytes to fetch, metadata. */
export type Sizes = Pick<PublishedFacts, 'installedSize' | 'downloadSize' | 'metadata'>;

/** Of a ref that is no app, runtime or appstream nothing is published but the commit. */
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

/** Reads the entry of a ref: `(s(taya{sv}))`. Keys that no client knows are left alone. */
export function readPublishedRef(entry: Variant): PublishedRef {
  const name = entry.child(0).string();
  const about = entry.child(1);
  const facts = new Map<string, Variant>();
  for (const fact of about.child(2).children()) {
    const key = fact.child(0).string();
    if (facts.has(key)) throw new RepomillError('format', `${name}: ${key} stands twice`);
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

/** Reads `(tts)`. */
export function readSizes(data: Variant): Sizes {
  return {
    installedSize: data.child(0).uint64('big'),
    downloadSize: data.child(1).uint64('big'),
    metadata: data.child(2).string(),
  };
}

/** Reads what few refs have from the values under their keys. */
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

/** Where two tellings of the same facts differ, in words; nothing where they do not. */
export function differences(expected: PublishedFacts, found: PublishedFacts): readonly string[] {
  return [
    differs('installed size', expected.installedSize, found.installedSize),
    differs('download size', expected.downloadSize, found.downloadSize),
    // Too long to be shown.
    ...(expected.metadata === found.metadata ? [] : ['metadata: expected the same text, found another']),
    differs('end of life', quoted(expected.endOfLife), quoted(found.endOfLife)),
    differs('end of life rebase', quoted(expected.endOfLifeRebase), quoted(found.endOfLifeRebase)),
    differs('token type', expected.tokenType, found.tokenType),
    differs('extra data', extraText(expected), extraText(found)),
  ].flat();
}

/** `what: expected …, found …`, or nothing where both are the same. */
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
