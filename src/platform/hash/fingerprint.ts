/**
 * XXH64 with seed 0, by xxhash-wasm: places packages in buckets and names strings. It proves nothing: SHA-256 does.
 */
import xxhash from 'xxhash-wasm';
import type { Fingerprint } from '../../model/bucket-placement.ts';

let loading: Promise<Fingerprint> | undefined;

/** The hash function; WebAssembly is instantiated once. */
export function loadFingerprint(): Promise<Fingerprint> {
  loading ??= xxhash().then(({ h64Raw }) => h64Raw);
  return loading;
}
