import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../src/bytes/bytes.ts';
import { RepomillError } from '../../../src/errors.ts';
import { formatArmor } from '../../../src/openpgp/armor.ts';
import { formatCleartext, parseCleartext, signedTextOf } from '../../../src/openpgp/cleartext.ts';
import { readSignatureFacts } from '../../../src/openpgp/packets.ts';
import { FINGERPRINT, MESSAGE, TEXT } from '../../vectors/signed-text.ts';

const { signatures } = parseCleartext(MESSAGE);
const [signature = new Uint8Array(0)] = signatures;

describe('parseCleartext', () => {
  it('reads the text and the signature of a message of gpg', () => {
    expect(parseCleartext(MESSAGE).text).toBe(TEXT);
    expect(signatures.map((one) => readSignatureFacts(one, 'text'))).toEqual([
      { created: 1_714_608_000, issuer: FINGERPRINT },
    ]);
  });

  it('reads several signatures, in one block or in several', () => {
    const two = formatCleartext({ text: TEXT, signatures: [signature, signature] });
    expect(two.match(/BEGIN PGP SIGNATURE-----$/gm)).toHaveLength(2);
    expect(parseCleartext(two)).toEqual({ text: TEXT, signatures: [signature, signature] });
    const blocks = `${MESSAGE}${formatArmor('SIGNATURE', signature)}`;
    expect(parseCleartext(blocks)).toEqual({ text: TEXT, signatures: [signature, signature] });
  });

  it('reads headers of the armor, and a message without a digest', () => {
    const headed = MESSAGE.replace('SIGNATURE-----\n\n', 'SIGNATURE-----\nVersion: GnuPG v1\nComment: hello\n\n');
    expect(parseCleartext(headed.replace('Hash: SHA512\n', ''))).toEqual({ text: TEXT, signatures });
  });

  it.each([
    ['nothing', '', 'line 1: expected "-----BEGIN PGP SIGNED MESSAGE-----", found ""'],
    ['a message that is cut off', MESSAGE.slice(0, -1), 'expected a line feed at the end: the file is cut off'],
    ['a text alone', TEXT, 'line 1: expected "-----BEGIN PGP SIGNED MESSAGE-----", found "Origin: Example"'],
    [
      'a text in front',
      `Suite: evil\n${MESSAGE}`,
      'line 1: expected "-----BEGIN PGP SIGNED MESSAGE-----", found "Suite: evil"',
    ],
    ['an empty line in front', `\n${MESSAGE}`, 'line 1: expected "-----BEGIN PGP SIGNED MESSAGE-----", found ""'],
    [
      'a text after it',
      `${MESSAGE}Suite: evil\n`,
      'line 20: expected nothing after the signature, found "Suite: evil"',
    ],
    ['an empty line after it', `${MESSAGE}\n`, 'line 20: expected nothing after the signature, found ""'],
    [
      'a field as a header',
      MESSAGE.replace('Hash: SHA512\n', 'Hash: SHA512\nSuite: evil\n'),
      'line 3: expected "Hash: " or an empty line, found "Suite: evil"',
    ],
    [
      'a header that turns off escapes',
      MESSAGE.replace('Hash: SHA512\n', 'NotDashEscaped: yes\n'),
      'line 2: expected "Hash: " or an empty line, found "NotDashEscaped: yes"',
    ],
    [
      'a message in a message',
      MESSAGE.replace('Suite: stable', '-----BEGIN PGP SIGNED MESSAGE-----'),
      'line 5: expected "- " before a line with a dash, found "-----BEGIN PGP SIGNED MESSAGE-----"',
    ],
    [
      'a dash that is not escaped',
      MESSAGE.replace('- - a dash', '-- a dash'),
      'line 8: expected "- " before a line with a dash, found "-- a dash"',
    ],
    [
      'a blank at the end of a line',
      MESSAGE.replace('stable', 'stable '),
      'line 5: expected no blanks at the end and no carriage return, which signatures do not cover',
    ],
    [
      'a tab at the end of a line',
      MESSAGE.replace('stable', 'stable\t'),
      'line 5: expected no blanks at the end and no carriage return, which signatures do not cover',
    ],
    [
      'carriage returns in the text',
      MESSAGE.replace('stable\n', 'stable\r\n'),
      'line 5: expected no blanks at the end and no carriage return, which signatures do not cover',
    ],
    [
      'carriage returns everywhere',
      MESSAGE.replaceAll('\n', '\r\n'),
      'line 1: expected "-----BEGIN PGP SIGNED MESSAGE-----", found "-----BEGIN PGP SIGNED MESSAGE-----\\r"',
    ],
    [
      'no signature',
      MESSAGE.slice(0, MESSAGE.indexOf('-----BEGIN PGP SIGNATURE-----\n\n')),
      'expected a line "-----BEGIN PGP SIGNATURE-----", found none',
    ],
    [
      'a signature without an end',
      MESSAGE.replace('-----END PGP SIGNATURE-----\n', ''),
      'line 13: expected a line "-----END PGP SIGNATURE-----" below, found none',
    ],
    [
      'a signature with a character that base64 lacks',
      MESSAGE.replace('iHUE', 'iHU*'),
      'expected base64 in the armored signature, found something else',
    ],
    [
      'a signature in a signature',
      MESSAGE.replace('=P4cI', '-----BEGIN PGP SIGNATURE-----'),
      'expected base64 in the armored signature, found something else',
    ],
    [
      'an armor without an empty line',
      MESSAGE.replace('SIGNATURE-----\n\n', 'SIGNATURE-----\n'),
      'expected one armored block of the kind SIGNATURE, found something else',
    ],
    [
      'a packet that is no signature',
      `${MESSAGE.slice(0, MESSAGE.indexOf('-----BEGIN PGP SIGNATURE-----\n\n'))}${formatArmor('SIGNATURE', Uint8Array.of(0x99, 0, 0))}`,
      'line 13: expected OpenPGP signatures, found other data',
    ],
    ['no text', MESSAGE.replace(/\n\nOrigin.*Grüße\n/s, '\n\n'), 'line 4: expected a text, found none'],
  ])('refuses %s', (_, message, expected) => {
    expect(() => parseCleartext(message)).toThrow(new RepomillError('format', expected));
  });

  it('never fails in a different way, whatever it is given', () => {
    const lines = fc.array(fc.constantFrom(...MESSAGE.split('\n'), '-', '- ', '\0', 'Hash: x'), { maxLength: 30 });
    fc.assert(
      fc.property(lines, (some) => {
        const message = ['-----BEGIN PGP SIGNED MESSAGE-----', ...some].join('\n');
        try {
          parseCleartext(message);
        } catch (error) {
          expect(error).toMatchObject({ name: 'RepomillError', code: 'format' });
        }
      }),
    );
  });
});

