import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRelease, MAX_RELEASE_SIZE, parseRelease, type Release } from '../../../src/deb/release-file.ts';
import { RepomillError } from '../../../src/errors.ts';

const A = 'a'.repeat(64);
const B = '0123456789abcdef'.repeat(4);

const release: Release = {
  origin: 'Example',
  label: 'Example packages',
  suite: 'stable',
  version: '12.1',
  codename: 'bookworm',
  date: 1_696_671_679n,
  validUntil: 1_697_276_479n,
  notAutomatic: true,
  butAutomaticUpgrades: true,
  acquireByHash: true,
  allInEachArch: true,
  architectures: ['amd64', 'arm64'],
  components: ['main', 'contrib'],
  description: 'Grüße: packages - for testing',
  signedBy: '8C1ECC47FF5A0E0749302402B1785DC254A75067',
  sha256: [
    { path: 'main/binary-amd64/Packages.xz', size: 1000, digest: B },
    { path: 'main/binary-amd64/Packages', size: 0, digest: A },
    { path: 'contrib/Contents-amd64.gz', size: 20, digest: A },
  ],
};

const text = `Origin: Example
Label: Example packages
Suite: stable
Version: 12.1
Codename: bookworm
Date: Sat, 07 Oct 2023 09:41:19 UTC
Valid-Until: Sat, 14 Oct 2023 09:41:19 UTC
NotAutomatic: yes
ButAutomaticUpgrades: yes
Acquire-By-Hash: yes
No-Support-for-Architecture-all: Packages
Architectures: amd64 arm64
Components: main contrib
Description: Grüße: packages - for testing
Signed-By: 8C1ECC47FF5A0E0749302402B1785DC254A75067
SHA256:
 ${A} 20 contrib/Contents-amd64.gz
 ${A} 0 main/binary-amd64/Packages
 ${B} 1000 main/binary-amd64/Packages.xz
`;

const least: Release = {
  ...{ notAutomatic: false, butAutomaticUpgrades: false, acquireByHash: false, allInEachArch: false },
  ...{ architectures: [], components: [], sha256: [] },
};

describe('formatRelease', () => {
  it('writes every field in the order of Debian, and the list by path', () => {
    expect(formatRelease(release)).toBe(text);
  });

  it('writes no field without a value', () => {
    expect(formatRelease(least)).toBe('SHA256:\n');
  });

  it('does not depend on the order of the list', () => {
    expect(formatRelease({ ...release, sha256: release.sha256.toReversed() })).toBe(text);
  });

  it.each<[string, Partial<Release>, string]>([
    [
      'a line that would become a field',
      { label: 'x\nSHA256: y' },
      'Label: expected one line of text without blanks around it, found "x\\nSHA256: y"',
    ],
    ['an empty value', { origin: '' }, 'Origin: expected one line of text without blanks around it, found ""'],
    [
      'a blank at the end, which a signature does not cover',
      { suite: 'stable ' },
      'Suite: expected one line of text without blanks around it, found "stable "',
    ],
    [
      'a control character',
      { description: 'a\u0007b' },
      'Description: expected one line of text without blanks around it, found "a\\u0007b"',
    ],
    [
      'a component of two words',
      { components: ['main', 'a b'] },
      'Components: expected words without blanks, found "a b"',
    ],
    ['an arch without a name', { architectures: [''] }, 'Architectures: expected words without blanks, found ""'],
    [
      'a path that leads out',
      { sha256: [{ path: '../x', size: 1, digest: A }] },
      'SHA256: expected a path inside of the suite, found "../x"',
    ],
    [
      'a path with a blank',
      { sha256: [{ path: 'a b', size: 1, digest: A }] },
      'SHA256: expected a path inside of the suite, found "a b"',
    ],
    [
      'a path twice',
      { sha256: [1, 2].map((size) => ({ path: 'x', size, digest: A })) },
      'SHA256: expected each path once, found "x" again',
    ],
    [
      'a digest with capital letters, which apt does not match',
      { sha256: [{ path: 'x', size: 1, digest: A.toUpperCase() }] },
      `SHA256: expected 64 hexadecimal digits, found "${A.toUpperCase()}"`,
    ],
    [
      'a size that is no integer',
      { sha256: [{ path: 'x', size: 1.5, digest: A }] },
      'SHA256: expected a size in bytes, found 1.5',
    ],
    [
      'a size below zero',
      { sha256: [{ path: 'x', size: -1, digest: A }] },
      'SHA256: expected a size in bytes, found -1',
    ],
  ])('refuses %s', (_, members, message) => {
    expect(() => formatRelease({ ...release, ...members })).toThrow(new RepomillError('format', message));
  });
});

