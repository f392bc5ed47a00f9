import { describe, expect, it } from 'vitest';
import { MAX_RECORD_SIZE } from '../../../../src/model/limits.ts';
import type { InputFile } from '../../../../src/platform/files/input-file.ts';
import { arch } from '../../../../src/readers/arch/arch.ts';
import { isCompanion, readerFor } from '../../../../src/readers/readers.ts';
import { type ArchiveEntry, makeTar } from '../../../archive.ts';
import { failureOf } from '../../../failure.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const digest = 'a'.repeat(64);
const desc = `%FILENAME%
demo-1.0-1-x86_64.pkg.tar.zst

%NAME%
demo

%BASE%
demo-base

%VERSION%
1:1.0-1

%DESC%
A demo, with 100% effort

%GROUPS%
base-devel

%CSIZE%
1234

%ISIZE%
5678

%MD5SUM%
0123456789abcdef0123456789abcdef

%SHA256SUM%
${digest}

%PGPSIG%
iQEzBAABCgAdFiEE

%URL%
https://example.org/demo

%LICENSE%
GPL-2.0-or-later
custom

%ARCH%
x86_64

%BUILDDATE%
1700000000

%PACKAGER%
Jane Doe <jane@example.org>

%DEPENDS%
glibc
libx>=2

%OPTDEPENDS%
bash: for scripts

`;

const demo = {
  path: 'demo-1.0-1-x86_64.pkg.tar.zst',
  name: 'demo',
  BASE: 'demo-base',
  version: '1:1.0-1',
  summary: 'A demo, with 100% effort',
  GROUPS: ['base-devel'],
  size: 1234,
  installedSize: 5678,
  MD5SUM: '0123456789abcdef0123456789abcdef',
  sha256: digest,
  PGPSIG: 'iQEzBAABCgAdFiEE',
  homepage: 'https://example.org/demo',
  licence: 'GPL-2.0-or-later, custom',
  arch: 'x86_64',
  BUILDDATE: 1700000000,
  PACKAGER: 'Jane Doe <jane@example.org>',
  dependencies: ['glibc', 'libx>=2'],
  OPTDEPENDS: ['bash: for scripts'],
};

const small = (name: string, more = ''): string => `%NAME%\n${name}\n\n%VERSION%\n1-1\n\n%ARCH%\nany\n${more}`;

async function database(entries: readonly ArchiveEntry[], name = 'core.db.tar'): Promise<InputFile> {
  return memoryFile(name, await makeTar(entries));
}

const linesOf = async (file: InputFile): Promise<readonly string[]> =>
  (await readAll(arch, file)).problems.map(({ line, message }) =>
    line === undefined ? message : `${line}: ${message}`,
  );

