import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../src/bytes/bytes.ts';
import { DataPaths } from '../../../../src/deb/data-paths.ts';
import { readDebContents } from '../../../../src/readers/deb/read-deb-contents.ts';
import { makeTar } from '../../../archive.ts';
import { controlOf, makeAr, makeDeb } from '../../../debian-package.ts';
import { failureOf } from '../../../failure.ts';
import { makeWorkspace } from '../../../workspace.ts';

const directory = makeWorkspace();
const long = `./usr/share/${'long/'.repeat(60)}name`;

function pathOf(name: string, bytes: Uint8Array): string {
  writeFileSync(join(directory, name), bytes);
  return join(directory, name);
}

describe('the paths in a package', () => {
  it.each(['', '.gz', '.xz', '.zst'] as const)(
    'are those of files and links in "data.tar%s", sorted, without directories',
    async (compress) => {
      const bytes = await makeDeb({
        compress,
        data: [
          ['./', { type: 'directory' }],
          ['./usr/', { type: 'directory' }],
          ['./usr/bin/hello', 'x'.repeat(100_000)],
          ['./etc/hello.conf', ''],
          ['./usr/bin/hi', { type: 'symlink', linkname: 'hello' }],
          ['./usr/bin/ho', { type: 'link', linkname: './usr/bin/hello' }],
          [long, 'long'],
          ['./usr/share/doc/ümlaut', 'u'],
        ],
      });
      expect(await readDebContents(pathOf('a.deb', bytes))).toEqual(
        ['etc/hello.conf', 'usr/bin/hello', 'usr/bin/hi', 'usr/bin/ho', 'usr/share/doc/ümlaut', long.slice(2)].sort(),
      );
    },
  );

  it('do not depend on how the bytes of the archive arrive', async () => {
    const tar = await makeTar([
      [long, 'a'],
      ['./b', 'x'.repeat(2000)],
      ['./c', ''],
    ]);
    for (const size of [1, 7, 511, 512, 513, 4000]) {
      const paths = new DataPaths();
      for (let at = 0; at < tar.length; at += size) paths.push(tar.subarray(at, at + size));
      expect(paths.finish()).toEqual(['b', 'c', long.slice(2)]);
    }
  });

  it('may be of files whose names are set by a header of GNU, or whose sizes are binary', () => {
    const paths = new DataPaths();
    const name = `./${'n'.repeat(150)}`;
    paths.push(block('././@LongLink', 'L', name.length + 1));
    paths.push(concatBytes([new TextEncoder().encode(name), new Uint8Array(512 - name.length)]));
    paths.push(block('./short', '0', 512, true));
    paths.push(new Uint8Array(512));
    paths.push(new Uint8Array(1024));
    expect(paths.finish()).toEqual(['n'.repeat(150)]);
  });

  it('cannot be listed if the archive is cut off, corrupt, or in a compression that nothing here reads', async () => {
    const tar = await makeTar([['./a', 'x'.repeat(2000)]]);
    const control = await makeTar([['./control', controlOf()]]);
    const withData = (name: string, bytes: Uint8Array): string =>
      pathOf(
        'b.deb',
        makeAr([
          ['debian-binary', '2.0\n'],
          ['control.tar', control],
          [name, bytes],
        ]),
      );
    const messageOf = async (name: string, bytes: Uint8Array) =>
      (await failureOf(readDebContents(withData(name, bytes)))).message;
    expect(await messageOf('data.tar', tar.subarray(0, 1000))).toBe(
      'data.tar: cut off: expected one more entry, or zeros at the end',
    );
    expect(
      await messageOf(
        'data.tar',
        tar.map((byte) => byte + 1),
      ),
    ).toBe('data.tar: tar: a header does not have its checksum');
    expect(await messageOf('data.tar.xz', tar)).toBe('data.tar.xz: not xz data, or its end is missing');
    expect(await messageOf('data.tar.lzma', tar)).toBe(
      'data.tar.lzma: expected a compression that is read here, found lzma',
    );
    expect((await failureOf(readDebContents(join(directory, 'none.deb')))).code).toBe('not-found');
  });

  it('cannot be listed if headers ask for more memory than names need, or entries may hide others', () => {
    const push = (bytes: Uint8Array) => () => new DataPaths().push(bytes);
    expect(push(block('././@LongLink', 'L', 2_000_000_000))).toThrow(
      'tar: expected a header of at most 1048576 bytes, found 2000000000',
    );
    expect(push(block('././PaxHeader', 'x', 2_000_000_000))).toThrow(
      'tar: expected a header of at most 1048576 bytes, found 2000000000',
    );
    expect(push(block('./a', 'S', 0))).toThrow('tar: "./a": expected a file, found a sparse file');
    const negative = block('./a', '0', 0);
    negative.fill(0xff, 124, 136);
    expect(push(withChecksum(negative))).toThrow('tar: "./a": expected a size in bytes, found something else');
  });
});

/** The header of an entry. */
function block(name: string, type: string, size: number, isBinary = false): Uint8Array {
  const header = new Uint8Array(512);
  header.set(new TextEncoder().encode(name));
  if (isBinary) {
    header[124] = 0x80;
    header[134] = size >> 8;
    header[135] = size & 0xff;
  } else header.set(new TextEncoder().encode(size.toString(8).padStart(11, '0')), 124);
  header[156] = type.charCodeAt(0);
  return withChecksum(header);
}

function withChecksum(header: Uint8Array): Uint8Array {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return header;
}
