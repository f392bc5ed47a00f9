/**
 * Files of public keys, armored (RFC 9580, section 6.2) or binary, as the binary key ring that flatpak's clients import. Refuses
 * files without a public key and, above all, secret keys: what is read here is published.
 */
import { concatBytes } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { packetTypesOf } from './packets.ts';

/** The most bytes of a key file: a large ring has some hundreds of kilobytes. */
export const MAX_KEY_FILE = 4_000_000;

/** Packet types (section 5): a secret key and subkey, a public key. */
const SECRET = [5, 7];
const PUBLIC_KEY = 6;

/** The binary key ring in a file. Throws a `format` error for anything else, and for secret keys. */
export function readPublicKeys(bytes: Uint8Array): Uint8Array {
  const ring = ((bytes[0] ?? 0) & 0x80) !== 0 ? bytes : concatBytes(blocksIn(new TextDecoder().decode(bytes)));
  const types = packetTypesOf(ring);
  if (types?.some((type) => SECRET.includes(type))) throw secretKey();
  if (types?.[0] === PUBLIC_KEY) return ring;
  throw new RepomillError('format', 'expected OpenPGP public keys, found none');
}

/** The content of every armored block: base64 after an empty line, before the checksum. */
function blocksIn(text: string): readonly Uint8Array[] {
  if (text.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----')) throw secretKey();
  const blocks = text.matchAll(
    /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([\s\S]*?)^-----END PGP PUBLIC KEY BLOCK-----/gm,
  );
  return [...blocks].map(([, block = '']) => {
    const [, body = block] = /^(?:[^\r\n]*: [^\r\n]*\r?\n)*[ \t]*\r?\n([\s\S]*)$/.exec(block) ?? [];
    const base64 = body.replace(/^=.{4}[ \t\r]*$/m, '').replaceAll(/\s/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
      throw new RepomillError('format', 'expected base64 between BEGIN and END, found something else');
    }
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  });
}

function secretKey(): RepomillError {
  return new RepomillError('format', 'expected public keys, found a secret key, which would be published', {
    hint: 'export the public half: gpg --export KEY',
  });
}
