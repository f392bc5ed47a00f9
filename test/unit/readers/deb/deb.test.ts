import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../../../src/bytes/bytes.ts';
import { openInputFile, storedInputFile } from '../../../../src/platform/files/input-file.ts';
import { deb } from '../../../../src/readers/deb/deb.ts';
import { readerFor } from '../../../../src/readers/readers.ts';
import { type ArchiveEntry, makeTar } from '../../../archive.ts';
import { type ArMember, compressed, controlOf, makeAr, makeDeb, storedXz, zstdBomb } from '../../../debian-package.ts';
import { failureOf } from '../../../failure.ts';
import { makeWorkspace } from '../../../workspace.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const directory = makeWorkspace();

/** Reads a package from disk; the drafts as they are, and the problems as texts. */
async function read(bytes: Uint8Array, name = 'hello_1.0-1_amd64.deb') {
  writeFileSync(join(directory, name), bytes);
  const { drafts, problems } = await readAll(deb, storedInputFile(join(directory, name), `pool/${name}`));
  return {
    drafts,
    problems: problems.map(({ line, message }) => (line === undefined ? message : `${line}: ${message}`)),
  };
}

async function refusalOf(bytes: Uint8Array, name?: string): Promise<readonly string[]> {
  const { drafts, problems } = await read(bytes, name);
  expect(drafts).toEqual([]);
  return problems;
}

/** A package whose control file has these bytes. */
async function withControl(control: string | Uint8Array): Promise<Uint8Array> {
  return makeDeb({ entries: [['./control', control]] });
}

/** A package with members that can be replaced. */
async function membersOf(change: (members: readonly ArMember[]) => readonly ArMember[]): Promise<Uint8Array> {
  const control = await makeTar([['./control', controlOf()]]);
  return makeAr(
    change([
      ['debian-binary', '2.0\n'],
      ['control.tar', control],
      ['data.tar', await makeTar([])],
    ]),
  );
}

describe('a package', () => {
  it.each(['', '.gz', '.xz', '.zst'] as const)('is read with a control archive "control.tar%s"', async (compress) => {
    const bytes = await makeDeb({
      control: controlOf({ Depends: 'libc6 (>= 2.36), zlib1g', 'Installed-Size': '12' }),
      compress,
    });
    const { drafts, problems } = await read(bytes);
    expect(problems).toEqual([]);
    expect(drafts).toEqual([
      {
        fields: {
          name: 'hello',
          version: '1.0-1',
          arch: 'amd64',
          Maintainer: 'Test Archive <archive@example.org>',
          dependencies: ['libc6 (>= 2.36)', 'zlib1g'],
          installedSize: 12 * 1024,
          summary: 'says hello',
          description: 'to everybody',
          path: 'pool/hello_1.0-1_amd64.deb',
          size: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
        },
        line: 1,
        entry: 'control',
      },
    ]);
  });

  it('has its fields in the order of the control file, and then its path, size and digest', async () => {
    const { drafts } = await read(
      await makeDeb({ control: 'Version: 1\nX-Own: x\nPackage: hello\nArchitecture: all\n' }),
      'hello.deb',
    );
    expect(Object.keys(drafts[0]?.fields ?? {})).toEqual([
      'version',
      'X-Own',
      'name',
      'arch',
      'path',
      'size',
      'sha256',
    ]);
  });

  it('of the installer keeps its type', async () => {
    const { drafts } = await read(
      await makeDeb({ control: controlOf({ 'Package-Type': 'udeb' }) }),
      'hello_1.0-1_amd64.udeb',
    );
    expect(drafts[0]?.fields).toMatchObject({
      name: 'hello',
      'Package-Type': 'udeb',
      path: 'pool/hello_1.0-1_amd64.udeb',
    });
  });

  it('does not say what an index says of it: such fields are left out', async () => {
    const control = controlOf({
      Filename: 'x',
      Size: 'many',
      SHA256: 'y',
      MD5sum: 'z',
      SHA1: 'w',
      Status: 'install ok installed',
    });
    const { drafts, problems } = await read(await makeDeb({ control }));
    expect(problems).toEqual([]);
    expect(Object.keys(drafts[0]?.fields ?? {})).not.toEqual(expect.arrayContaining(['MD5sum']));
    expect(drafts[0]?.fields).toMatchObject({ path: 'pool/hello_1.0-1_amd64.deb' });
    expect(drafts[0]?.fields).not.toHaveProperty('Status');
    expect(drafts[0]?.fields).not.toHaveProperty('SHA1');
  });

  it('may have member names as GNU ar writes them, members for other programs, and members after its data', async () => {
    const bytes = await membersOf(([version, control, data]) => [
      ['debian-binary/', version?.[1] ?? ''],
      ['_gpgorigin', 'x'],
      ['control.tar/', control?.[1] ?? ''],
      ['data.tar/', data?.[1] ?? ''],
      ['extra', 'abc'],
    ]);
    expect(await read(bytes)).toMatchObject({ drafts: [{ fields: { name: 'hello' } }], problems: [] });
  });

  it('may be of a later minor version of the format', async () => {
    const bytes = await membersOf(([, ...others]) => [['debian-binary', '2.1\nmore\n'], ...others]);
    expect((await read(bytes)).problems).toEqual([]);
  });

  it('may have any name that does not end in a different architecture', async () => {
    for (const name of [
      'hello.deb',
      'hello_latest.deb',
      'hello_1.0_x64.deb',
      'hello_1_linux_amd64.deb',
      'hello%3a1_amd64.deb',
    ]) {
      expect((await read(await makeDeb(), name)).problems).toEqual([]);
    }
  });

  it('is recognised by its name, whatever is in the file', () => {
    expect(readerFor(memoryFile('hello_1.0-1_amd64.deb', '!<arch>\n'))?.name).toBe('deb');
    expect(readerFor(memoryFile('hello_1.0-1_amd64.udeb', ''))?.name).toBe('deb');
    expect(readerFor(memoryFile('debian.txt', '!<arch>\n'))?.name).not.toBe('deb');
  });

  it('is read by a program that opens it like any other file, too', async () => {
    const bytes = await makeDeb({ compress: '.xz' });
    const file = join(directory, 'opened.deb');
    writeFileSync(file, bytes);
    expect(await readAll(deb, await openInputFile(file, 'opened.deb'))).toMatchObject({
      drafts: [{ fields: { name: 'hello', path: 'opened.deb', size: bytes.length } }],
    });
    writeFileSync(`${file}.gz`, gzipSync(bytes));
    const failure = await failureOf(readAll(deb, await openInputFile(`${file}.gz`, 'opened.deb.gz')));
    expect(failure.message).toBe('expected a package that is not compressed as a whole');
  });
});

