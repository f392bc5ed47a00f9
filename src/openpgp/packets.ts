/**
 * What a detached OpenPGP signature says about itself: when it was made, and by which key. Nothing is checked against a key here,
 * so these are claims. Refuses anything but one whole version 4 signature packet over a document (RFC 9580, section 5.2.3; the
 * bytes are the same in RFC 4880): version 4 is what GnuPG 2.2, and with it flatpak's and apt's clients, can read.
 */
import { formatHex } from '../bytes/bytes.ts';
import { defined } from '../model/defined.ts';
import type { SignatureForm } from '../model/signer.ts';

/** What a signature claims. */
export interface SignatureFacts {
  /** When it was made: seconds since 1970. */
  readonly created: number;
  /** The key that made it, in lower-case hex: its fingerprint (40 digits), or its id (16 digits) if there is no fingerprint. */
  readonly issuer?: string;
}

/** A file of signatures, in bytes: room for some hundreds. Larger ones are refused. */
export const MAX_SIGNATURE_SIZE: number = 256 * 1024;

/** Packet type of a signature (RFC 9580, section 5). */
const SIGNATURE = 2;

/** Signature types of documents (section 5.2.1). */
const DOCUMENT_TYPES: { readonly [Form in SignatureForm]: number } = { binary: 0x00, text: 0x01 };

/** Subpacket types (section 5.2.3.7). */
const CREATION_TIME = 2;
const ISSUER_KEY_ID = 16;
const KEY_FLAGS = 27;
const ISSUER_FINGERPRINT = 33;

/** Bytes of a version 4 fingerprint, a SHA-1, and of a key id. */
const FINGERPRINT_SIZE = 20;
const KEY_ID_SIZE = 8;

/** What a signature of any kind claims. */
export interface SignatureClaims extends SignatureFacts {
  /** Its type (section 5.2.1): over a document, or a certification of a key. */
  readonly type: number;
  /** The number of its digest algorithm (section 9.5). */
  readonly digest: number;
  /** What it says its key is for (section 5.2.3.29), in the first byte of flags. */
  readonly keyFlags?: number;
}

/**
 * Parses one signature packet over a document of a form. Undefined if the bytes are anything else, or anything more. Never
 * throws.
 */
export function readSignatureFacts(bytes: Uint8Array, form: SignatureForm = 'binary'): SignatureFacts | undefined {
  const claims = readSignature(bytes);
  if (claims?.type !== DOCUMENT_TYPES[form]) return undefined;
  const { created, issuer } = claims;
  return { created, ...defined({ issuer }) };
}

/** Parses one signature packet of version 4. Undefined if the bytes are anything else, or anything more. Never throws. */
export function readSignature(bytes: Uint8Array): SignatureClaims | undefined {
  const body = readPacketBody(bytes);
  const [version, type, , digest] = body ?? [];
  if (body === undefined || version !== 4 || type === undefined || digest === undefined) return undefined;
  // After version, type, public key algorithm and digest algorithm: two areas of subpackets, each with its length.
  const hashed = readArea(body, 4);
  const unhashed = hashed && readArea(body, hashed.end);
  if (hashed === undefined || unhashed === undefined) return undefined;
  // Then two bytes of the digest, and a number: its length in bits, then at least one byte.
  if (body.length < unhashed.end + 2 + 3) return undefined;
  // Only what the signature covers can be trusted as its time.
  const created = lastOf(hashed.subpackets, CREATION_TIME, 4);
  if (created === undefined) return undefined;
  const issuer = issuerOf(hashed.subpackets) ?? issuerOf(unhashed.subpackets);
  const keyFlags = hashed.subpackets.findLast((one) => one.type === KEY_FLAGS)?.content[0];
  return { type, digest, created: viewOf(created).getUint32(0), ...defined({ issuer, keyFlags }) };
}

/** The body of the one packet that the bytes are. */
function readPacketBody(bytes: Uint8Array): Uint8Array | undefined {
  const packet = readPacket(bytes);
  return packet?.type === SIGNATURE && packet.end === bytes.length ? bytes.subarray(packet.start) : undefined;
}

/** The types of the packets that the bytes are, in their order. Undefined if they are not whole packets. Never throws. */
export function packetTypesOf(bytes: Uint8Array): readonly number[] | undefined {
  return splitPackets(bytes)?.map(({ type }) => type);
}

/** Signature packets that follow each other, one by one. Undefined if the bytes are anything else. Never throws. */
export function splitSignatures(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const packets = splitPackets(bytes);
  return packets?.every(({ type }) => type === SIGNATURE) ? packets.map((packet) => packet.bytes) : undefined;
}

