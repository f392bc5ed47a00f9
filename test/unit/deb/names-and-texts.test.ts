import { describe, expect, it } from 'vitest';
import { archInName } from '../../../src/deb/arch-in-name.ts';
import { formatChecksums, parseChecksums } from '../../../src/deb/checksums.ts';
import { withoutSignature } from '../../../src/deb/signed-text.ts';

describe('the architecture in a file name', () => {
  it.each<[name: string, arch: string | undefined]>([
    ['hello_2.10-3_amd64.deb', 'amd64'],
    ['hello_2.10-3_all.deb', 'all'],
    ['hello_2.10-3_armhf.udeb', 'armhf'],
    ['zlib1g_1%3a1.2.13_ppc64el.deb', 'ppc64el'],
    ['a_1_kfreebsd-amd64.deb', 'kfreebsd-amd64'],
    ['a_1_musl-linux-arm64.deb', 'musl-linux-arm64'],
    ['a_1_hurd-i386.deb', 'hurd-i386'],
    ['tool_1.0_linux_amd64.deb', 'amd64'],
    ['tool_1.0_x64.deb', undefined],
    ['tool_1.0_x86_64.deb', undefined],
    ['tool_latest.deb', undefined],
    ['tool-amd64.deb', undefined],
    ['tool_amd64.deb.old', undefined],
    ['install.deb', undefined],
  ])('%s: %s', (name, arch) => {
    expect(archInName(name)).toBe(arch);
  });
});

describe('a list of files', () => {
  const digest = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';

  it('is the same after it was parsed and written again', () => {
    const text = `\n${digest} 11 a_1.dsc\n${digest} 0 a_1.tar.xz`;
    expect(formatChecksums(parseChecksums(text))).toBe(text);
    expect(parseChecksums(`\n  ${digest}\t11   a_1:2~rc1+b%3a.dsc  \n\n`)).toEqual([
      { name: 'a_1:2~rc1+b%3a.dsc', size: 11, sha256: digest },
    ]);
    expect(parseChecksums('')).toEqual([]);
  });

  it.each(['../a', '/a', 'a/b', '.a', '-a', 'a b', 'a\u0000', ''])('has no name %j', (name) => {
    expect(() => parseChecksums(`${digest} 1 ${name}`)).toThrow(
      'expected a digest, a size and the name of a file, found ',
    );
  });

  it.each([digest.toUpperCase(), digest.slice(1), 'x'])('has no digest %j', (bad) => {
    expect(() => parseChecksums(`${bad} 1 a`)).toThrow('expected a digest, a size and the name of a file, found ');
  });

  it.each(['-1', '1e3', '0x1', '9'.repeat(16), '1.5'])('has no size %j', (size) => {
    expect(() => parseChecksums(`${digest} ${size} a`)).toThrow(
      'expected a digest, a size and the name of a file, found ',
    );
  });
});

describe('a signed text', () => {
  const signature = '-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n';

  it('is what is between the header and the signature, without the dashes that were put before dashes', () => {
    const text = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nSource: a\n- -x\n\n${signature}`;
    expect(withoutSignature(text)).toEqual({ text: 'Source: a\n-x\n', above: 3 });
    expect(withoutSignature('Source: a\n')).toEqual({ text: 'Source: a\n', above: 0 });
  });

  it.each<[what: string, text: string, message: string]>([
    [
      'without an empty line',
      `-----BEGIN PGP SIGNED MESSAGE-----\nSource: a\n${signature}`,
      'expected an empty line before the signed text, found none',
    ],
    [
      'without a signature',
      '-----BEGIN PGP SIGNED MESSAGE-----\n\nSource: a\n',
      'cut off: expected a signature after the text',
    ],
    [
      'that goes on after its signature',
      `-----BEGIN PGP SIGNED MESSAGE-----\n\na: b\n${signature}c: d\n`,
      'expected nothing after the signature, found more text',
    ],
    [
      'that is two messages',
      `-----BEGIN PGP SIGNED MESSAGE-----\n\na: b\n${signature}`.repeat(2),
      'expected nothing after the signature, found more text',
    ],
    [
      'that is a signature alone',
      signature,
      'expected a stanza or "-----BEGIN PGP SIGNED MESSAGE-----", found "-----BEGIN PGP SIGNATURE-----"',
    ],
  ])('%s is refused', (_, text, message) => {
    expect(() => withoutSignature(text)).toThrow(message);
  });
});