describe('a file that is no package is refused', () => {
  it.each<[what: string, bytes: Uint8Array, message: string]>([
    ['nothing', new Uint8Array(0), 'expected a package, found an empty file'],
    [
      'a text',
      encodeText('<html>404</html>'),
      'expected a Debian package, which begins with "!<arch>"; found something else',
    ],
    [
      'half a signature',
      encodeText('!<ar'),
      'expected a Debian package, which begins with "!<arch>"; found something else',
    ],
    ['an archive without members', makeAr([]), 'expected a member "debian-binary" in the package, found none'],
    [
      'an archive of something else',
      makeAr([['a.o', 'x']]),
      'expected "debian-binary" as the first member, found "a.o"',
    ],
    [
      'only a version',
      makeAr([['debian-binary', '2.0\n']]),
      'expected a member "control.tar" in the package, found none',
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await refusalOf(bytes)).toEqual([message]);
  });
});

describe('a package is refused', () => {
  it.each<[what: string, message: string, change: (members: readonly ArMember[]) => readonly ArMember[]]>([
    [
      'of version 3',
      'debian-binary: expected version 2 of the format, found "3.0"',
      ([, ...others]) => [['debian-binary', '3.0\n'], ...others],
    ],
    [
      'with a version that is no line',
      'debian-binary: expected version 2 of the format, found "2.0"',
      ([, ...others]) => [['debian-binary', '2.0'], ...others],
    ],
    [
      'with a version of megabytes',
      'debian-binary: expected a version, found 2000000 bytes',
      ([, ...others]) => [['debian-binary', '2'.repeat(2_000_000)], ...others],
    ],
    [
      'without debian-binary',
      'expected "debian-binary" as the first member, found "control.tar"',
      ([, ...others]) => others,
    ],
    [
      'with its data before its control archive',
      'expected "control.tar" as the next member, found "data.tar"',
      ([version, control, data]) => [version, data, control].flatMap((member) => (member ? [member] : [])),
    ],
    [
      'without a control archive',
      'expected "control.tar" as the next member, found "data.tar"',
      (members) => members.filter(([name]) => name !== 'control.tar'),
    ],
    ['without data', 'expected a member "data.tar" in the package, found none', (members) => members.slice(0, 2)],
    [
      'with another member before its data',
      'expected "data.tar" as the next member, found "extra"',
      ([version, control, data]) =>
        [version, control, ['extra', 'x'] as const, data].flatMap((member) => (member ? [member] : [])),
    ],
    [
      'with two control archives',
      'expected "control.tar" once or not at all after "data.tar", found it again',
      (members) => [...members, ['control.tar', 'x']],
    ],
    [
      'with an unknown compression',
      'control.tar.bz2: expected a compression that dpkg reads (.gz, .xz, .zst), found ".bz2"',
      ([version, , ...others]) => [version ?? ['', ''], ['control.tar.bz2', 'x'], ...others],
    ],
    [
      'with a long name as BSD has it',
      'expected "control.tar" as the next member, found "#1/12"',
      ([version, , ...others]) => [version ?? ['', ''], ['#1/12', 'control.tar\0x'], ...others],
    ],
    [
      'with a negative size',
      'ar: "control.tar": expected a size in bytes, found "-1"',
      ([version, , ...others]) => [version ?? ['', ''], ['control.tar', 'x', { size: '-1' }], ...others],
    ],
    [
      'with a size that is no number',
      'ar: "control.tar": expected a size in bytes, found "1e3"',
      ([version, , ...others]) => [version ?? ['', ''], ['control.tar', 'x', { size: '1e3' }], ...others],
    ],
    [
      'without a size',
      'ar: "control.tar": expected a size in bytes, found ""',
      ([version, , ...others]) => [version ?? ['', ''], ['control.tar', 'x', { size: '' }], ...others],
    ],
    [
      'with a broken header',
      'ar: expected the header of a member, found other bytes',
      ([version, , ...others]) => [version ?? ['', ''], ['control.tar', 'x', { end: 'xx' }], ...others],
    ],
    [
      'with thousands of members',
      'expected at most 32 members in the package, found more',
      (members) => [...members, ...Array.from({ length: 5000 }, (): ArMember => ['x', ''])],
    ],
  ])('%s', async (_, message, change) => {
    expect(await refusalOf(await membersOf(change))).toEqual([message]);
  });

  it('with a size of terabytes', async () => {
    const bytes = await membersOf(([version, , ...others]) => [
      version ?? ['', ''],
      ['control.tar', 'x', { size: '9999999999' }],
      ...others,
    ]);
    expect((await refusalOf(bytes))[0]).toMatch(/^cut off: "control\.tar" should have 9999999999 bytes, found \d+$/);
  });

  it('that is cut off, wherever that is', async () => {
    const whole = await makeDeb({ data: [['./usr/bin/hello', 'x'.repeat(3000)]] });
    for (const length of [8, 30, 67, 68, 71, 73, 140, 500, 1700, whole.length - 5000, whole.length - 1]) {
      const problems = await refusalOf(whole.subarray(0, length));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(
        /^cut off: |^expected a member "(debian-binary|control\.tar)" in the package, found none$/,
      );
    }
  });
});

