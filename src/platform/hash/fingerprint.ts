/**
 * XXH64 with seed 0, by xxhash-wasm: places packages in buckets and names strings. It proves nothing: SHA-256 does. It is
 * WebAssembly, for generator and auditor; clients use `bytes/xxh64.ts`.
 */
import xxhash, { type XXHashAPI } from 'xxhash-wasm';
import type { Fingerprint } from '../../model/bucket-placement.ts';

let loading: Promise<XXHashAPI> | undefined;

/** The hash function; WebAssembly is instantiated once. */
export async function loadFingerprint(): Promise<Fingerprint> {
  return (await load()).h64Raw;
}

/** XXH64 of bytes that arrive in chunks. */
export interface StreamHash {
  update(bytes: Uint8Array): unknown;
  digest(): bigint;
}

/** The same hash, of a stream: the checksum of Zstandard. */
export async function createStreamHash(): Promise<StreamHash> {
  return (await load()).create64();
}

function load(): Promise<XXHashAPI> {
  loading ??= xxhash();
  return loading;
}
