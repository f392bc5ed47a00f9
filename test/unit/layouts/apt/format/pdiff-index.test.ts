import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { RepomillError } from '../../../../../src/errors.ts';
import {
  formatPdiffIndex,
  isPatchName,
  MAX_PATCH_SIZE,
  MAX_PDIFF_INDEX_SIZE,
  type PdiffEntry,
  type PdiffIndex,
  parsePdiffIndex,
} from '../../../../../src/layouts/apt/format/pdiff-index.ts';
import type { Digest } from '../../../../../src/model/digest.ts';
import { MAX_HISTORY, MAX_INPUT_SIZE } from '../../../../../src/model/limits.ts';

const digest = (seed: number): Digest => seed.toString(16).padStart(64, '0') as Digest;
const file = (seed: number, size: number) => ({ sha256: digest(seed), size });
const entry = (i: number): PdiffEntry => ({
  name: `patch${i}`,
  from: file(100 + i, 1000 + i),
  patch: file(1000 + i, 100 + i),
  download: file(10_000 + i, 50 + i),
});
const index: PdiffIndex = { current: file(1, 2000), entries: [entry(1), entry(2)] };
const text = new TextDecoder().decode(formatPdiffIndex(index));

describe('formatPdiffIndex', () => {
  it('writes every field that apt needs, and no other', () => {
    expect(text).toBe(
      [
        `SHA256-Current: ${digest(1)} 2000`,
        'SHA256-History:',
        ` ${digest(101)} 1001 patch1`,
        ` ${digest(102)} 1002 patch2`,
        'SHA256-Patches:',
        ` ${digest(1001)} 101 patch1`,
        ` ${digest(1002)} 102 patch2`,
        'SHA256-Download:',
        ` ${digest(10_001)} 51 patch1.gz`,
        ` ${digest(10_002)} 52 patch2.gz`,
        'X-Patch-Precedence: merged',
        '',
      ].join('\n'),
    );
  });

  it('writes what is parsed to the same index', () => {
    expect(parsePdiffIndex(encodeText(text))).toEqual(index);
    const empty = { current: file(7, 0), entries: [] };
    expect(parsePdiffIndex(formatPdiffIndex(empty))).toEqual(empty);
    const long = { current: file(1, 2000), entries: Array.from({ length: MAX_HISTORY }, (_, i) => entry(i)) };
    expect(parsePdiffIndex(formatPdiffIndex(long))).toEqual(long);
  });
});

