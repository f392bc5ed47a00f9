import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/bytes/bytes.ts';
import { readSignatureFacts, splitSignatures } from '../../../src/openpgp/packets.ts';

/**
 * Signatures of throw-away keys over the line `an index`. By gpg 2.2.40:
 * `gpg --faked-system-time 20260102T030405 --digest-algo SHA512 --detach-sign`; by OpenPGP.js 6.3.2: `sign` with that date.
 */
const BY_GPG_ED25519 = parse(`
  88850400160a002d1621041a4584dfd8bde0cadf2b5129215f6228239f98d90502695735a50f1c6564406578616d706c652e
  6f7267000a0910215f6228239f98d9c30700ff534b029a0f1d73ec0a5ef5bbb415ad26f76b523898ddf1afc07570d93a4d30
  2400fe36bd68f18bbf23c10dee6d12882df74a338d3afc36ec89b6e4eb6825b1927c06`);
const BY_GPG_RSA = parse(`
  8901440400010a002e16210474e5d3b3d79adc65a40fa2139ccd9211a380f63b0502695735a5101c727361406578616d706c
  652e6f7267000a09109ccd9211a380f63b5ec707fa025eafd5d20625c17eec18c9ff62c1af7ada86b08544e8c9a6a6bf0396
  5130cd6428ec5c7853154e319620da98f1f0496323a16798d55b1455a27bf414bc65bcb95140435a7155dc6e663dd672376f
  5cda06439437ce39f71231cd55b46366c35fe7867053f37776b7b8fd9d538a822ce7cf359078477c5bea8135b3f611c168bc
  4fc509aff6bbe50e55fb5bd6e4af8716b5cedd20005594bf6b7a02dfd1f2fa762aa9676116c6989d49082a717bff7f7870d0
  4c930a3ba18cb81cc01842daf03de90555ba3693ac883eb8776576cda06a3c69664fbd87fb604caaa26bf053b7f6e4cfed3b
  b268c7ab31fc6e4cf2e922c0affafb2d3eb674849458e9e65f5270`);
const BY_OPENPGPJS = parse(`
  c2bb0400160a006d0582695735a50910215f6228239f98d9451400000000001c002073616c74406e6f746174696f6e732e6f
  70656e7067706a732e6f7267464d03ed5e9981c0bc513871c3db7b10c1f92c1e2a537db987e8d3a610cecab31621041a4584
  dfd8bde0cadf2b5129215f6228239f98d900007cee00fd1bdb4666a9ce76947a4ea6427c90605c8977fa8de67383ff5cf3c5
  362cbd494300fe222185dfddc2540bc2e8afddeca055d79a4687145a41107c81251a7006569300`);

const created = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
const ed25519 = { created, issuer: '1a4584dfd8bde0cadf2b5129215f6228239f98d9' };
const rsa = { created, issuer: '74e5d3b3d79adc65a40fa2139ccd9211a380f63b' };

const real = [
  ['of gpg with ed25519', BY_GPG_ED25519, ed25519],
  ['of gpg with RSA', BY_GPG_RSA, rsa],
  ['of OpenPGP.js', BY_OPENPGPJS, ed25519],
] as const;

/** Subpackets of the tests: a time of 1, 2 or 3, a key id, a fingerprint of version 4 or 6. */
const TIME_1 = '0502 00000001';
const TIME_2 = '0502 00000002';
const TIME_3 = '0582 00000003';
const ID = '0910 0123456789abcdef';
const FINGERPRINT = `1621 04 ${'a1'.repeat(20)}`;
const NEWER_FINGERPRINT = `2221 06 ${'b2'.repeat(32)}`;
const ISSUER = 'a1'.repeat(20);