describe('a control archive is refused', () => {
  const other = encodeText(controlOf({ Package: 'other' }));
  it.each<[what: string, entries: readonly ArchiveEntry[], message: string]>([
    ['without a control file', [['./md5sums', 'x']], 'expected a file "control" in the archive, found none'],
    ['with nothing', [], 'expected a file "control" in the archive, found none'],
    [
      'with two control files',
      [
        ['./control', controlOf()],
        ['control', other],
      ],
      'control: expected once in the archive, found again',
    ],
    [
      'with a control file spelt in another way',
      [
        ['./control', controlOf()],
        ['.//control', other],
      ],
      'expected "./control", found ".//control"',
    ],
    [
      'with a link to a control file',
      [['./control', { type: 'symlink', linkname: '/etc/passwd' }]],
      'control: expected a file, found a link',
    ],
    [
      'with a hard link as control file',
      [
        ['./other', other],
        ['./control', { type: 'link', linkname: './other' }],
      ],
      'control: expected a file, found a link',
    ],
    [
      'with a directory as control file',
      [['./control', { type: 'directory' }]],
      'control: expected a file, found a directory',
    ],
    [
      'with a device as control file',
      [['./control', { type: 'fifo' }]],
      'control: expected a file, found something else',
    ],
    [
      'with a path that leads out',
      [
        ['../control', other],
        ['./control', controlOf()],
      ],
      'expected a path inside the archive, found "../control"',
    ],
    [
      'with an absolute path',
      [
        ['/etc/cron.d/x', 'x'],
        ['./control', controlOf()],
      ],
      'expected a path inside the archive, found "/etc/cron.d/x"',
    ],
    [
      'with a header that renames an entry',
      [['./other', { type: 'file', pax: { path: './control' } }]],
      'expected names and sizes in the entries themselves, found a header with "path"',
    ],
  ])('%s', async (_, entries, message) => {
    expect(await refusalOf(await makeDeb({ entries }))).toEqual([`control.tar: ${message}`]);
  });

  it('whose bytes are changed, cut off or something else', async () => {
    const tar = await makeTar([['./control', controlOf()]]);
    const withArchive = (archive: Uint8Array): Promise<Uint8Array> =>
      membersOf(([version, , data]) => [version ?? ['', ''], ['control.tar', archive], data ?? ['', '']]);
    const changed = tar.slice();
    changed[0] = 0x41;
    expect(await refusalOf(await withArchive(changed))).toEqual([
      'control.tar: tar: a header does not have its checksum',
    ]);
    expect(await refusalOf(await withArchive(tar.subarray(0, 600)))).toEqual([
      'control.tar: cut off: "./control" should have 135 bytes, found 88',
    ]);
    expect(await refusalOf(await withArchive(tar.subarray(0, 1024)))).toEqual([
      'control.tar: cut off: expected one more entry, or zeros at the end',
    ]);
    expect(await refusalOf(await withArchive(encodeText('x'.repeat(2048))))).toEqual([
      'control.tar: tar: a header does not have its checksum',
    ]);
    expect(await refusalOf(await withArchive(await makeDeb()))).toEqual([
      'control.tar: tar: a header does not have its checksum',
    ]);
  });

  it.each<[suffix: '.gz' | '.xz' | '.zst', cut: string, other: string]>([
    ['.gz', 'unexpected end of file', 'not gzip data, or something else after it'],
    ['.xz', 'not xz data, or its end is missing', 'not xz data, or its end is missing'],
    ['.zst', 'unexpected end of file', 'not zstd data, or something else after it'],
  ])('whose compression %s is cut off, something else, or missing', async (suffix, cut, strange) => {
    const tar = compressed(await makeTar([['./control', controlOf()]]), suffix);
    const withArchive = (archive: Uint8Array): Promise<Uint8Array> =>
      membersOf(([version, , data]) => [version ?? ['', ''], [`control.tar${suffix}`, archive], data ?? ['', '']]);
    expect(await refusalOf(await withArchive(tar.subarray(0, tar.length - 4)))).toEqual([
      `control.tar${suffix}: ${cut}`,
    ]);
    expect(await refusalOf(await withArchive(encodeText('x'.repeat(2048))))).toEqual([
      `control.tar${suffix}: ${strange}`,
    ]);
    expect(await refusalOf(await withArchive(new Uint8Array(0)))).toEqual([
      `control.tar${suffix}: unexpected end of file`,
    ]);
  });

  it('that would be larger than any: a bomb', async () => {
    const withArchive = (suffix: string, archive: Uint8Array): Promise<Uint8Array> =>
      membersOf(([version, , data]) => [version ?? ['', ''], [`control.tar${suffix}`, archive], data ?? ['', '']]);
    const message = 'expected at most 67108864 bytes uncompressed, found more';
    const gzip = gzipSync(new Uint8Array(70_000_000));
    expect(await refusalOf(await withArchive('.gz', gzip))).toEqual([`control.tar.gz: ${message}`]);
    expect(await refusalOf(await withArchive('.zst', zstdBomb(2000)))).toEqual([`control.tar.zst: ${message}`]);
    expect(await refusalOf(await withArchive('.xz', concatBytes(Array.from({ length: 40 }, () => XZ_ZEROS))))).toEqual([
      `control.tar.xz: ${message}`,
    ]);
  });

  it('that asks for a window of gigabytes', async () => {
    const tar = await makeTar([['./control', controlOf()]]);
    const withArchive = (suffix: string, archive: Uint8Array): Promise<Uint8Array> =>
      membersOf(([version, , data]) => [version ?? ['', ''], [`control.tar${suffix}`, archive], data ?? ['', '']]);
    expect((await refusalOf(await withArchive('.xz', storedXz(tar, 40))))[0]).toMatch(/^control\.tar\.xz: /);
    const zstd = compressed(tar, '.zst').slice();
    zstd[5] = 0xff;
    expect((await refusalOf(await withArchive('.zst', zstd)))[0]).toMatch(
      /^control\.tar\.zst: zstd data with a window of /,
    );
  });

  it('of more bytes than any has, before it is read', async () => {
    const bytes = await membersOf(([version, , data]) => [
      version ?? ['', ''],
      ['control.tar', new Uint8Array(20_000_000)],
      data ?? ['', ''],
    ]);
    expect(await refusalOf(bytes)).toEqual(['control.tar: expected at most 16777216 bytes, found 20000000']);
  });
});