describe('parsePdiffIndex', () => {
  const parse = (content: string): PdiffIndex =>
    parsePdiffIndex(Uint8Array.from(content, (character) => character.charCodeAt(0)));

  it('passes over other fields, and takes sizes in columns, as dak writes them', () => {
    const padded = text.replaceAll(/ (\d+) patch/g, (_, size: string) => ` ${size.padStart(8)} patch`);
    const more = `SHA1-Current: x\nSHA1-History:\n whatever\n${padded}X-Unmerged-SHA256-History:\n x y\nCanonical-Path: a\n`;
    expect(parse(more)).toEqual(index);
  });

  it('takes fields and lists in any order, and keeps the order of the history', () => {
    const [current = '', ...lines] = text.trimEnd().split('\n');
    const lists = [
      lines.slice(6, 9),
      lines.slice(3, 6).toSpliced(1, 2, lines[5] ?? '', lines[4] ?? ''),
      lines.slice(0, 3),
    ];
    expect(parse(`${[lines[9], ...lists.flat(), current].join('\n')}\n`)).toEqual(index);
  });

  it.each<readonly [string, (valid: string) => string, string]>([
    ['nothing', () => '', 'expected a line end at the end, found none'],
    ['a cut index', (valid) => valid.slice(0, -1), 'expected a line end at the end, found none'],
    [
      'an index without its last field',
      (valid) => valid.split('X-')[0] ?? '',
      'expected a field X-Patch-Precedence, found none',
    ],
    [
      'patches that build on each other',
      (valid) => valid.replace('merged', 'none'),
      'line 11: expected X-Patch-Precedence: merged, found "none"',
    ],
    [
      'an index without a current version',
      (valid) => valid.slice(valid.indexOf('\n') + 1),
      'expected a field SHA256-Current, found none',
    ],
    ['an index of SHA-1', (valid) => valid.replaceAll('SHA256', 'SHA1'), 'expected a field SHA256-Current, found none'],
    ['a field twice', (valid) => valid + valid, 'line 12: expected each field once, found "SHA256-Current"'],
    ['an empty line', (valid) => `\n${valid}`, 'line 1: expected a field, found ""'],
    ['a line of a list without a field', (valid) => ` x\n${valid}`, 'line 1: expected a field, found " x"'],
    ['a web page', () => '<!DOCTYPE html>\n', 'line 1: expected a field, found "<!DOCTYPE html>"'],
    ['gzip', () => '\x1f\x8b\b\0\n', 'line 1: expected a field, found "\\u001f\\u008b\\b\\u0000"'],
    [
      'line ends of Windows',
      (valid) => valid.replaceAll('\n', '\r\n'),
      'line 11: expected X-Patch-Precedence: merged, found "merged\\r"',
    ],
    [
      'a current version without size',
      (valid) => valid.replace(' 2000', ''),
      `line 1: expected a digest and a size, found "${digest(1)}"`,
    ],
    [
      'a current version of two lines',
      (valid) => valid.replace('2000', '2000\n x'),
      `line 1: expected a digest and a size, found "${digest(1)} 2000"`,
    ],
    [
      'a digest in capitals',
      (valid) => valid.replace(`${digest(101)}`, `${digest(0xabc).toUpperCase()}`),
      `line 3: expected a SHA-256 digest, found "${digest(0xabc).toUpperCase()}"`,
    ],
    [
      'a short digest',
      (valid) => valid.replace(`${digest(101)}`, 'abc'),
      'line 3: expected a SHA-256 digest, found "abc"',
    ],
    [
      'a negative size',
      (valid) => valid.replace('1001', '-1'),
      `line 3: expected a size of at most ${MAX_INPUT_SIZE} bytes, found "-1"`,
    ],
    [
      'a size with a fraction',
      (valid) => valid.replace('1001', '1.5'),
      `line 3: expected a size of at most ${MAX_INPUT_SIZE} bytes, found "1.5"`,
    ],
    [
      'a size in hexadecimal',
      (valid) => valid.replace('1001', '0x10'),
      `line 3: expected a size of at most ${MAX_INPUT_SIZE} bytes, found "0x10"`,
    ],
    [
      'a size with a leading zero',
      (valid) => valid.replace('1001', '01'),
      `line 3: expected a size of at most ${MAX_INPUT_SIZE} bytes, found "01"`,
    ],
    [
      'a version that is too large',
      (valid) => valid.replace('1001', `${MAX_INPUT_SIZE + 1}`),
      `line 3: expected a size of at most ${MAX_INPUT_SIZE} bytes, found "${MAX_INPUT_SIZE + 1}"`,
    ],
    [
      'a size that no number holds',
      (valid) => valid.replace('1001', '9'.repeat(400)),
      `line 3: expected a size of at most ${MAX_INPUT_SIZE} bytes, found "${'9'.repeat(80)}…"`,
    ],
    [
      'a patch that is too large',
      (valid) => valid.replace(' 101 ', ` ${MAX_PATCH_SIZE + 1} `),
      `line 6: expected a size of at most ${MAX_PATCH_SIZE} bytes, found "${MAX_PATCH_SIZE + 1}"`,
    ],
    [
      'a download that is too large',
      (valid) => valid.replace(' 51 ', ` ${MAX_PATCH_SIZE + 1} `),
      `line 9: expected a size of at most ${MAX_PATCH_SIZE} bytes, found "${MAX_PATCH_SIZE + 1}"`,
    ],
    [
      'a name that leads elsewhere',
      (valid) => valid.replaceAll('patch1', '../../../Release'),
      'line 3: expected the name of a patch, found "../../../Release"',
    ],
    [
      'a name of two dots',
      (valid) => valid.replaceAll('patch1', '..'),
      'line 3: expected the name of a patch, found ".."',
    ],
    [
      'an absolute name',
      (valid) => valid.replaceAll('patch1', '/etc/passwd'),
      'line 3: expected the name of a patch, found "/etc/passwd"',
    ],
    [
      'a name with a backslash',
      (valid) => valid.replaceAll('patch1', 'a\\b'),
      'line 3: expected the name of a patch, found "a\\\\b"',
    ],
    [
      'a name with NUL',
      (valid) => valid.replaceAll('patch1', 'a\0b'),
      'line 3: expected the name of a patch, found "a\\u0000b"',
    ],
    [
      'a name with an escape',
      (valid) => valid.replaceAll('patch1', 'a%2fb'),
      'line 3: expected the name of a patch, found "a%2fb"',
    ],
    [
      'a long name',
      (valid) => valid.replaceAll('patch1', 'a'.repeat(129)),
      `line 3: expected the name of a patch, found "${'a'.repeat(80)}…"`,
    ],
    [
      'a name with blanks',
      (valid) => valid.replaceAll('patch1', 'a b'),
      `line 3: expected a digest, a size and a name, found " ${digest(101)} 1001 a b"`,
    ],
    [
      'a line with too little',
      (valid) => valid.replace(' patch1', ''),
      `line 3: expected a digest, a size and a name, found " ${digest(101)} 1001"`,
    ],
    [
      'a name twice',
      (valid) => valid.replaceAll('patch2', 'patch1'),
      'line 4: expected each name once, found "patch1"',
    ],
    [
      'a version twice',
      (valid) => valid.replace(digest(102), digest(101)),
      `line 4: expected each version once, found "${digest(101)}"`,
    ],
    [
      'the current version as an older one',
      (valid) => valid.replace(digest(101), digest(1)),
      `line 3: expected each version once, found "${digest(1)}"`,
    ],
    [
      'a download that is not gzip',
      (valid) => valid.replace('patch1.gz', 'patch1.xz'),
      'line 9: expected the name of a patch with .gz, found "patch1.xz"',
    ],
    [
      'a download without a name',
      (valid) => valid.replace('patch1.gz', '.gz'),
      'line 9: expected the name of a patch with .gz, found ".gz"',
    ],
    [
      'a patch of no version',
      (valid) => valid.replace(' 101 patch1', ' 101 other'),
      'line 6: expected a name in SHA256-History, found "other"',
    ],
    [
      'a version without patch',
      (valid) => valid.replace(/ \S+ 102 patch2\n/, ''),
      'line 4: expected a name in SHA256-Patches, found "patch2"',
    ],
    [
      'a version without download',
      (valid) => valid.replace(/ \S+ 52 patch2.gz\n/, ''),
      'line 4: expected a name in SHA256-Download, found "patch2"',
    ],
    [
      'a list on the line of its field',
      (valid) => valid.replace('History:\n', 'History:'),
      `line 2: expected files on the lines after this, found "${digest(101)} 1001 patch1"`,
    ],
    [
      'too many versions',
      (valid) => valid.replace('History:\n', `History:\n${' x\n'.repeat(MAX_HISTORY)}`),
      `line 2: expected at most ${MAX_HISTORY} files, found ${MAX_HISTORY + 2}`,
    ],
    ['a million lines', () => `A:\n${' \n'.repeat(500_000)}`, 'expected a field X-Patch-Precedence, found none'],
  ])('refuses %s', (_, change, message) => {
    const broken = change(text);
    expect(broken).not.toBe(text);
    expect(() => parse(broken)).toThrow(new RepomillError('format', message));
  });

  it('refuses a hundred megabytes before it looks at them', () => {
    const message = `expected at most ${MAX_PDIFF_INDEX_SIZE} bytes, found 100000000`;
    expect(() => parsePdiffIndex(new Uint8Array(100_000_000))).toThrow(new RepomillError('format', message));
  });
});

describe('isPatchName', () => {
  it('takes the names of repomill, dak and reprepro', () => {
    for (const name of ['0123456789abcdef', '2026-11-27-0805.27', 'T-2026-11-27-0805.27-F-2026-11-26-2003.47', 'a+b_c'])
      expect(isPatchName(name)).toBe(true);
  });

  it('takes no path, and nothing hidden', () => {
    for (const name of ['', '.', '..', '.a', '-a', 'a/b', 'a..b', 'a b', 'a\n', 'ä', 'a~b'])
      expect(isPatchName(name)).toBe(false);
  });
});