describe('parseRelease', () => {
  it('reads what formatRelease writes', () => {
    const { sha256, ...fields } = parseRelease(text);
    const sorted = [release.sha256[2], release.sha256[1], release.sha256[0]];
    const { sha256: _, ...expected } = release;
    expect(fields).toEqual({ ...expected, md5: [], sha1: [], sha512: [], others: new Map() });
    expect(sha256).toEqual(sorted);
    expect(formatRelease(parseRelease('SHA256:\n'))).toBe('SHA256:\n');
  });

  it('keeps the lists of each digest, and unknown fields, apart', () => {
    const parsed = parseRelease(`Changelogs: https://example.org/@CHANGEPATH@
MD5Sum:
 ${'1'.repeat(32)}        3 x
SHA1:
 ${'2'.repeat(40)} 3 x
SHA512:
\t${'3'.repeat(128)}\t3\tx
Snapshots: a
 b
`);
    expect(parsed).toEqual({
      ...least,
      md5: [{ path: 'x', size: 3, digest: '1'.repeat(32) }],
      sha1: [{ path: 'x', size: 3, digest: '2'.repeat(40) }],
      sha512: [{ path: 'x', size: 3, digest: '3'.repeat(128) }],
      others: new Map([
        ['changelogs', 'https://example.org/@CHANGEPATH@'],
        ['snapshots', 'a\nb'],
      ]),
    });
  });

  it.each([
    [
      'Debian',
      `Origin: Debian\nNo-Support-for-Architecture-all: Packages\nSHA256:\n ${A}  1484322 contrib/Contents-all\n`,
    ],
    [
      'aptly',
      `Origin: . stable\nDate: Sat, 7 Oct 2023 09:41:19 UTC\nDescription: Generated by aptly\nSHA256:\n ${A}        0 x\n`,
    ],
    [
      'reprepro',
      `Codename: bookworm\nDate: Sat, 07 Oct 2023 09:41:19 UTC\nMD5Sum:\n ${'1'.repeat(32)} 0 x\nSHA256:\n ${A} 0 x\n`,
    ],
    ['a flat archive', `SHA256:\n ${A} 1 ./Packages\n ${A} 1 Packages\n ${A} 2 Release\n`],
    ['Windows', `Suite: stable\r\nSHA256:\r\n ${A} 1 x\r\n`],
    ['somebody in capital letters', `SUITE: stable\nsha256:\n ${A.toUpperCase()} 1 x\n`],
    ['a script, with a list that starts on the first line', `SHA256: ${A} 1 x\n`],
    ['a script, with empty lines around and no last line end', `\n\nSuite: stable\nSHA256:\n ${A} 1 x\n\n\n `],
  ])('reads a file of %s', (_, file) => {
    expect(parseRelease(file).sha256).toContainEqual(expect.objectContaining({ digest: A }));
  });

  it.each([
    ['yes', true],
    ['Yes', true],
    ['true', true],
    ['1', true],
    ['no', false],
    ['', false],
    ['ja', false],
  ])('reads %j as apt does', (word, isSet) => {
    expect(parseRelease(`NotAutomatic: ${word}\n`).notAutomatic).toBe(isSet);
  });

  it.each([
    ['nothing', '', 'expected a Release file, found nothing'],
    ['empty lines', '\n \n', 'expected a Release file, found nothing'],
    ['a signed message', '-----BEGIN PGP SIGNED MESSAGE-----\n', 'expected a Release file, found a signed message'],
    ['HTML', '<html>\n', 'line 1: expected a field such as "Suite: stable", found "<html>"'],
    ['a line below nothing', ' x\n', 'line 1: expected a field such as "Suite: stable", found " x"'],
    ['a comment', '# x: y\n', 'line 1: expected a field such as "Suite: stable", found "# x: y"'],
    ['a second stanza', 'Suite: a\n\nSuite: b\n', 'line 3: expected the end after an empty line, found "Suite: b"'],
    ['a field twice', 'Suite: a\nLabel: x\nsuite: b\n', 'line 3: suite is already on line 1'],
    [
      'a date that apt cannot read',
      'Suite: a\nDate: 2023-10-07T09:41:19Z\n',
      'line 2: Date: expected a date such as "Sat, 07 Oct 2023 09:41:19 UTC", found "2023-10-07T09:41:19Z"',
    ],
    [
      'an end of validity that apt cannot read',
      'Valid-Until: never\n',
      'line 1: Valid-Until: expected a date such as "Sat, 07 Oct 2023 09:41:19 UTC", found "never"',
    ],
    [
      'a path that leads out',
      `SHA256:\n ${A} 1 x\n ${A} 1 main/../../x\n`,
      'line 3: SHA256: expected a path inside of the suite, found "main/../../x"',
    ],
    [
      'an absolute path',
      `SHA256:\n ${A} 1 /etc/passwd\n`,
      'line 2: SHA256: expected a path inside of the suite, found "/etc/passwd"',
    ],
    [
      'a path with a backslash',
      `SHA256:\n ${A} 1 a\\..\\b\n`,
      'line 2: SHA256: expected a path inside of the suite, found "a\\\\..\\\\b"',
    ],
    [
      'a path with two contents',
      `SHA256:\n ${A} 1 x\n ${B} 1 x\n`,
      'line 3: SHA256: "x" is also listed with a different content',
    ],
    [
      'a path with two sizes, once with a dot',
      `SHA256:\n ${A} 1 x\n ${A} 2 ./x\n`,
      'line 3: SHA256: "./x" is also listed with a different content',
    ],
    [
      'a digest of a different kind',
      `SHA256:\n ${'1'.repeat(40)} 1 x\n`,
      `line 2: SHA256: expected 64 hexadecimal digits, a size and a path, found "${'1'.repeat(40)} 1 x"`,
    ],
    [
      'an entry without a path',
      `MD5Sum:\n ${'1'.repeat(32)} 1\n`,
      `line 2: MD5Sum: expected a path inside of the suite, found ""`,
    ],
    [
      'an entry with a blank in its path',
      `SHA1:\n ${'1'.repeat(40)} 1 a b\n`,
      `line 2: SHA1: expected 40 hexadecimal digits, a size and a path, found "${'1'.repeat(40)} 1 a b"`,
    ],
    [
      'a size below zero',
      `SHA1:\n ${'1'.repeat(40)} -1 a\n`,
      `line 2: SHA1: expected 40 hexadecimal digits, a size and a path, found "${'1'.repeat(40)} -1 a"`,
    ],
  ])('refuses %s', (_, file, message) => {
    expect(() => parseRelease(file)).toThrow(new RepomillError('format', message));
  });

  it('refuses a file that apt does not read because of its size', () => {
    const message = `expected at most ${MAX_RELEASE_SIZE} characters, found ${MAX_RELEASE_SIZE + 1}`;
    expect(() => parseRelease('x'.repeat(MAX_RELEASE_SIZE + 1))).toThrow(new RepomillError('format', message));
  });

  it('never fails in a different way, whatever it is given', () => {
    const parts = [...text.split('\n'), ' ', ':', '\0', 'x:', '-----BEGIN', ` ${A} 1 __proto__`, '__proto__: x'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts)), (lines) => {
        try {
          parseRelease(lines.join('\n'));
        } catch (error) {
          expect(error).toMatchObject({ name: 'RepomillError', code: 'format' });
        }
      }),
    );
  });

  it('reads blanks in a hundred thousand lines without delay', () => {
    expect(() => parseRelease(`Suite:${' '.repeat(1_000_000)}x\n${' y \n'.repeat(100_000)}`)).not.toThrow();
  });
});