describe('a control file is refused', () => {
  it.each<[what: string, control: string, message: string]>([
    [
      'without Package',
      controlOf({ Package: undefined }),
      '1: control: stanza: expected a field "Package", found none',
    ],
    [
      'without Version',
      controlOf({ Version: undefined }),
      '1: control: stanza: expected a field "Version", found none',
    ],
    [
      'without Architecture',
      controlOf({ Architecture: undefined }),
      '1: control: stanza: expected a field "Architecture", found none',
    ],
    [
      'with several architectures',
      controlOf({ Architecture: 'amd64 arm64' }),
      '1: control: field "Architecture": expected one, found "amd64 arm64"',
    ],
    [
      'with a field twice',
      `Package: a\n${controlOf()}`,
      '2: control: field "Package": expected once in a stanza, found again',
    ],
    ['with a line that is no field', `${controlOf()}nothing\n`, '7: control: expected "Field: text", found "nothing"'],
    [
      'with a second stanza',
      `${controlOf()}\n${controlOf({ Package: 'evil' })}`,
      '8: control: expected the stanza of one package, found a second',
    ],
    [
      'with CRLF',
      controlOf().replaceAll('\n', '\r\n'),
      'control: expected lines that end with a newline alone, found a carriage return',
    ],
    ['with a NUL', `${controlOf()}X-Nul: \0\n`, 'control: expected text, found a NUL'],
    ['that is empty', '', 'control: expected a stanza, found nothing'],
    ['of empty lines', '\n\n', 'control: expected a stanza, found nothing'],
    ['of comments', '# nothing\n', 'control: expected a stanza, found nothing'],
  ])('%s', async (_, control, message) => {
    expect(await refusalOf(await withControl(control))).toEqual([message]);
  });

  it('that is not UTF-8', async () => {
    const bytes = await withControl(
      concatBytes([encodeText('Package: a\nX: '), Uint8Array.of(0xff), encodeText('\n')]),
    );
    expect(await refusalOf(bytes)).toEqual(['control: expected UTF-8 text, found other bytes']);
  });

  it('of many megabytes', async () => {
    const bytes = await makeDeb({ control: controlOf({ 'X-Long': 'x'.repeat(20_000_000) }), compress: '.gz' });
    expect((await refusalOf(bytes))[0]).toMatch(/^control: expected at most 16777216 bytes, found 200001\d\d$/);
  });

  it('whose architecture is not that of the name of the file', async () => {
    expect(await refusalOf(await makeDeb(), 'hello_1.0-1_arm64.deb')).toEqual([
      'control: expected the architecture in the file\'s name, arm64; found "amd64"',
    ]);
    expect(await refusalOf(await makeDeb(), 'hello_1.0-1_all.deb')).toEqual([
      'control: expected the architecture in the file\'s name, all; found "amd64"',
    ]);
  });
});

