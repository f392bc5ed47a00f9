import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText, formatHex } from '../../src/bytes/bytes.ts';
import { trainDictionary } from '../../src/layouts/native/generate/details/train-dictionary.ts';
import { MAX_DICTIONARY_SIZE } from '../../src/model/limits.ts';
import { deflate, inflate } from '../../src/platform/zlib/gzip.ts';
import { changes, keyfile, noise } from '../unit/layouts/native/generate/details/sample-details.ts';
import { requireProgram } from './programs.ts';

const samples = [
  ...Array.from({ length: 300 }, (_, i) => keyfile(i)),
  ...Array.from({ length: 300 }, (_, i) => changes(i)),
];
const dictionaries = {
  trained: await trainDictionary(samples, MAX_DICTIONARY_SIZE),
  small: await trainDictionary(samples, 1024),
  full: concatBytes(samples).slice(0, MAX_DICTIONARY_SIZE),
  noise: noise(MAX_DICTIONARY_SIZE, 1),
} as const;

const documents: readonly (readonly [title: string, document: Uint8Array])[] = [
  ['an empty document', new Uint8Array()],
  ['one byte', Uint8Array.of(0)],
  ['two bytes', Uint8Array.of(255, 255)],
  ['a keyfile', keyfile(1)],
  ['a keyfile that the dictionary was not trained on', keyfile(1000)],
  ['a JSON document', changes(1001)],
  ['the start of a dictionary, as far back as a match can be', dictionaries.noise.slice(1, 300)],
  ['the very start of a dictionary, one byte further', dictionaries.noise.slice(0, 300)],
  ['the end of a dictionary', dictionaries.noise.slice(-300)],
  ['a whole dictionary', dictionaries.full],
  ['more than one window of text', concatBytes(samples.slice(0, 100))],
  ['one byte many times', new Uint8Array(70_000)],
  ['bytes that do not compress', noise(1000, 2)],
  ['several blocks of bytes that do not compress', noise(100_000, 3)],
];

const cases = Object.entries(dictionaries).flatMap(([name, dictionary]) =>
  documents.map(([title, document]) => ({ title: `${title}, dictionary ${name}`, document, dictionary })),
);

// One start of Python for all cases: reads a JSON list of hexadecimal strings, writes another.
const PROLOGUE = `
import json, sys, zlib
def expand(stored, dictionary):
    stream = zlib.decompressobj(zdict=dictionary)
    content = stream.decompress(stored) + stream.flush()
    assert stream.eof and not stream.unused_data
    return content
def compress(content, dictionary):
    stream = zlib.compressobj(9, zdict=dictionary)
    return stream.compress(content) + stream.flush()
def adler(content, dictionary):
    return b''.join(zlib.adler32(part).to_bytes(4, 'big') for part in (dictionary, content))
def refuses(stored, dictionary):
    try: expand(stored, dictionary)
    except zlib.error as error: return str(error).encode()
    return b''
`;

describe.skipIf(!requireProgram('python3'))("zlib streams with a preset dictionary, beside Python's zlib", () => {
  it('are expanded by it to the same bytes', () => {
    const stored = cases.map(({ document, dictionary }) => [deflate(document, dictionary), dictionary] as const);
    const contents = python('expand', stored);
    expectSame(contents);
  });

  it('are expanded by us where it compressed them', () => {
    const stored = python(
      'compress',
      cases.map(({ document, dictionary }) => [document, dictionary]),
    );
    const contents = cases.map(({ document, dictionary }, i) =>
      formatHex(inflate(Buffer.from(stored[i] ?? '', 'hex'), document.length, dictionary)),
    );
    expectSame(contents);
  });

  it('have the header, DICTID and checksum that RFC 1950 asks for', () => {
    const checksums = python(
      'adler',
      cases.map(({ document, dictionary }) => [document, dictionary]),
    );
    for (const [i, { title, document, dictionary }] of cases.entries()) {
      const stored = deflate(document, dictionary);
      const header = ((stored[0] ?? 0) << 8) | (stored[1] ?? 0);
      // Deflate with a window of 32 KiB; the check bits; FDICT.
      expect({ title, method: header >> 8, rest: header % 31, dictionary: header & 0x20 }).toEqual({
        title,
        method: 0x78,
        rest: 0,
        dictionary: 0x20,
      });
      expect(formatHex(concatBytes([stored.slice(2, 6), stored.slice(-4)])), title).toBe(checksums[i]);
    }
  });

  it('are refused by it with another dictionary', () => {
    const stored = deflate(keyfile(1), dictionaries.trained);
    const [message] = python('refuses', [[stored, dictionaries.small]]);
    expect(Buffer.from(message ?? '', 'hex').toString()).toContain('Error');
  });

  it('are refused by us without a dictionary', () => {
    const document = encodeText('name: demo\n');
    const [stored = ''] = python('compress', [[document, dictionaries.trained]]);
    expect(() => inflate(Buffer.from(stored, 'hex'), document.length, undefined)).toThrow('zlib: invalid zlib data');
  });
});

/** What a function of the prologue makes of each pair, in hexadecimal digits. */
function python(name: string, pairs: readonly (readonly [Uint8Array, Uint8Array])[]): string[] {
  const script = `${PROLOGUE}
pairs = json.load(sys.stdin)
json.dump([${name}(bytes.fromhex(a), bytes.fromhex(b)).hex() for a, b in pairs], sys.stdout)
`;
  const input = JSON.stringify(pairs.map((pair) => pair.map(formatHex)));
  const results: unknown = JSON.parse(
    execFileSync('python3', ['-c', script], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  if (!Array.isArray(results)) throw new Error('python3: expected a list');
  return results.map(String);
}

function expectSame(contents: readonly string[]): void {
  const wrong = cases.filter(({ document }, i) => contents[i] !== formatHex(document));
  expect(wrong.map(({ title }) => title)).toEqual([]);
  expect(contents.length).toBe(cases.length);
}
