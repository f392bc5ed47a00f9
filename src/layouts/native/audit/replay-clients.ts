/**
 * The replay of clients: from every state that a client may be in (nothing cached, the newest summary, each older one that
 * still has a delta), the client's own code is run, and must end with exactly the bytes that the index names.
 */

import { cachedSummaryName, writeOrigin } from '../../../client/cached-state.ts';
import { memoryStore } from '../../../client/in-memory.ts';
import { pull } from '../../../client/pull/pull.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import type { Digest } from '../../../model/digest.ts';
import type { Source } from '../../../model/source.ts';
import { sha256 } from '../../../platform/hash/sha256.ts';
import { INDEX_PATH } from '../format/paths.ts';
import type { SignedIndex, SummaryEntry } from '../format/repository-index.ts';
import { encodeIndex } from '../format/repository-index.ts';
import { splitSummary } from '../format/summary.ts';

/** A summary that a client may have. */
export interface ClientState {
  readonly sha256: Digest;
  readonly canonical: Uint8Array;
}

/**
 * Updates one client. Throws an integrity error if it ends with other bytes, or had to fall back.
 *
 * @param state - the summary that the client has; undefined for a new client
 */
export async function replayClient(
  state: ClientState | undefined,
  entry: SummaryEntry,
  signed: SignedIndex,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<void> {
  const kept = new Map<string, Uint8Array>();
  const store = memoryStore(kept);
  const { arch, subset } = entry;
  if (state !== undefined) {
    const index = await indexOf(state, entry, signed);
    kept.set(cachedSummaryName(state.sha256), state.canonical);
    kept.set(INDEX_PATH, index);
    await writeOrigin(store, index, { location: source.location }, [defined({ arch, subset })]);
  }
  const report = await pull(defined({ source, store, arch, subset, signal }));
  const start = state === undefined ? 'a new client' : `a client with ${state.sha256}`;
  const [fallback] = report.fallbacks;
  if (fallback !== undefined) {
    throw new RepomillError('integrity', `${start} had to fall back: ${fallback.reason}`);
  }
  const pulled = kept.get(cachedSummaryName(entry.sha256));
  if (pulled === undefined || (await sha256(pulled)) !== entry.sha256) {
    throw new RepomillError('integrity', `${start} does not end with ${entry.sha256}`);
  }
}

// The index from when the client's summary was the newest, as far as a client looks at it.
async function indexOf(state: ClientState, entry: SummaryEntry, signed: SignedIndex): Promise<Uint8Array> {
  const { header, headerBytes } = splitSummary(state.canonical);
  const old: SummaryEntry = {
    ...entry,
    sha256: state.sha256,
    size: state.canonical.length,
    packages: header.packages,
    header: { sha256: await sha256(headerBytes), size: headerBytes.length, storedSize: entry.header.storedSize },
    history: [],
  };
  const current = state.sha256 === entry.sha256;
  const version = current ? signed.version : Math.max(0, signed.version - 1);
  const index = current ? signed : { ...signed, version, summaries: [old] };
  return encodeIndex({ signed: index, signatures: [] });
}
