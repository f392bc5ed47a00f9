import { describe, expect, it } from 'vitest';
import { isTar, readTar } from '../../../src/platform/tar.ts';
import { makeTar, makeTarSegment } from '../../archive.ts';
import { failureOf } from '../../failure.ts';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function list(archive: Uint8Array, size = 700): Promise<readonly (readonly [string, string, string])[]> {
  const found: (readonly [string, string, string])[] = [];
  for await (const entry of readTar(chunksOf(archive, size), 'a.tar')) {
    found.push([entry.name, entry.kind, await textOf(entry.content())]);
  }
  return found;
}

/** The archive with a different type, and the checksum for it, in the header at an offset. */
function withType(archive: Uint8Array, at: number, type: string): Uint8Array {
  const changed = archive.slice();
  const header = changed.subarray(at, at + 512);
  header[156] = type.charCodeAt(0);
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return changed;
}

const long = `${'directory/'.repeat(30)}file`;

describe('readTar', () => {
  it('knows a sparse file, whose content in the archive is not that of the file', async () => {
    const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '4096' };
    const archive = await makeTar([
      ['a', { type: 'file', size: 0, pax }],
      ['b', 'whole'],
    ]);
    expect(await list(archive)).toEqual([
      ['a', 'sparse file', ''],
      ['b', 'file', 'whole'],
    ]);
  });

  it.each([1, 512, 1000, 1_000_000])('gives every entry in order, in chunks of %i bytes', async (size) => {
    const archive = await makeTar([
      ['a/', { type: 'directory' }],
      ['a/desc', 'one'],
      ['a/empty', ''],
      [long, 'two'.repeat(1000)],
      ['link', { type: 'symlink', linkname: '/etc/passwd' }],
      ['hard', { type: 'link', linkname: 'a/desc' }],
      ['tty', { type: 'character-device' }],
      ['pipe', { type: 'fifo' }],
      ['../b', 'three'],
    ]);
    expect(isTar(archive.subarray(0, 4096))).toBe(true);
    expect(await list(archive, size)).toEqual([
      ['a/', 'directory', ''],
      ['a/desc', 'file', 'one'],
      ['a/empty', 'file', ''],
      [long, 'file', 'two'.repeat(1000)],
      ['link', 'link', ''],
      ['hard', 'link', ''],
      ['tty', 'device', ''],
      ['pipe', 'device', ''],
      ['../b', 'file', 'three'],
    ]);
  });

  it('skips what is not read of an entry', async () => {
    const archive = await makeTar([
      ['a', 'x'.repeat(3_000_000)],
      ['b', 'y'],
    ]);
    const names: string[] = [];
    for await (const { name, size } of readTar(chunksOf(archive, 100_000), 'a.tar')) names.push(`${name} ${size}`);
    expect(names).toEqual(['a 3000000', 'b 1']);
  });

  it('may be left at any entry', async () => {
    const archive = await makeTar([
      ['a', 'x'.repeat(3_000_000)],
      ['b', 'y'],
    ]);
    for await (const { name } of readTar(chunksOf(archive, 1000), 'a.tar')) {
      expect(name).toBe('a');
      break;
    }
  });

  it('refuses an archive wherever it is cut', async () => {
    const archive = await makeTar([
      ['a', 'x'.repeat(600)],
      ['b', 'y'],
    ]);
    for (let length = 1; length < archive.length - 512; length += 100) {
      const { code, path, message } = await failureOf(list(archive.subarray(0, length)));
      expect([code, path, message], `${length} bytes`).toEqual([
        'format',
        'a.tar',
        'cannot read: tar archive is truncated',
      ]);
    }
  });

  it('refuses a changed header', async () => {
    const archive = await makeTar([['a', 'x']]);
    archive[0] = 0x62;
    expect((await failureOf(list(archive))).message).toBe('cannot read: invalid tar header checksum');
  });

  it('refuses something else after the end', async () => {
    const archive = Buffer.concat([await makeTar([['a', 'x']]), Buffer.from('more')]);
    expect((await failureOf(list(archive))).message).toBe('cannot read: tar: invalid EOF');
  });

  it('reads segments that follow each other', async () => {
    const archive = Buffer.concat([await makeTarSegment([['.SIGN', 's']]), await makeTar([['APKINDEX', 'i']])]);
    expect((await list(archive)).map(([name]) => name)).toEqual(['.SIGN', 'APKINDEX']);
  });

  it.each([1, 511, 512, 100_000])(
    'refuses a sparse file as GNU tar wrote them, in chunks of %i bytes',
    async (size) => {
      const archive = await makeTar([
        ['a', 'x'.repeat(600)],
        ['link', { type: 'symlink', linkname: 'a', size: 5 }],
        ['holes', 'P:a'],
      ]);
      const at = archive.indexOf('h'.charCodeAt(0), 512 + 1024 + 512);
      const sparse = withType(archive, at, 'S');
      const { code, path, message, hint } = await failureOf(list(sparse, size));
      expect([code, path, message, hint]).toEqual([
        'format',
        'a.tar',
        'cannot read: tar: expected whole files, found the sparse file "holes"',
        'make the archive without `--sparse`',
      ]);
    },
  );

  it('takes no content for a header', async () => {
    const header = withType(await makeTar([['b', '']]), 0, 'S').subarray(0, 512);
    expect(await list(await makeTar([['a', header]]))).toEqual([['a', 'file', Buffer.from(header).toString()]]);
  });

  it('passes on an error of its source', async () => {
    const archive = await makeTar([['a', 'x'.repeat(5000)]]);
    async function* broken(): AsyncGenerator<Uint8Array, void> {
      yield archive.subarray(0, 1024);
      throw new Error('lost');
    }
    const work = (async () => {
      for await (const entry of readTar(broken(), 'a.tar')) await textOf(entry.content());
    })();
    expect((await failureOf(work)).message).toBe('cannot read: tar: lost');
  });
});

describe('isTar', () => {
  it('is true for an archive without entries', async () => {
    expect(isTar(await makeTar([]))).toBe(true);
  });

  it.each(['', 'Package: a\n', 'ustar', '\0'.repeat(511), `${'\0'.repeat(600)}x`, 'x'.repeat(600)])(
    'is false for %j',
    (text) => {
      expect(isTar(new TextEncoder().encode(text))).toBe(false);
    },
  );
});
