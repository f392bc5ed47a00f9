import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readerNamed } from '../../../src/readers/readers.ts';
import { memoryFile, readAll } from './memory-file.ts';

// Wide characters, escapes, carriage returns, a byte order mark and errors, so that a border can fall inside of each.
const files: readonly (readonly [string, string])[] = [
  [
    'json',
    '\ufeff[{"name": "é🔧\\"\\\\", "x": [[], {}]},\r\n {"a": [1}, 7, {"b": "c\n},\n{"d": tru}, {"name": "z"}]\n !',
  ],
  ['json', '\ufeff{"name": "🔧", "x": {"y": ["}"]}}\n'],
  ['json-lines', '\ufeff{"name": "é🔧"}\r\n\r\n{"a" 1}\n[]\n{"name": "z"}'],
  ['yaml', '\ufeff%YAML 1.2\n---\nname: é🔧\r\n---\n- a: 1\n- 2\n...\n# x\n---\na: 1\na: 2\n--- x\n'],
  [
    'deb822',
    '\ufeffPackage: é🔧\r\nDepends: a,\r\n b\r\n \t\r\n# x\nPackage: b\nSize: x\n\n\nbad\n more\n\nPackage: z',
  ],
  ['control', '\ufeffPackage: é\r\nDescription: a\n b\n \n c\n \n# x\nPackage: b\n\n\nbad'],
  ['openwrt', 'Package: é\nURL: x\nSHA256sum: a\n\n \npackage: b\nSize: x\n\nPackage: z\n \n d'],
  ['apkindex', '\ufeffP:é🔧\r\nV:1\r\nD:a  b\r\n\r\n\nbad\n\nP:z\nV:2\nA:noarch'],
  ['arch', '\ufeff%NAME%\né\n%VERSION%\r\n1\r\n\r\n%DEPENDS%\na\nb\n\n'],
  ['gentoo', '\ufeffARCH: é\r\nUSE: a\n\nCPV: a/b-1\r\nSIZE: 1\n\n\nCPV: x\n\nbad\n\nCPV: a/z-2_rc1-r3'],
];

describe('what a reader finds', () => {
  it.each(files)('does not depend on where the chunks of a %s file end', async (name, text) => {
    const reader = readerNamed(name);
    if (reader === undefined) throw new Error(`no reader ${name}`);
    const content = new TextEncoder().encode(text);
    const whole = await readAll(reader, memoryFile('x', content, content.length));
    expect(whole.drafts.length).toBeGreaterThan(0);
    for (let size = 1; size < content.length; size++) {
      expect(await readAll(reader, memoryFile('x', content, size)), `chunks of ${size} bytes`).toEqual(whole);
    }
    for (let border = 0; border <= content.length; border++) {
      const chunks = [content.slice(0, border), content.slice(border)];
      expect(await readAll(reader, fileOf(content, chunks)), `a border at ${border}`).toEqual(whole);
    }
  });

  it.each(files)('does not depend on how often a %s file is cut, nor on what it holds', async (name, text) => {
    const reader = readerNamed(name);
    if (reader === undefined) throw new Error(`no reader ${name}`);
    const original = new TextEncoder().encode(text);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(original.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.array(fc.nat(40)),
        async (at, byte, sizes) => {
          const content = original.slice();
          content[at] = byte;
          const whole = await readAll(reader, memoryFile('x', content, content.length));
          expect(await readAll(reader, fileOf(content, cut(content, sizes)))).toEqual(whole);
        },
      ),
      { numRuns: 100 },
    );
  });
});

function fileOf(content: Uint8Array, chunks: readonly Uint8Array[]) {
  return {
    ...memoryFile('x', content),
    async *chunks() {
      yield* chunks;
    },
  };
}

function cut(content: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(content.slice(at, at + size));
    at += size;
  }
  return [...chunks, content.slice(at)];
}
