import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import {
  type FoundStanza,
  faultOfStart,
  readStanza,
  StanzaStream,
} from '../../../../../src/layouts/apt/format/stanza-stream.ts';
import { MAX_RECORD_SIZE } from '../../../../../src/model/limits.ts';

function split(bytes: Uint8Array, size: number): readonly FoundStanza[] {
  const stream = new StanzaStream();
  const found: FoundStanza[] = [];
  for (let at = 0; at < bytes.length; at += size) found.push(...stream.push(bytes.subarray(at, at + size)));
  return [...found, ...stream.end()];
}

describe('a stream of stanzas', () => {
  it.each([1, 2, 3, 7, 1000])('finds stanzas and their lines, in pieces of %i bytes', (size) => {
    const text = 'A: 1\nB: ü\n\nA: 2\r\n\r\n\n\nA: 3';
    expect(split(encodeText(text), size)).toEqual([
      { line: 1, text: 'A: 1\nB: ü\n' },
      { line: 4, text: 'A: 2\r\n' },
      { line: 8, text: 'A: 3' },
    ]);
  });

  it('finds none in an empty file, and takes bytes that are not UTF-8', () => {
    expect(split(new Uint8Array(0), 1)).toEqual([]);
    expect(split(Uint8Array.of(0x41, 0x3a, 0xff, 0x0a), 9)).toEqual([{ line: 1, text: 'A:\ufffd\n' }]);
  });

  it('keeps no more than the largest stanza', () => {
    const stream = new StanzaStream();
    const part = new Uint8Array(MAX_RECORD_SIZE).fill(0x41);
    stream.push(part);
    expect(() => stream.push(part)).toThrow(`line 1: expected stanzas of at most ${MAX_RECORD_SIZE} bytes`);
  });
});

describe('a stanza', () => {
  const read = (text: string): ReturnType<typeof readStanza> => readStanza({ line: 5, text });

  it('is read as fields, by their names in any case', () => {
    const { fields, faults } = read('Package: a\nDepends: b,\n c\n\td\nEmpty:\n');
    expect(faults).toEqual([]);
    expect(fields.get('depends')).toEqual({ name: 'Depends', text: 'b,\nc\nd' });
    expect(fields.get('empty')?.text).toBe('');
  });

  it.each([
    [' first', 'line 5: expected a field, found a continuation line'],
    ['A: 1\nnonsense', 'line 6: expected "Field: text", found "nonsense"'],
    ['A: 1\n#: x', 'line 6: expected "Field: text", found "#: x"'],
    ['A: 1\na: 2', 'line 6: a: expected once, found again'],
  ])('with a fault: %j', (text, fault) => {
    expect(read(text).faults).toEqual([fault]);
  });
});

it.each([
  ['\nA: 1', 'line 1: expected a stanza, found an empty line'],
  ['\r\nA: 1', 'line 1: expected a stanza, found an empty line'],
  ['# x', 'line 1: expected a stanza, found a comment'],
  ['A: 1', undefined],
  ['', undefined],
])('a file that begins with %j', (text, fault) => {
  expect(faultOfStart(encodeText(text))).toBe(fault);
});