describe('the arch reader', () => {
  it('turns the blocks of a desc into the fields of a record', async () => {
    expect(await readAll(arch, memoryFile('desc', desc))).toEqual({
      drafts: [{ line: 1, fields: demo }],
      problems: [],
    });
    expect((await readAll(arch, memoryFile('desc', desc.replaceAll('\n', '\r\n')))).drafts).toEqual([
      { line: 1, fields: demo },
    ]);
  });

  it('reads every package of a database', async () => {
    const file = await database([
      ['demo-1:1.0-1/', { type: 'directory' }],
      ['demo-1:1.0-1/desc', desc],
      ['other-1-1/', { type: 'directory' }],
      ['other-1-1/desc', small('other')],
    ]);
    expect(await readAll(arch, file)).toEqual({
      drafts: [
        { line: 1, entry: 'demo-1:1.0-1/desc', fields: demo },
        { line: 1, entry: 'other-1-1/desc', fields: { name: 'other', version: '1-1', arch: 'all' } },
      ],
      problems: [],
    });
  });

  it('puts together what several files say about a package', async () => {
    const file = await database(
      [
        ['./a-1-1/desc', small('a')],
        ['./a-1-1/depends', '%DEPENDS%\nx\n\n%CONFLICTS%\ny\n'],
        ['./a-1-1/files', '%FILES%\nusr/\nusr/bin/a\n'],
        ['./b-1-1/files', '%FILES%\nusr/\n'],
        ['./b-1-1/desc', small('b')],
      ],
      'core.files',
    );
    const common = { version: '1-1', arch: 'all' };
    expect((await readAll(arch, file)).drafts.map(({ fields }) => fields)).toEqual([
      { name: 'a', ...common, dependencies: ['x'], CONFLICTS: ['y'], FILES: ['usr/', 'usr/bin/a'] },
      { name: 'b', ...common, FILES: ['usr/'] },
    ]);
  });

  it('reads a name right after another block, and a value that looks like a name', async () => {
    const { drafts } = await readAll(arch, memoryFile('desc', '%NAME%\na\n%VERSION%\n1\n%DESC%\n%a%\n\n%DEPENDS%\n\n'));
    expect(drafts[0]?.fields).toEqual({ name: 'a', version: '1', summary: '%a%' });
  });

  it('keeps a homepage that is no URL', async () => {
    const { drafts } = await readAll(arch, memoryFile('desc', small('a', '\n%URL%\nexample.org\n')));
    expect(drafts[0]?.fields).toEqual({ name: 'a', version: '1-1', arch: 'all', URL: 'example.org' });
  });

  it.each([
    ['no name', '%VERSION%\n1\n', ['1: expected a field "%NAME%", found none']],
    ['a text outside of a block', '%NAME%\na\n\nstray\n', ['4: expected a name such as %NAME%, found "stray"']],
    [
      'a size that is none',
      small('a', '\n%CSIZE%\n1 MB\n'),
      ['10: field "%CSIZE%": expected a whole number, found "1 MB"'],
    ],
    [
      'a block twice',
      small('a', '\n%BASE%\na\n\n%BASE%\nb\n'),
      ['13: field "%BASE%": expected once in a stanza, found again'],
    ],
  ])('refuses a desc with %s', async (_title, content, problems) => {
    expect(await linesOf(memoryFile('desc', content))).toEqual(problems);
  });

  it('reports every problem of a database with the file in it, and reads on', async () => {
    const file = await database([
      ['a-1-1/desc', '%VERSION%\n1\n'],
      ['b-1-1/desc', `${small('b')}\n%ISIZE%\nx\n`],
      ['c-1-1/desc', new Uint8Array([0x25, 0x4e, 0x25, 0x0a, 0xff])],
      ['d-1-1/desc', { type: 'symlink', linkname: '/etc/passwd' }],
      ['e-1-1/files', { type: 'block-device' }],
      ['../f/desc', small('f')],
      ['/g-1-1/desc', small('g')],
      ['h-1-1/desc', small('h')],
      ['h-1-1/depends', '%ARCH%\nx86_64\n'],
      ['README', 'ignored'],
      ['i-1-1/changelog', 'ignored'],
      ['j-1-1/desc', small('j')],
    ]);
    const { drafts } = await readAll(arch, file);
    expect(drafts.map(({ fields }) => fields.name)).toEqual(['j']);
    expect(await linesOf(file)).toEqual([
      '1: a-1-1/desc: expected a field "%NAME%", found none',
      '10: b-1-1/desc: field "%ISIZE%": expected a whole number, found "x"',
      '2: c-1-1/desc: expected UTF-8 text, found the byte ff; if the file has a different encoding, name it, as in `encoding: latin1`',
      'd-1-1/desc: expected a file, found a link',
      'e-1-1/files: expected a file, found a device',
      'expected a path inside the archive, found "../f/desc"',
      'expected a path inside the archive, found "/g-1-1/desc"',
      '1: h-1-1/depends: field "%ARCH%": expected in one file of the package, found again',
    ]);
  });

  it('reports a file that is in a database twice once, not once for each of its fields', async () => {
    const file = await database([
      ['a-1-1/desc', small('a')],
      ['a-1-1/desc', small('b')],
      ['c-1-1/desc', small('c')],
    ]);
    expect((await readAll(arch, file)).drafts.map(({ fields }) => fields.name)).toEqual(['c']);
    expect(await linesOf(file)).toEqual(['a-1-1/desc: expected once in the archive, found again']);
  });

  it('reports a database whose only path leads out of it for that alone', async () => {
    const file = await database([['../a-1-1/desc', small('a')]]);
    expect(await linesOf(file)).toEqual(['expected a path inside the archive, found "../a-1-1/desc"']);
  });

  it('refuses a file of a package that is larger than a record may be, without keeping it', async () => {
    const file = await database([
      ['a-1-1/desc', new Uint8Array(MAX_RECORD_SIZE + 1)],
      ['b-1-1/desc', small('b')],
    ]);
    expect(await linesOf(file)).toEqual(['a-1-1/desc: record: expected at most 16777216 bytes, found more']);
    expect((await readAll(arch, file)).drafts.map(({ fields }) => fields.name)).toEqual(['b']);
  });

  it('refuses an archive of other files, and reads one without any', async () => {
    const other = await database([
      ['db/', { type: 'directory' }],
      ['db/a-1-1/desc', small('a')],
      ['README', 'x'],
    ]);
    expect(await linesOf(other)).toEqual([
      'expected files such as demo-1.0-1/desc in the archive, found "db/a-1-1/desc"',
    ]);
    expect(await readAll(arch, await database([]))).toEqual({ drafts: [], problems: [] });
  });

  it('refuses a database that is cut off', async () => {
    const archive = await makeTar([
      ['a-1-1/desc', small('a')],
      ['b-1-1/desc', small('b')],
    ]);
    const error = await failureOf(readAll(arch, memoryFile('core.db.tar', archive.subarray(0, 1024))));
    expect([error.path, error.message]).toEqual(['in/core.db.tar', 'cannot read: tar archive is truncated']);
  });

  it('recognises databases and descriptions by their names and first bytes', async () => {
    const archive = await makeTar([['a-1-1/desc', small('a')]]);
    for (const name of ['core.db', 'core.db.tar', 'core.files', 'core.files.tar']) {
      expect(readerFor(memoryFile(name, archive))?.name).toBe('arch');
    }
    expect(readerFor(memoryFile('desc', desc))?.name).toBe('arch');
    expect(readerFor(memoryFile('thumbs.db', 'SQLite format 3\0'))).toBeUndefined();
    expect(readerFor(memoryFile('desc', 'a description'))).toBeUndefined();
    expect(readerFor(memoryFile('data.tar', archive))).toBeUndefined();
  });

  it('knows that a list of files accompanies a database', async () => {
    const archive = await makeTar([['a-1-1/desc', small('a')]]);
    expect(
      ['core.db', 'core.db.tar', 'core.files', 'core.files.tar'].map((name) => isCompanion(memoryFile(name, archive))),
    ).toEqual([false, false, true, true]);
    expect(isCompanion(memoryFile('core.files', 'a\nb\n'))).toBe(false);
  });
});
