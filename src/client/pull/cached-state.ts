/**
 * What a store holds, and under which names: `index.json` as it was fetched, `origin.json` (where it came from), and
 * canonical bytes in `summaries/`. The index is written last: whatever it names was there before it.
 */

import { decodeText, encodeText } from '../../bytes/bytes.ts';
import { parseJsonObject } from '../../bytes/json.ts';
import { RepomillError } from '../../errors.ts';
import { INDEX_PATH, parseTreePath } from '../../layouts/native/format/paths.ts';
import type { SignedIndex, SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import { decodeIndex } from '../../layouts/native/format/repository-index.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import type { Store } from '../../model/store.ts';
import { sha256 } from '../../platform/hash/sha256.ts';

/** Where a cached index came from. */
export interface Origin {
  /** The source's location. */
  readonly location: string;
  /** What the source calls this state of the index, if it calls it anything. */
  readonly validator?: string;
}

/** An index in a store. */
export interface CachedIndex {
  readonly signed: SignedIndex;
  readonly bytes: Uint8Array;
  /** Absent where the store does not know it of this very index. */
  readonly origin?: Origin;
}

const SUMMARIES = 'summaries/';
const ORIGIN = 'origin.json';

/** The name of a summary's canonical bytes. */
export function summaryName(sha256: Digest): string {
  return SUMMARIES + sha256;
}

/** The cached index; undefined where there is none. Throws a format error where it is damaged. */
export async function readCachedIndex(store: Store): Promise<CachedIndex | undefined> {
  const bytes = await store.read(INDEX_PATH);
  if (bytes === undefined) return undefined;
  const { signed } = decodeIndex(bytes);
  const origin = await readOrigin(store, bytes);
  return { signed, bytes, ...(origin === undefined ? {} : { origin }) };
}

/**
 * Refuses to take a directory for a cache that is something else: a published tree, whose `index.json` would be lost, or
 * anything with an `index.json` that is no index. Whatever has an `origin.json` was pulled to before.
 *
 * @throws RepomillError `conflict`
 */
export async function requireCache(store: Store): Promise<void> {
  const names = await store.list();
  if (!names.includes(INDEX_PATH) || names.includes(ORIGIN)) return;
  const published = names.find((name) => name !== INDEX_PATH && parseTreePath(name) !== undefined);
  const found = published === undefined ? await foreignIndex(store) : `a published tree with ${published}`;
  if (found === undefined) return;
  throw new RepomillError('conflict', `${store.location}: expected a cache or nothing, found ${found}`, {
    hint: 'pull into a directory of its own; nothing was changed',
  });
}

// An index alone is what a crash leaves in the first pull.
async function foreignIndex(store: Store): Promise<string | undefined> {
  try {
    decodeIndex((await store.read(INDEX_PATH)) ?? new Uint8Array());
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return `another ${INDEX_PATH}`;
    throw thrown;
  }
}

/** Switches the store to an index. Everything that it names was written before. */
export async function writeCachedIndex(store: Store, bytes: Uint8Array, origin: Origin): Promise<void> {
  await store.write(INDEX_PATH, bytes);
  await writeOrigin(store, bytes, origin);
}

/** Notes where the index came from that the store holds. */
export async function writeOrigin(store: Store, index: Uint8Array, origin: Origin): Promise<void> {
  await store.write(ORIGIN, encodeText(`${JSON.stringify({ ...origin, index: await sha256(index) })}\n`));
}

// A crash between the two writes, or a stranger's hand: an origin of another index says nothing of this one.
async function readOrigin(store: Store, index: Uint8Array): Promise<Origin | undefined> {
  const bytes = await store.read(ORIGIN);
  if (bytes === undefined) return undefined;
  try {
    const { location, validator, index: digest } = parseJsonObject(decodeText(bytes), ORIGIN);
    if (typeof location !== 'string' || digest !== (await sha256(index))) return undefined;
    return { location, ...(typeof validator === 'string' ? { validator } : {}) };
  } catch (thrown) {
    if (thrown instanceof RepomillError) return undefined;
    throw thrown;
  }
}

/** Digests of the summaries that a store holds. They may be damaged. */
export async function listCachedSummaries(store: Store): Promise<Set<Digest>> {
  const names = await store.list();
  return new Set(
    names
      .filter((name) => name.startsWith(SUMMARIES))
      .map(digestPart)
      .filter(isDigest),
  );
}

function digestPart(name: string): string {
  return name.slice(SUMMARIES.length);
}

// Somebody else's file, or one of a published tree that was named as the cache by mistake, is not ours to remove.
function isOurs(name: string): boolean {
  return name.startsWith(SUMMARIES) && (isDigest(digestPart(name)) || digestPart(name).startsWith('.repomill-tmp-'));
}

/** Removes all of ours in `summaries/` that is not listed: older versions, and what interrupted writes left. */
export async function removeOtherSummaries(store: Store, entries: readonly SummaryEntry[]): Promise<void> {
  const kept = new Set(entries.map((entry) => summaryName(entry.sha256)));
  for (const name of await store.list()) if (isOurs(name) && !kept.has(name)) await store.remove(name);
}
