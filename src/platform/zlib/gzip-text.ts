/**
 * gzip as zlib makes it, with the same bytes on every machine, and a tenth fewer than fflate's where a text is full of digests. The
 * zlib of Node is five times as fast as pako, its port, but a distribution may have built Node with a different one, which
 * compresses in its own way. So it is used if it makes of a sample what zlib makes. Kept apart from `gzip.ts`, which
 * browsers load.
 */
import { constants, gzipSync } from 'node:zlib';
import { gzip, Z_DEFAULT_STRATEGY, Z_FILTERED } from 'pako';
import { encodeText } from '../../bytes/bytes.ts';
import { digestOf } from '../hash/sha256.ts';

/** How a text is compressed: with all matches, or without short ones, which in digests cost more than they save. */
const strategies = { all: Z_DEFAULT_STRATEGY, filtered: Z_FILTERED };

/** One gzip member without name and time. */
export function gzipMember(text: Uint8Array): Uint8Array {
  return compress(text, 'all');
}

/** One gzip member without name and time: the smaller of two. */
export function gzipText(text: Uint8Array): Uint8Array {
  const all = compress(text, 'all');
  const filtered = compress(text, 'filtered');
  return filtered.length < all.length ? filtered : all;
}

function compress(text: Uint8Array, strategy: keyof typeof strategies): Uint8Array {
  return isZlib() ? gzipNatively(text, strategy) : gzip(text, { level: 9, strategy: strategies[strategy] });
}

let verdict: boolean | undefined;

/** Whether the zlib of this Node compresses as zlib does. */
function isZlib(): boolean {
  verdict ??= digestOf(gzipNatively(gzipSample(), 'filtered')) === SAMPLE_DIGEST;
  return verdict;
}

/** SHA-256 of what zlib makes of the sample. */
export const SAMPLE_DIGEST: string = 'f8b920115595d51643e37b3cd6d92728093b19fa1c74dd101a90a0f9af3329fa';

/** Lines that repeat each other as those of packages do, long enough for every part of the search for matches. */
export function gzipSample(): Uint8Array {
  const lines: string[] = [];
  let state = 1;
  for (let i = 0; i < 3000; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    lines.push(
      `package-${state % 700}: ${state.toString(16)} pool/main/${'abcdefgh'.slice(state % 7)}/${i * (state % 13)}\n`,
    );
  }
  return encodeText(lines.join(''));
}

const LEVEL = 9;

/** Where a gzip header has the time, which is absent, what the compressor did, and the system (RFC 1952, section 2.3). */
const HEADER_END: readonly number[] = [0, 0, 0, 0, 2, 3];

function gzipNatively(text: Uint8Array, strategy: keyof typeof strategies): Uint8Array {
  const options = { all: constants.Z_DEFAULT_STRATEGY, filtered: constants.Z_FILTERED };
  const { buffer, byteOffset, length } = gzipSync(text, { level: LEVEL, strategy: options[strategy] });
  const member = new Uint8Array(buffer, byteOffset, length);
  // Node notes the system that it runs on.
  member.set(HEADER_END, 4);
  return member;
}