describe('readSignatureFacts', () => {
  it.each(real)('reads a signature %s', (_, bytes, facts) => {
    expect(readSignatureFacts(bytes)).toEqual(facts);
  });

  it.each(real)('tells a signature over text from one over binary data: %s', (_, bytes, facts) => {
    // After the version, the first 4 of each.
    const type = bytes.indexOf(4) + 1;
    const overText = bytes.with(type, 1);
    expect(readSignatureFacts(overText)).toBeUndefined();
    expect(readSignatureFacts(overText, 'text')).toEqual(facts);
    expect(readSignatureFacts(bytes, 'text')).toBeUndefined();
  });

  it('splits signatures that follow each other, and nothing else', () => {
    const all = real.map(([, bytes]) => bytes);
    expect(splitSignatures(concatBytes(all))).toEqual(all);
    expect(splitSignatures(concatBytes(all).subarray(0, -1))).toBeUndefined();
    expect(splitSignatures(concatBytes([...all, Uint8Array.of(0x99, 0, 0)]))).toBeUndefined();
    expect(splitSignatures(new Uint8Array(0))).toEqual([]);
  });

  it.each(real)('reads a signature %s that is part of a larger buffer', (_, bytes, facts) => {
    const larger = Uint8Array.of(0x88, 0xff, ...bytes, 0xff);
    expect(readSignatureFacts(larger.subarray(2, -1))).toEqual(facts);
  });

  it.each([
    ['legacy, one byte', (size: number) => [0x88, size]],
    ['legacy, two bytes', (size: number) => [0x89, 0, size]],
    ['legacy, four bytes', (size: number) => [0x8a, 0, 0, 0, size]],
    ['new, one byte', (size: number) => [0xc2, size]],
    ['new, five bytes', (size: number) => [0xc2, 0xff, 0, 0, 0, size]],
  ])('reads every form of the length of a packet: %s', (_, header) => {
    const body = BY_GPG_ED25519.subarray(2);
    expect(readSignatureFacts(Uint8Array.of(...header(body.length), ...body))).toEqual(ed25519);
  });

  it('reads a length of two bytes, the shortest and the longest', () => {
    for (const [size, header] of [
      [192, [0xc2, 0xc0, 0x00]],
      [8383, [0xc2, 0xdf, 0xff]],
    ] as const) {
      const body = bodyOf([TIME_1], []);
      const padded = Uint8Array.of(...header, ...body, ...new Uint8Array(size - body.length));
      expect(readSignatureFacts(padded)).toEqual({ created: 1 });
    }
  });

  it.each([
    ['no issuer', [TIME_1], [], { created: 1 }],
    ['a key id that is not covered', [TIME_1], [ID], { created: 1, issuer: '0123456789abcdef' }],
    ['a fingerprint beside a key id', [ID, TIME_1, FINGERPRINT], [], { created: 1, issuer: ISSUER }],
    [
      'a key id that is covered beside a fingerprint that is not',
      [TIME_1, ID],
      [FINGERPRINT],
      { created: 1, issuer: '0123456789abcdef' },
    ],
    ['a fingerprint of another version', [TIME_1, NEWER_FINGERPRINT], [ID], { created: 1, issuer: '0123456789abcdef' }],
    ['two times, of which the last counts', [TIME_1, TIME_2], [], { created: 2 }],
    ['a time that is critical', [TIME_3], [], { created: 3 }],
    ['a time that is not covered, beside one that is', [TIME_1], [TIME_2], { created: 1 }],
    ['a time after 2038', ['0502 fffffffe'], [], { created: 0xfffffffe }],
    [
      'subpackets with lengths of two and five bytes',
      [`c000 14${'00'.repeat(191)}`, 'ff00000005 0200000001'],
      [],
      { created: 1 },
    ],
    ['an issuer of a wrong size, which is ignored', [TIME_1, '0810 0123456789abcd'], [], { created: 1 }],
  ])('reads a signature with %s', (_, hashed, unhashed, facts) => {
    expect(readSignatureFacts(packetOf(bodyOf(hashed, unhashed)))).toEqual(facts);
  });

  it.each([
    ['no time', [ID], []],
    ['a time that is not covered', [ID], [TIME_1]],
    ['a time of a wrong size', ['0402 000001', ID], []],
    ['a subpacket without even a type', [TIME_1, '00'], []],
    ['a subpacket that is longer than its area', [TIME_1, '0910 0123456789abcd'], []],
    ['a subpacket of the longest length', [TIME_1, 'ffffffffff 10'], []],
    ['a length of five bytes that is cut off', [TIME_1, 'ff0000'], []],
    ['a length of two bytes that is cut off', [TIME_1, 'c0'], []],
    ['an area that reaches into the next', [`0502 000000`], ['01']],
    ['a bad subpacket that is not covered', [TIME_1], ['0910 01']],
  ])('knows no signature with %s', (_, hashed, unhashed) => {
    expect(readSignatureFacts(packetOf(bodyOf(hashed, unhashed)))).toBeUndefined();
  });

  it.each(real)('knows no signature %s that is cut off, at any byte', (_, bytes) => {
    for (let size = 0; size < bytes.length; size++) expect(readSignatureFacts(bytes.subarray(0, size))).toBeUndefined();
  });

  it.each(real)('knows no signature %s with a byte more, or twice', (_, bytes) => {
    expect(readSignatureFacts(Uint8Array.of(...bytes, 0))).toBeUndefined();
    expect(readSignatureFacts(Uint8Array.of(...bytes, ...bytes))).toBeUndefined();
  });

  it.each([
    ['of version 3', 2, 3],
    ['of version 5', 2, 5],
    ['of version 6', 2, 6],
    ['over a text', 3, 1],
    ['over a key', 3, 0x13],
    ['with a first area that ends too late', 6, 0xff],
    ['with a first area that ends too early', 7, 0x2c],
    ['with a first area that ends at the end', 7, 0x7f],
    ['in a packet without the first bit', 0, 0x08],
    ['in a packet of another type', 0, 0x8c],
    ['in a new packet of another type', 0, 0xc6],
    ['in a packet up to the end of the file', 0, 0x8b],
    ['in a packet that is longer than the bytes', 1, 0x86],
    ['in a packet that is shorter than the bytes', 1, 0x84],
  ])('knows no signature %s', (_, at, byte) => {
    expect(readSignatureFacts(BY_GPG_ED25519.with(at, byte))).toBeUndefined();
  });

  it('knows no signature in a packet of several parts', () => {
    const body = BY_GPG_ED25519.subarray(2);
    for (let kind = 224; kind < 255; kind++) {
      expect(readSignatureFacts(Uint8Array.of(0xc2, kind, ...body))).toBeUndefined();
      expect(readSignatureFacts(Uint8Array.of(0xc2, kind, 0x05, ...body))).toBeUndefined();
    }
  });

  it.each(['ffffffffff', 'ff00000000', 'ff7fffffff', 'dfff', '00'])(
    'knows no signature in a packet with the length %s',
    (length) => {
      expect(readSignatureFacts(Uint8Array.of(0xc2, ...parse(length), ...BY_GPG_ED25519.subarray(2)))).toBeUndefined();
    },
  );

  it('knows no signature that ends before what was signed', () => {
    const body = bodyOf([TIME_1], []);
    expect(readSignatureFacts(packetOf(body))).toEqual({ created: 1 });
    for (let cut = 1; cut <= 5; cut++) expect(readSignatureFacts(packetOf(body.subarray(0, -cut)))).toBeUndefined();
  });

  it('knows no signature in armor', () => {
    expect(readSignatureFacts(new TextEncoder().encode('-----BEGIN PGP SIGNATURE-----\n'))).toBeUndefined();
  });

  it('never throws, whatever bytes of a signature are changed', () => {
    const change = fc.tuple(fc.nat(BY_GPG_ED25519.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = BY_GPG_ED25519.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        const facts = readSignatureFacts(bytes);
        if (facts !== undefined) expect(facts.issuer ?? '').toMatch(/^([0-9a-f]{40}|[0-9a-f]{16}|)$/);
      }),
    );
  });
});

/** The body of a signature packet: ed25519, SHA-512, subpackets, two bytes of a digest, a number of one byte. */
function bodyOf(hashed: readonly string[], unhashed: readonly string[]): Uint8Array {
  const areas = [hashed, unhashed].map((subpackets) => parse(subpackets.join('')));
  const sized = areas.flatMap((area) => [area.length >> 8, area.length & 0xff, ...area]);
  return Uint8Array.of(4, 0, 22, 10, ...sized, 0xab, 0xcd, 0, 1, 1);
}

/** A new packet with a length of five bytes. */
function packetOf(body: Uint8Array): Uint8Array {
  return Uint8Array.of(0xc2, 0xff, 0, 0, body.length >> 8, body.length & 0xff, ...body);
}

function parse(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
}
