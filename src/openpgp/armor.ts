/**
 * Armor: packets as text (RFC 9580, section 6.2). Also splits key files for OpenPGP.js, which needs to know whether a file is armored
 * or binary, and reads one armored block at a time.
 */
import { RepomillError } from '../errors.ts';

/** The content of a file of keys. */
export type KeyBlocks = { readonly binary: Uint8Array } | { readonly armored: readonly string[] };

/**
 * Splits a key file into blocks.
 *
 * @param kind - which armored blocks are wanted, as their header lines say it
 */
export function readKeyBlocks(bytes: Uint8Array, kind: 'PRIVATE' | 'PUBLIC'): KeyBlocks {
  // The first bit of a packet is always set (section 4.2); in ASCII text it never is.
  if (((bytes[0] ?? 0) & 0x80) !== 0) return { binary: bytes };
  const blocks = new TextDecoder().decode(bytes).split(/^(?=-----BEGIN PGP )/m);
  return { armored: blocks.filter((block) => block.startsWith(`-----BEGIN PGP ${kind} KEY BLOCK-----`)) };
}

/** What an armored block is, as its header line says it. */
export type ArmorKind = 'SIGNATURE' | 'PUBLIC KEY BLOCK';

/** Characters of a line of base64, as gpg writes it. */
const LINE_LENGTH = 64;

/** Bytes per call of `String.fromCharCode`, whose number of arguments is limited. */
const CALL_SIZE = 8192;

/**
 * Armors packets, all in one block: that is how every reader takes several. With a checksum: RFC 9580 advises against it, but
 * GnuPG 2.2 does not see the end of a block without one, if its base64 has no padding either.
 */
export function formatArmor(kind: ArmorKind, packets: Uint8Array): string {
  const lines = encodeBase64(packets).match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
  const checksum = `=${encodeBase64(crc24(packets))}`;
  return `${[`-----BEGIN PGP ${kind}-----`, '', ...lines, checksum, `-----END PGP ${kind}-----`].join('\n')}\n`;
}

function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CALL_SIZE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CALL_SIZE));
  }
  return btoa(binary);
}

/** The CRC-24 of section 6.1, in three bytes. */
function crc24(bytes: Uint8Array): Uint8Array {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x800000) === 0 ? crc << 1 : (crc << 1) ^ 0x1864cfb;
  }
  return Uint8Array.of(crc >> 16, crc >> 8, crc);
}

/**
 * The packets of one armored block, with or without a checksum, which is not compared: what is read is checked by its
 * signatures.
 *
 * @throws RepomillError `format` for anything but one block of this kind, or for text around it
 */
export function parseArmor(kind: ArmorKind, text: string): Uint8Array {
  const lines = text.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  const empty = lines.indexOf('');
  const headers = lines.slice(1, Math.max(empty, 1));
  const isFramed = lines[0] === `-----BEGIN PGP ${kind}-----` && lines.at(-1) === `-----END PGP ${kind}-----`;
  if (!isFramed || empty === -1 || !headers.every((line) => /^[A-Za-z0-9]+: /.test(line))) {
    throw new RepomillError('format', `expected one armored block of the kind ${kind}, found something else`);
  }
  const content = lines.slice(empty + 1, -1);
  if (/^=[A-Za-z0-9+/]{4}$/.test(content.at(-1) ?? '')) content.pop();
  const base64 = content.join('');
  if (base64 === '' || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw new RepomillError('format', `expected base64 in the armored ${kind.toLowerCase()}, found something else`);
  }
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
