/**
 * The names in a store and their contents: `index.json` as fetched, `origin.json` (where it came from, and what the store was
 * asked to have), and canonical bytes in `summaries/`. The index is written last. Refuses a store that is not a cache.
 */
import { decodeText, encodeText } from '../bytes/bytes.ts';
import { isObject, parseJsonObject } from '../bytes/json.ts';
import { RepomillError } from '../errors.ts';
import { INDEX_PATH, parseTreePath } from '../layouts/native/format/paths.ts';
import { decodeIndex, type SignedIndex, type SummaryEntry } from '../layouts/native/format/repository-index.ts';
import { defined } from '../model/defined.ts';
import { type Digest, isDigest } from '../model/digest.ts';
import type { Store } from '../model/store.ts';
import { sha256 } from '../platform/hash/sha256.ts';
import type { Selection } from './selection.ts';

/** Where a cached index came from. */
export interface Origin {
  /** The source's location. */
  readonly location: string;
  /** The source's identifier for this state of the index, if it gives one: an ETag or a date. */
  readonly validator?: string;
}

/** An index in a store. */
export interface CachedIndex {
  readonly signed: SignedIndex;
  readonly bytes: Uint8Array;
  /** Absent if the store has none for exactly this index. */
  readonly origin?: Origin;
}

const SUMMARIES = 'summaries/';
const ORIGIN = 'origin.json';

/** The name of a summary's canonical bytes in a store. */
export function cachedSummaryName(sha256: Digest): string {
  return SUMMARIES + sha256;
}

/** The cached index, if there is one. Throws a format error if it is damaged. */
export async function readCachedIndex(store: Store): Promise<CachedIndex | undefined> {
  const bytes = await store.read(INDEX_PATH);
  if (bytes === undefined) return undefined;
  const { signed } = decodeIndex(bytes);
  const origin = await readOrigin(store, bytes);
  return defined({ signed, bytes, origin });
}

/**
 * Refuses a store that is not a cache: a published tree, whose `index.json` would be lost, or anything else with a foreign
 * `index.json`. A store with an `origin.json` has been pulled into before.
 *
 * @throws RepomillError `conflict`
 */
export async function requireCache(store: Store): Promise<void> {
  const names = await store.list();
  if (!names.includes(INDEX_PATH) || names.includes(ORIGIN)) return;
  const isTree = names.some((name) => name !== INDEX_PATH && parseTreePath(name) !== undefined);
  const found = isTree ? 'a published tree' : await foreignIndex(store);
  if (found === undefined) return;
  throw new RepomillError('conflict', `expected a cache or an empty directory, found ${found}`, {
    path: store.location,
    hint: 'pull into a separate directory; nothing was changed',
  });
}

// A crash during the first pull leaves an index without an origin.
async function foreignIndex(store: Store): Promise<string | undefined> {
  try {
    decodeIndex((await store.read(INDEX_PATH)) ?? new Uint8Array());
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return `an ${INDEX_PATH} of a different kind`;
    throw thrown;
  }
}

/**
 * Records where the store's index comes from, and what the store was asked to have. This is written before the index, so that
 * a crash between the two forgets nothing that was asked.
 */
export async function writeOrigin(
  store: Store,
  index: Uint8Array,
  origin: Origin,
  selections: readonly Selection[],
): Promise<void> {
  const document = { ...origin, index: await sha256(index), selections };
  await store.write(ORIGIN, encodeText(`${JSON.stringify(document)}\n`));
}

/** Switches the store to an index. Everything it names must already be stored, and its origin recorded. */
export async function writeCachedIndex(store: Store, bytes: Uint8Array): Promise<void> {
  await store.write(INDEX_PATH, bytes);
}

/** What the store was asked to have; undefined if it does not say: it is new, or an earlier version of repomill filled it. */
export async function readSelections(store: Store): Promise<readonly Selection[] | undefined> {
  const { selections } = await readOriginDocument(store);
  if (!Array.isArray(selections)) return undefined;
  return selections.filter(isObject).map(({ arch, subset }) =>
    defined({
      arch: typeof arch === 'string' ? arch : undefined,
      subset: typeof subset === 'string' ? subset : undefined,
    }),
  );
}

// After a crash between the two writes, the origin belongs to a different index.
async function readOrigin(store: Store, index: Uint8Array): Promise<Origin | undefined> {
  const { location, validator, index: digest } = await readOriginDocument(store);
  if (typeof location !== 'string' || digest !== (await sha256(index))) return undefined;
  return defined({ location, validator: typeof validator === 'string' ? validator : undefined });
}

async function readOriginDocument(store: Store): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await store.read(ORIGIN);
  try {
    return bytes === undefined ? {} : parseJsonObject(decodeText(bytes), ORIGIN);
  } catch (thrown) {
    if (thrown instanceof RepomillError) return {};
    throw thrown;
  }
}

/** Digests of the summaries in a store. The summaries may be damaged. */
export async function listCachedSummaries(store: Store): Promise<Set<Digest>> {
  const names = await store.list();
  return new Set(
    names
      .filter((name) => name.startsWith(SUMMARIES))
      .map(digestPart)
      .filter(isDigest),
  );
}

/** The summaries of the cached index that are actually in the store. */
export function heldSummaries(cached: CachedIndex | undefined, present: ReadonlySet<Digest>): readonly SummaryEntry[] {
  return cached?.signed.summaries.filter((entry) => present.has(entry.sha256)) ?? [];
}

/** Removes our unlisted files: older versions of summaries, and leftovers of interrupted writes. */
export async function removeOtherSummaries(store: Store, entries: readonly SummaryEntry[]): Promise<void> {
  const kept = new Set(entries.map((entry) => cachedSummaryName(entry.sha256)));
  for (const name of await store.list()) if (isOurs(name) && !kept.has(name)) await store.remove(name);
}

function digestPart(name: string): string {
  return name.slice(SUMMARIES.length);
}

// Anything else may be a user's file, or belong to a published tree that was mistaken for a cache.
function isOurs(name: string): boolean {
  const isSummary = name.startsWith(SUMMARIES);
  return (
    (isSummary ? digestPart(name) : name).startsWith('.repomill-tmp-') || (isSummary && isDigest(digestPart(name)))
  );
}
