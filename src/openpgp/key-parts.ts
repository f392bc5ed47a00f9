/**
 * What a public key is made of: the primary key and its subkeys, with their algorithms, and the digests by which the key vouches for
 * each (RFC 9580, sections 5.5 and 10.1). Nothing is checked here; what cannot be parsed has no parts.
 */
import { formatHex } from '../bytes/bytes.ts';
import { readSignature, type SignatureClaims, splitPackets } from './packets.ts';

/** A primary key or a subkey. */
export interface KeyPart {
  readonly isPrimary: boolean;
  /** As gpg has it: `rsa2048`, `ed25519`, `nistp256`; `algorithm 99` for an unknown one. */
  readonly algorithm: string;
  /** Whether it may sign documents. */
  readonly signs: boolean;
  /** The numbers of the digest algorithms of the key's own signatures over this part, newest first. */
  readonly digests: readonly number[];
}

/** Packet types. */
const SIGNATURE = 2;
const PRIMARY_KEY = 6;
const SUBKEY = 14;

/** Types of signatures by which a key vouches for itself: certifications of user ids, of subkeys, and of the key directly. */
const BINDINGS = new Set([0x10, 0x11, 0x12, 0x13, 0x18, 0x1f]);

/** The key flag of parts that sign documents. */
const SIGNS = 0x02;

/**
 * The parts of one public key in binary form; none if the bytes are anything else.
 *
 * @param fingerprint - of the primary key, in lower-case hexadecimal; signatures by other keys are left out
 */
export function readKeyParts(packets: Uint8Array, fingerprint: string): readonly KeyPart[] {
  const parts: { readonly isPrimary: boolean; readonly algorithm: string; readonly bindings: SignatureClaims[] }[] = [];
  for (const { type, bytes, body } of splitPackets(packets) ?? []) {
    if (type === PRIMARY_KEY || type === SUBKEY) {
      parts.push({ isPrimary: type === PRIMARY_KEY, algorithm: algorithmOf(body), bindings: [] });
    }
    const claims = type === SIGNATURE ? readSignature(bytes) : undefined;
    const isOwn = claims?.issuer !== undefined && fingerprint.endsWith(claims.issuer);
    if (claims !== undefined && isOwn && BINDINGS.has(claims.type)) parts.at(-1)?.bindings.push(claims);
  }
  return parts.map(({ isPrimary, algorithm, bindings }) => {
    const newest = bindings.toSorted((a, b) => b.created - a.created);
    const flags = newest.find(({ keyFlags }) => keyFlags !== undefined)?.keyFlags;
    // Without flags, which old keys lack, a primary key may do all that its algorithm can.
    const signs = flags === undefined ? isPrimary : (flags & SIGNS) !== 0;
    return { isPrimary, algorithm, signs, digests: newest.map(({ digest }) => digest) };
  });
}

/** Curves by their object identifiers (section 9.2), in hexadecimal. */
const CURVES: ReadonlyMap<string, string> = new Map([
  ['2a8648ce3d030107', 'nistp256'],
  ['2b81040022', 'nistp384'],
  ['2b81040023', 'nistp521'],
  ['2b8104000a', 'secp256k1'],
  ['2b2403030208010107', 'brainpoolP256r1'],
  ['2b240303020801010b', 'brainpoolP384r1'],
  ['2b240303020801010d', 'brainpoolP512r1'],
  ['2b06010401da470f01', 'ed25519'],
  ['2b060104019755010501', 'cv25519'],
]);

/** The algorithm in the body of a key packet of version 4: after version and time, a number (section 9.1) and its parameters. */
function algorithmOf(body: Uint8Array): string {
  const number = body[5] ?? 0;
  const unknown = `algorithm ${number}`;
  if (body[0] !== 4) return unknown;
  // The first parameter is a number, of as many bits as the key: the modulus of RSA, the prime of Elgamal and DSA.
  const bits = ((body[6] ?? 0) << 8) | (body[7] ?? 0);
  if (number >= 1 && number <= 3) return `rsa${bits}`;
  if (number === 16) return `elg${bits}`;
  if (number === 17) return `dsa${bits}`;
  if (number === 18 || number === 19 || number === 22) {
    const size = body[6] ?? 0;
    return CURVES.get(formatHex(body.subarray(7, 7 + size))) ?? unknown;
  }
  return unknown;
}