/** A packet with its header. */
export interface WholePacket {
  /** Section 5. */
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly body: Uint8Array;
}

/** Packets that follow each other, one by one. Undefined if the bytes are not whole packets. Never throws. */
export function splitPackets(bytes: Uint8Array): readonly WholePacket[] | undefined {
  const packets: WholePacket[] = [];
  for (let at = 0; at < bytes.length; ) {
    const rest = bytes.subarray(at);
    const packet = readPacket(rest);
    if (packet === undefined || packet.end > rest.length) return undefined;
    const { type, start, end } = packet;
    packets.push({ type, bytes: rest.subarray(0, end), body: rest.subarray(start, end) });
    at += end;
  }
  return packets;
}

interface Packet {
  readonly type: number;
  /** Where its body starts and ends. */
  readonly start: number;
  readonly end: number;
}

/** The packet that the bytes start with, in the new or the legacy format (sections 4.2.1 and 4.2.2). */
function readPacket(bytes: Uint8Array): Packet | undefined {
  const header = bytes[0] ?? 0;
  if ((header & 0x80) === 0) return undefined;
  const isNew = (header & 0x40) !== 0;
  const type = isNew ? header & 0x3f : (header >> 2) & 0x0f;
  const length = isNew ? readNewLength(bytes) : readLegacyLength(bytes, header & 0x03);
  return length && { type, start: length.end, end: length.end + length.value };
}

interface Length {
  readonly value: number;
  /** Where it ends. */
  readonly end: number;
}

/** The length after the first byte. A length that starts with 224 to 254 announces a body in parts, never used for signatures. */
function readNewLength(bytes: Uint8Array): Length | undefined {
  const length = readLength(bytes, 1);
  const first = bytes[1] ?? 0;
  return first >= 224 && first < 255 ? undefined : length;
}

/** Kinds 0, 1 and 2 are lengths of one, two and four bytes; kind 3, up to the end of the file, is never used for signatures. */
function readLegacyLength(bytes: Uint8Array, kind: number): Length | undefined {
  const size = 1 << kind;
  if (kind === 3 || bytes.length < 1 + size) return undefined;
  const value = bytes.subarray(1, 1 + size).reduce((sum, byte) => sum * 256 + byte, 0);
  return { value, end: 1 + size };
}

/** A length in one, two or five bytes, as in packets (section 4.2.1) and subpackets (section 5.2.3.7). */
function readLength(bytes: Uint8Array, at: number): Length | undefined {
  const [first, second] = bytes.subarray(at, at + 2);
  if (first === undefined) return undefined;
  if (first < 192) return { value: first, end: at + 1 };
  if (first === 255) {
    return bytes.length < at + 5 ? undefined : { value: viewOf(bytes).getUint32(at + 1), end: at + 5 };
  }
  return second === undefined ? undefined : { value: (first - 192) * 256 + second + 192, end: at + 2 };
}

interface Subpacket {
  readonly type: number;
  readonly content: Uint8Array;
}

interface Area {
  readonly subpackets: readonly Subpacket[];
  /** Where it ends. */
  readonly end: number;
}

/** The area of subpackets whose length, in two bytes, is at `at`. Undefined unless the subpackets fill it exactly. */
function readArea(body: Uint8Array, at: number): Area | undefined {
  if (body.length < at + 2) return undefined;
  const end = at + 2 + viewOf(body).getUint16(at);
  if (body.length < end) return undefined;
  const area = body.subarray(0, end);
  const subpackets: Subpacket[] = [];
  for (let next = at + 2; next < end; ) {
    const length = readLength(area, next);
    if (length === undefined || length.value === 0 || length.end + length.value > end) return undefined;
    next = length.end + length.value;
    // The high bit marks a critical subpacket and is not part of the type.
    subpackets.push({ type: (area[length.end] ?? 0) & 0x7f, content: area.subarray(length.end + 1, next) });
  }
  return { subpackets, end };
}

function issuerOf(subpackets: readonly Subpacket[]): string | undefined {
  // The version of the key comes before the fingerprint.
  const fingerprint = lastOf(subpackets, ISSUER_FINGERPRINT, 1 + FINGERPRINT_SIZE);
  if (fingerprint?.[0] === 4) return formatHex(fingerprint.subarray(1));
  const id = lastOf(subpackets, ISSUER_KEY_ID, KEY_ID_SIZE);
  return id && formatHex(id);
}

/** The content of the last subpacket of a type: it wins if several contradict each other (section 5.2.3.9). */
function lastOf(subpackets: readonly Subpacket[], type: number, size: number): Uint8Array | undefined {
  return subpackets.findLast((one) => one.type === type && one.content.length === size)?.content;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
