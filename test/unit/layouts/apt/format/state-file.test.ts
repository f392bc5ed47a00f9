import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../../../../src/bytes/bytes.ts';
import {
  type AptState,
  decodeState,
  encodeState,
  looksLikeState,
} from '../../../../../src/layouts/apt/format/state-file.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';

const sha256 = digestOf(new Uint8Array());
const state: AptState = {
  date: 1_700_000_000,
  suites: ['bookworm', 'trixie'],
  retained: [
    { path: `dists/bookworm/by-hash/SHA256/${sha256}`, size: 10, replaced: 1_700_000_000 },
    { path: 'dists/bookworm/main/binary-amd64/Packages.diff/0123456789abcdef.gz', size: 0, replaced: 0 },
  ],
  packageFiles: { sha256, size: 5, storedSize: 25, files: 2 },
};

describe('the state file', () => {
  it('has a line for each retained file, in the order of paths', () => {
    expect(decodeText(encodeState({ ...state, retained: state.retained.toReversed() }))).toBe(
      `{"format":"repomill-apt/1","date":1700000000,"suites":["bookworm","trixie"],"packageFiles":` +
        `{"sha256":"${sha256}","size":5,"storedSize":25,"files":2},"retained":[\n` +
        `["dists/bookworm/by-hash/SHA256/${sha256}",10,1700000000],\n` +
        '["dists/bookworm/main/binary-amd64/Packages.diff/0123456789abcdef.gz",0,0]]}\n',
    );
  });

  it('is read as it was written', () => {
    for (const one of [state, { date: 0, suites: [], retained: [] }]) {
      expect(decodeState(encodeState(one))).toEqual(one);
      expect(looksLikeState(encodeState(one))).toBe(true);
    }
  });

  it.each([
    ['a different file', '{"name":"x"}', false],
    ['a later format', '{ "format": "repomill-apt/12", ', true],
    ['that of a different layout', '{"format":"repomill/1"}', false],
    ['nothing', '', false],
    ['bytes', '\u0000\u0001', false],
  ])('is told from others by its start: %s', (_, text, expected) => {
    expect(looksLikeState(encodeText(text))).toBe(expected);
  });

  const base = { format: 'repomill-apt/1', date: 1, suites: ['x'], retained: [] };
  const path = 'dists/x/InRelease';
  const date = 'state: expected a date in seconds';
  const suites = 'state: expected a list of suites';
  const retained = 'state: expected a path below dists/, a size and a time for each retained file';
  const files = 'state: expected a digest and sizes of the list of package files';
  const refused: readonly (readonly [value: unknown, message: string])[] = [
    [{ ...base, format: 'repomill-apt/2' }, 'state: expected the format "repomill-apt/1"'],
    [{ ...base, format: 1 }, 'state: expected the format "repomill-apt/1"'],
    ...[-1, 1.5, '1', null, 1e17].map((value) => [{ ...base, date: value }, date] as const),
    ...['x', [1], undefined, { x: 1 }].map((value) => [{ ...base, suites: value }, suites] as const),
    [{ ...base, retained: {} }, 'state: expected a list of retained files'],
    ...[
      ...['x', {}, [], [path], [path, 1], [path, -1, 1], [path, 1, -1], [path, '1', 1]],
      ...[
        ['../x', 1, 1],
        ['/etc/passwd', 1, 1],
        ['pool/x', 1, 1],
        ['dists/../x', 1, 1],
        [1, 1, 1],
      ],
    ].map((row) => [{ ...base, retained: [row] }, retained] as const),
    ...[
      ...[null, [], 'x', {}, { sha256: 'x', size: 1, storedSize: 1, files: 1 }],
      ...[
        { sha256, size: -1, storedSize: 1, files: 1 },
        { sha256, size: 1, files: 1 },
      ],
    ].map((value) => [{ ...base, packageFiles: value }, files] as const),
  ];
  it.each(refused)('that is %j is refused', (value, message) => {
    expect(() => decodeState(encodeText(JSON.stringify(value)))).toThrow(message);
  });

  it.each(['', '{', '[]', 'null', '"x"', '\ufeff{}'])('of the text %j is refused', (text) => {
    expect(() => decodeState(encodeText(text))).toThrow(/^state: expected /);
  });
});