describe('formatCleartext', () => {
  it('writes what gpg wrote, except that it escapes lines with a dash alone', () => {
    expect(formatCleartext({ text: TEXT, signatures })).toBe(MESSAGE.replace('- From', 'From'));
  });

  it('writes what parseCleartext reads', () => {
    const line = fc.string({ unit: fc.constantFrom('-', ' ', 'a', 'ü', ':', '\u00a0') }).map((text) => text.trimEnd());
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const text = `${lines.join('\n')}\n`;
        expect(parseCleartext(formatCleartext({ text, signatures }))).toEqual({ text, signatures });
      }),
    );
  });

  it.each([
    ['an empty text', '', 'expected a text that ends in a line feed'],
    ['a text without a last line feed', 'a: b', 'expected a text that ends in a line feed'],
    [
      'a blank at the end of a line',
      'a: b\nc: \n',
      'line 2: expected no blanks at the end and no carriage return, which signatures do not cover',
    ],
    [
      'a carriage return inside of a line',
      'a: b\rc\n',
      'line 1: expected no blanks at the end and no carriage return, which signatures do not cover',
    ],
  ])('refuses %s', (_, text, expected) => {
    expect(() => formatCleartext({ text, signatures })).toThrow(new RepomillError('format', expected));
  });

  it('refuses to be without a signature', () => {
    expect(() => formatCleartext({ text: TEXT, signatures: [] })).toThrow(
      new RepomillError('format', 'expected a signature, found none'),
    );
  });

  it.each([
    ['over binary data', signature.with(3, 0)],
    ['with SHA-1', signature.with(5, 2)],
    ['of version 3', signature.with(2, 3)],
    ['that is cut off', signature.subarray(0, -1)],
  ])('refuses a signature %s', (_, bytes) => {
    const message = 'expected signatures over text with SHA-256, SHA-384 or SHA-512, found a different one';
    expect(() => formatCleartext({ text: TEXT, signatures: [signature, bytes] })).toThrow(
      new RepomillError('format', message),
    );
  });
});

describe('signedTextOf', () => {
  it('is all but the last line feed', () => {
    expect(signedTextOf('a\n\n')).toEqual(encodeText('a\n'));
    expect(signedTextOf('ü\n')).toEqual(encodeText('ü'));
  });
});
