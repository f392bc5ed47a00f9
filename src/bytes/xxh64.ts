/**
 * XXH64 with seed 0 (xxhash.com, "XXH64 Algorithm Description"), in BigInt: for clients, which hash a few bytes of a name and
 * may not run WebAssembly, as on a page whose Content-Security-Policy says `script-src 'self'`. The generator has millions of
 * names, and a faster one in `platform/hash/fingerprint.ts`.
 */

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;
const STRIPE_SIZE = 32;

/** XXH64 of some bytes, from 0 to 2^64 - 1. */
export function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { hash, at } = hashStripes(view);
  return avalanche(hashRest(view, at, modulo(hash + BigInt(bytes.length))));
}

/** The hash of all whole stripes, and where the rest begins. */
function hashStripes(view: DataView): { readonly hash: bigint; readonly at: number } {
  if (view.byteLength < STRIPE_SIZE) return { hash: P5, at: 0 };
  let [a, b, c, d] = [modulo(P1 + P2), P2, 0n, modulo(-P1)];
  let at = 0;
  for (; at + STRIPE_SIZE <= view.byteLength; at += STRIPE_SIZE) {
    a = round(a, view.getBigUint64(at, true));
    b = round(b, view.getBigUint64(at + 8, true));
    c = round(c, view.getBigUint64(at + 16, true));
    d = round(d, view.getBigUint64(at + 24, true));
  }
  let hash = modulo(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
  for (const lane of [a, b, c, d]) hash = modulo((hash ^ round(0n, lane)) * P1 + P4);
  return { hash, at };
}

function hashRest(view: DataView, start: number, hash: bigint): bigint {
  let at = start;
  let rest = hash;
  for (; at + 8 <= view.byteLength; at += 8) {
    rest = modulo(rotate(rest ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4);
  }
  if (at + 4 <= view.byteLength) {
    rest = modulo(rotate(rest ^ modulo(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3);
    at += 4;
  }
  for (; at < view.byteLength; at++) {
    rest = modulo(rotate(rest ^ modulo(BigInt(view.getUint8(at)) * P5), 11n) * P1);
  }
  return rest;
}

function avalanche(hash: bigint): bigint {
  const once = modulo((hash ^ (hash >> 33n)) * P2);
  const twice = modulo((once ^ (once >> 29n)) * P3);
  return twice ^ (twice >> 32n);
}

function round(lane: bigint, input: bigint): bigint {
  return modulo(rotate(modulo(lane + input * P2), 31n) * P1);
}

function rotate(value: bigint, bits: bigint): bigint {
  return modulo(value << bits) | (value >> (64n - bits));
}

function modulo(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