describe('a package with damage anywhere', () => {
  it('is read, or refused with a reason, and nothing else happens', async () => {
    const whole = {
      '.gz': await makeDeb({ compress: '.gz' }),
      '.xz': await makeDeb({ compress: '.xz' }),
      '.zst': await makeDeb({ compress: '.zst' }),
      '': await makeDeb(),
    };
    const damage = fc.record({
      at: fc.nat(6000),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
      length: fc.nat(9000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('.gz' as const, '.xz' as const, '.zst' as const, '' as const),
        damage,
        async (suffix, { at, bytes, length }) => {
          const damaged = whole[suffix].slice(0, Math.max(1, length));
          damaged.set(bytes.subarray(0, Math.max(0, damaged.length - at)), Math.min(at, damaged.length));
          const { drafts, problems } = await read(damaged, 'damaged.deb');
          expect(drafts.length === 1 ? problems.length === 0 : problems.length > 0).toBe(true);
        },
      ),
      { numRuns: 600, seed: 12 },
    );
  });
});

/** Two megabytes of zeros in a .xz file. */
const XZ_ZEROS = Buffer.from(
  '/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvEgn5liAAO0ABQAcpiTxAAAAfoeJjQABjwOAgIABZg37Kz4wDYsCAAAAAAFZWg==',
  'base64',
);
