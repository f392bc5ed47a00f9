/**
 * Fetches the index, always the first round trip. FORMAT.md, section "Reading the index". A cached copy that is still current
 * is not fetched again; an index older than the copy is refused.
 */
import { RepomillError } from '../../errors.ts';
import { INDEX_PATH } from '../../layouts/native/format/paths.ts';
import { decodeIndex, type SignedIndex } from '../../layouts/native/format/repository-index.ts';
import { defined } from '../../model/defined.ts';
import { MAX_INDEX_SIZE } from '../../model/limits.ts';
import type { Source } from '../../model/source.ts';
import { sha256 } from '../../platform/hash/sha256.ts';
import type { CachedIndex, Origin } from '../cached-state.ts';
import { fetchFrom } from './fetch-verified.ts';

/** The source's current index. */
export interface LatestIndex {
  readonly signed: SignedIndex;
  readonly bytes: Uint8Array;
  /** Whether it is identical to the cached one. */
  readonly unchanged: boolean;
  /** Bytes that crossed the wire. */
  readonly transferred: number;
  readonly origin: Origin;
}

/** How to fetch an index. */
export interface FetchIndexOptions {
  /** Accepts an index that is older than the cached one, or a different one with the same version. */
  readonly allowRollback?: boolean;
  /** Accepts a repository with a different name than the cached one, which has this one. */
  readonly renameFrom?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (received: number) => void;
}

/**
 * Fetches the index.
 *
 * @throws RepomillError `not-found` if the source has no index, `format` if the index is malformed, `integrity` if it is older
 * than the cached one, or of a different repository
 */
export async function fetchIndex(
  source: Source,
  cached: CachedIndex | undefined,
  { allowRollback = false, renameFrom, signal, onBytes }: FetchIndexOptions = {},
): Promise<LatestIndex> {
  const { location } = source;
  const known = cached?.origin?.location === location ? cached.origin.validator : undefined;
  const request = defined({ maxBytes: MAX_INDEX_SIZE, validator: known, signal, onBytes });
  const result = await fetchFrom(source, INDEX_PATH, request);
  if (result.kind === 'missing') {
    throw new RepomillError('not-found', `no ${INDEX_PATH}: not a repository, or not its top directory`, {
      path: location,
    });
  }
  if (result.kind === 'unchanged') {
    if (cached?.origin !== undefined) {
      return { signed: cached.signed, bytes: cached.bytes, unchanged: true, transferred: 0, origin: cached.origin };
    }
    throw new RepomillError('transport', 'expected a file, found "unchanged"', { path: INDEX_PATH });
  }
  const { bytes, transferred, validator } = result;
  const { signed } = decodeIndex(bytes);
  if (cached !== undefined && renameFrom !== cached.signed.name) refuseOther(signed, cached.signed);
  const unchanged = cached !== undefined && (await sha256(bytes)) === (await sha256(cached.bytes));
  if (cached !== undefined && !unchanged && !allowRollback) refuseRollback(signed, cached.signed);
  return { signed, bytes, unchanged, transferred, origin: defined({ location, validator }) };
}

// A host may serve a different repository by mistake: its packages are no update of those in the copy.
function refuseOther(found: SignedIndex, { name }: SignedIndex): void {
  if (found.name === name || found.formerNames?.includes(name) === true) return;
  throw new RepomillError('integrity', `expected the repository ${name}, found ${found.name}`, {
    path: INDEX_PATH,
    hint: `pull ${found.name} into a different directory; if it is ${name} under a new name, add --rename-from ${name}`,
  });
}

// The version grows with every change, so an index that is not newer is either outdated or forged.
function refuseRollback(found: SignedIndex, cached: SignedIndex): void {
  if (found.version > cached.version) return;
  const message =
    found.version === cached.version
      ? `a different index with the same version ${found.version}`
      : `expected version ${cached.version} or newer, found ${found.version}`;
  throw new RepomillError('integrity', message, {
    path: INDEX_PATH,
    hint: 'this may be an outdated mirror or an attack; if the repository was recreated on purpose, allow the rollback once (--allow-rollback)',
  });
}
