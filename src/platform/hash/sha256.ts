/**
 * SHA-256. In Node through its own crypto, which neither copies the bytes nor waits for a thread; in a browser through the
 * Web Crypto API, which is asynchronous alone: what the generator needs is synchronous and needs Node. A page that came over
 * plain http, unless from localhost, has no Web Crypto ("secure contexts"); noble-hashes is loaded there.
 */
import type * as Crypto from 'node:crypto';
import { formatHex, inChunks } from '../../bytes/bytes.ts';
import { type Digest, isDigest } from '../../model/digest.ts';

/** The digest of bytes. Runs in a browser, too. */
export async function sha256(bytes: Uint8Array): Promise<Digest> {
  return asDigest(builtinCrypto()?.createHash('sha256').update(bytes).digest('hex') ?? (await webSha256(bytes)));
}

/** The digest of bytes, without a promise for each of a hundred thousand records. */
export function digestOf(bytes: Uint8Array): Digest {
  return asDigest(nodeCrypto().hash('sha256', bytes, 'hex'));
}

/** The digest of several parts, one after the other, which need not be in memory at the same time. */
export function digestOfParts(parts: Iterable<Uint8Array>): Digest {
  const whole = nodeCrypto().createHash('sha256');
  for (const chunk of inChunks(parts)) whole.update(chunk);
  return asDigest(whole.digest('hex'));
}

/** A digest of bytes that come piece by piece. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** The digest of all pieces. To be called once. */
  finish(): Digest;
}

/** Starts a digest. */
export function startDigest(): RunningDigest {
  const whole = nodeCrypto().createHash('sha256');
  return { update: (bytes) => void whole.update(bytes), finish: () => asDigest(whole.digest('hex')) };
}

/** A name for a text: its SHA-256 in base64url, 43 characters. */
export function nameOfText(text: string): string {
  return nodeCrypto().hash('sha256', text, 'base64url');
}

/** A key for anything that JSON can express. The order of members counts. */
export function keyOf(value: unknown): Digest {
  return asDigest(nodeCrypto().hash('sha256', JSON.stringify(value), 'hex'));
}

/**
 * Whether a batch of ordered names ends after this one. The name alone decides, so that a new one changes no other batch.
 *
 * @param mean - how many names a batch has on average
 */
export function endsBatch(name: string, mean: number): boolean {
  return Number.parseInt(keyOf(name).slice(0, 8), 16) % mean === 0;
}

async function webSha256(bytes: Uint8Array): Promise<string> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  // The assertion excludes shared memory, which nothing here uses.
  if (subtle !== undefined) {
    return formatHex(new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
  }
  const { sha256: sha256InJs } = await import('@noble/hashes/sha2.js');
  return formatHex(sha256InJs(bytes));
}

/**
 * Node's module, or undefined in a browser. Asked of the process and not imported: an import of `node:crypto`, even a dynamic
 * one, would keep bundlers from building this file for a browser.
 */
function builtinCrypto(): typeof Crypto | undefined {
  return globalThis.process?.getBuiltinModule?.('node:crypto');
}

let loaded: typeof Crypto | undefined;

function nodeCrypto(): typeof Crypto {
  loaded ??= builtinCrypto();
  if (loaded === undefined) throw new TypeError('synchronous SHA-256 needs Node');
  return loaded;
}

function asDigest(hex: string): Digest {
  if (!isDigest(hex)) throw new TypeError(`SHA-256: expected 32 bytes, found ${hex.length / 2}`);
  return hex;
}
