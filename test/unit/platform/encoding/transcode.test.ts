import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../../src/errors.ts';
import { encodingLabels, encodingOf } from '../../../../src/platform/encoding/encoding.ts';
import { bytesInUtf8, fileInUtf8 } from '../../../../src/platform/encoding/transcode.ts';
import { failureOf } from '../../../failure.ts';
import { memoryFile } from '../../readers/memory-file.ts';

async function textOf(content: Uint8Array, encoding?: string, chunkSize = 1): Promise<string> {
  const file = await fileInUtf8(memoryFile('a', content, chunkSize), encoding);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('fileInUtf8', () => {
  it('leaves a file in UTF-8 as it is', async () => {
    const file = memoryFile('a', 'é');
    expect(await fileInUtf8(file)).toBe(file);
    expect(await fileInUtf8(file, 'utf-8')).toBe(file);
  });

  it.each([
    ['windows-1252', [0xe9, 0x80, 0x92, 0x81], 'é€’\x81'],
    ['iso-8859-15', [0xa4], '€'],
    ['koi8-r', [0xf0, 0xd2], 'Пр'],
    ['shift_jis', [0x83, 0x41, 0x5c], 'ア\\'],
    ['gb18030', [0xc4, 0xe3, 0x81, 0x30, 0x81, 0x30], '你\x80'],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x25, 0x22, 0x1b, 0x28, 0x42, 0x61], 'アa'],
    ['utf-16be', [0x00, 0x61, 0xd8, 0x3d, 0xdd, 0x27], 'a🔧'],
  ])('decodes %s, however its bytes are divided', async (encoding, bytes, text) => {
    expect(await textOf(Uint8Array.from(bytes), encoding, 1)).toBe(text);
    expect(await textOf(Uint8Array.from(bytes), encoding, 100)).toBe(text);
  });

  it('decodes every encoding that is suggested', async () => {
    for (const label of encodingLabels) {
      const isWide = label.startsWith('utf-16');
      const bytes = isWide ? Uint8Array.of(...(label === 'utf-16be' ? [0, 0x61] : [0x61, 0])) : Uint8Array.of(0x61);
      expect(await textOf(bytes, encodingOf(label))).toBe('a');
    }
  });

  it('believes a byte order mark more than the name, and drops it', async () => {
    expect(await textOf(Uint8Array.of(0xff, 0xfe, 0x61, 0x00))).toBe('a');
    expect(await textOf(Uint8Array.of(0xfe, 0xff, 0x00, 0x61), 'windows-1252')).toBe('a');
    expect(await textOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xa9), 'windows-1252')).toBe('\ufeffé');
  });

  it('knows UTF-16 without a byte order mark by its first two characters, unless the encoding is named', async () => {
    expect(await textOf(Uint8Array.of(0x7b, 0, 0xe9, 0, 0x7d, 0))).toBe('{\xe9}');
    expect(await textOf(Uint8Array.of(0, 0x7b, 0, 0xe9, 0, 0x7d))).toBe('{\xe9}');
    expect(await textOf(Uint8Array.of(0x7b, 0, 0x7d, 0), 'windows-1252')).toBe('{\0}\0');
    expect(await textOf(Uint8Array.of(0x7b, 0, 0, 0))).toBe('{\0\0\0');
    expect(await textOf(Uint8Array.of(0x7b, 0))).toBe('{\0');
    expect(await textOf(Uint8Array.of(0x61, 0, 0x62))).toBe('a\0b');
  });

  it.each([[[0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]], [[0, 0, 0xfe, 0xff, 0, 0, 0, 0x7b]]])(
    'refuses UTF-32: %j',
    async (bytes) => {
      const failure = await failureOf(textOf(Uint8Array.from(bytes), 'windows-1252'));
      expect([failure.path, failure.message]).toEqual(['in/a', 'expected UTF-8 or UTF-16 text, found UTF-32']);
    },
  );

  it('has the beginning of the decoded file, to recognise it by', async () => {
    const { head } = await fileInUtf8(memoryFile('a', Uint8Array.of(0xff, 0xfe, 0x50, 0x00)));
    expect(head).toEqual(Uint8Array.of(0x50));
  });

  it.each([
    ['a byte', 'shift_jis', [0x61, 0x0a, 0x61, 0xff], '2:2 expected shift_jis text, found the byte ff'],
    ['a pair of bytes', 'euc-jp', [0x61, 0xa4, 0x20], '1:2 expected euc-jp text, found the bytes a4 20'],
    [
      'half a surrogate',
      'utf-16le',
      [0x61, 0x00, 0x00, 0xd8, 0x61, 0x00],
      '1:2 expected utf-16le text, found the bytes 00 d8 61 00',
    ],
    ['a character that is cut off', 'utf-16le', [0x0a, 0x00, 0x61], '2:1 expected utf-16le text, found the byte 61'],
  ])('refuses %s that the encoding does not have, with its place', async (_title, encoding, bytes, problem) => {
    for (const chunkSize of [1, 2, 100]) {
      const failure = await failureOf(textOf(Uint8Array.from(bytes), encoding, chunkSize));
      expect(failure).toMatchObject({ code: 'format', path: 'in/a' });
      expect(failure.problems.map(formatProblem)).toEqual([`in/a:${problem}`.replace(' ', ': ')]);
    }
  });
});

describe('bytesInUtf8', () => {
  it('returns bytes in UTF-8 themselves, valid or not', async () => {
    const bytes = Uint8Array.of(0xe9);
    expect(await bytesInUtf8(bytes, 'a')).toBe(bytes);
  });

  it('decodes others', async () => {
    expect(Buffer.from(await bytesInUtf8(Uint8Array.of(0xe9), 'a', 'windows-1252')).toString()).toBe('é');
  });
});
