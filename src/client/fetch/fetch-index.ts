/**
 * The first round trip of everything: the index, fetched only if it is another than the cached one, and never an older one.
 */
import { RepomillError } from '../../errors.ts';
import { INDEX_PATH } from '../../layouts/native/format/paths.ts';
import type { SignedIndex } from '../../layouts/native/format/repository-index.ts';
import { decodeIndex } from '../../layouts/native/format/repository-index.ts';
import { MAX_INDEX_SIZE } from '../../model/limits.ts';
import type { FetchRequest, Source } from '../../model/source.ts';
import { sha256 } from '../../platform/hash/sha256.ts';
import type { CachedIndex, Origin } from '../pull/cached-state.ts';

/** The index as the source has it now. */
export interface LatestIndex {
  readonly signed: SignedIndex;
  readonly bytes: Uint8Array;
  /** Whether it is the cached one, byte for byte. */
  readonly unchanged: boolean;
  /** Bytes that crossed the wire. */
  readonly transferred: number;
  readonly origin: Origin;
}

/** How to fetch an index. */
export interface FetchIndexOptions {
  /** Takes an index that is older than the cached one, or another one of the same version. */
  readonly allowRollback?: boolean;
  readonly onBytes?: (received: number) => void;
}

/**
 * Fetches the index.
 *
 * @throws RepomillError `not-found` where the source has none, `format` where it is not one, `integrity` where it is older
 * than the cached one
 */
export async function fetchIndex(
  source: Source,
  cached: CachedIndex | undefined,
  options: FetchIndexOptions = {},
): Promise<LatestIndex> {
  const { location } = source;
  const known = cached?.origin?.location === location ? cached.origin.validator : undefined;
  const request: FetchRequest = {
    maxBytes: MAX_INDEX_SIZE,
    ...(known === undefined ? {} : { validator: known }),
    ...(options.onBytes === undefined ? {} : { onBytes: options.onBytes }),
  };
  const result = await source.fetch(INDEX_PATH, request);
  if (result.kind === 'missing') {
    throw new RepomillError('not-found', `${location}: no ${INDEX_PATH}: not a repository, or not its top directory`);
  }
  if (result.kind === 'unchanged') {
    if (cached?.origin !== undefined) {
      return { signed: cached.signed, bytes: cached.bytes, unchanged: true, transferred: 0, origin: cached.origin };
    }
    throw new RepomillError('transport', `${location}: ${INDEX_PATH}: expected a file, found "unchanged"`);
  }
  const { bytes, transferred, validator } = result;
  const { signed } = decodeIndex(bytes);
  const unchanged = cached !== undefined && (await sha256(bytes)) === (await sha256(cached.bytes));
  if (cached !== undefined && !unchanged && options.allowRollback !== true) refuseRollback(signed, cached.signed);
  const origin = { location, ...(validator === undefined ? {} : { validator }) };
  return { signed, bytes, unchanged, transferred, origin };
}

// The version grows with every change: what is not newer is an old copy, or the work of somebody else.
function refuseRollback(found: SignedIndex, cached: SignedIndex): void {
  if (found.version > cached.version) return;
  const what =
    found.version === cached.version
      ? `two different indexes of version ${found.version}`
      : `expected version ${cached.version} or newer, found ${found.version}`;
  throw new RepomillError('integrity', `index: ${what}`, {
    hint: 'an outdated mirror or an attack; if the repository was made anew on purpose, allow the rollback once',
  });
}
