import { describe, expect, it } from 'vitest';
import type { InputFile } from '../../../../src/platform/files/input-file.ts';
import { apkindex } from '../../../../src/readers/apkindex/apkindex.ts';
import { readerFor } from '../../../../src/readers/readers.ts';
import { type ArchiveEntry, makeTar, makeTarSegment } from '../../../archive.ts';
import { failureOf } from '../../../failure.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const index = `C:Q1eiZkJd97/XzppCxxoBXqKuVxWDg=
P:strace
V:5.14-r0
A:x86_64
S:488249
I:1601536
T:Diagnostic, debugging and instructional userspace tracer
U:https://strace.io
L:BSD-3-Clause
o:strace
m:Jane Doe <jane@example.org>
t:1630625674
c:aae0222b915a0985e775ce126c01793a3a95716a
k:10
D:so:libc.musl-x86_64.so.1 !old-strace
p:cmd:strace-log-merge=5.14-r0 cmd:strace=5.14-r0
i:docs strace
r:ltrace
q:5

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:strace-doc
V:5.14-r0
A:noarch
S:1
I:
T:
U:strace.io
D:
Z:z
`;

const strace = {
  controlChecksum: 'Q1eiZkJd97/XzppCxxoBXqKuVxWDg=',
  name: 'strace',
  version: '5.14-r0',
  arch: 'x86_64',
  size: 488249,
  installedSize: 1601536,
  summary: 'Diagnostic, debugging and instructional userspace tracer',
  homepage: 'https://strace.io',
  licence: 'BSD-3-Clause',
  origin: 'strace',
  maintainer: 'Jane Doe <jane@example.org>',
  buildTime: 1630625674,
  commit: 'aae0222b915a0985e775ce126c01793a3a95716a',
  providerPriority: 10,
  dependencies: ['so:libc.musl-x86_64.so.1', '!old-strace'],
  provides: ['cmd:strace-log-merge=5.14-r0', 'cmd:strace=5.14-r0'],
  installIf: ['docs', 'strace'],
  replaces: ['ltrace'],
  replacesPriority: 5,
  path: 'strace-5.14-r0.apk',
};
const doc = {
  controlChecksum: 'Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  name: 'strace-doc',
  version: '5.14-r0',
  arch: 'all',
  size: 1,
  summary: '',
  U: 'strace.io',
  Z: 'z',
  path: 'strace-doc-5.14-r0.apk',
};
const drafts = [
  { line: 1, fields: strace },
  { line: 21, fields: doc },
];

/** As apk-tools write it: a signature, then the index. */
async function archiveOf(entries: readonly ArchiveEntry[]): Promise<InputFile> {
  const signature = await makeTarSegment([['.SIGN.RSA.jane.rsa.pub', new Uint8Array(256)]]);
  return memoryFile('APKINDEX.tar', Buffer.concat([signature, await makeTar(entries)]));
}

describe('the apkindex reader', () => {
  it('turns the letters of a stanza into the fields of a record', async () => {
    expect(await readAll(apkindex, memoryFile('APKINDEX', index))).toEqual({ drafts, problems: [] });
  });

  it('finds the index in an archive, among signatures and a description', async () => {
    const file = await archiveOf([
      ['DESCRIPTION', 'v3.14'],
      ['APKINDEX', index],
    ]);
    expect(await readAll(apkindex, file)).toEqual({ drafts, problems: [] });
  });

  it('finds it in an archive that somebody packed by hand', async () => {
    const file = await archiveOf([
      ['./', { type: 'directory' }],
      ['./APKINDEX', index],
    ]);
    expect((await readAll(apkindex, file)).drafts).toEqual(drafts);
  });

  it('reports bad stanzas with their lines, and reads on', async () => {
    const content = 'V:1\nA:x\n\nP:a\nV:1\nS:big\nS:1\n\nnonsense\n\nP:b\nV:2\nA:x86\n';
    const expected = [
      '1: stanza: expected a field "P", found none',
      '6: field "S": expected a whole number, found "big"',
      '9: expected "Field: text", found "nonsense"',
    ];
    for (const file of [memoryFile('APKINDEX', content), await archiveOf([['APKINDEX', content]])]) {
      const { drafts, problems } = await readAll(apkindex, file);
      expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual(expected);
      expect(drafts).toEqual([{ line: 11, fields: { name: 'b', version: '2', arch: 'x86', path: 'b-2.apk' } }]);
    }
  });

  it.each<[string, readonly ArchiveEntry[], string]>([
    ['without an index', [['INDEX', index]], 'expected a file APKINDEX in the archive, found none'],
    ['whose index is elsewhere', [['../APKINDEX', index]], 'expected a file APKINDEX in the archive, found none'],
    [
      'whose index is a link',
      [['APKINDEX', { type: 'symlink', linkname: '/etc/passwd' }]],
      'APKINDEX: expected a file, found a link',
    ],
    [
      'whose index is a device',
      [['APKINDEX', { type: 'character-device' }]],
      'APKINDEX: expected a file, found a device',
    ],
    [
      'with two indexes',
      [
        ['APKINDEX', index],
        ['./APKINDEX', index],
      ],
      'APKINDEX: expected once in the archive, found again',
    ],
  ])('refuses an archive %s', async (_title, entries, message) => {
    const error = await failureOf(readAll(apkindex, await archiveOf(entries)));
    expect([error.code, error.path, error.message]).toEqual(['format', 'in/APKINDEX.tar', message]);
  });

  it('refuses an archive that is cut off, even after the index', async () => {
    const { head, ...file } = await archiveOf([['APKINDEX', index]]);
    const whole: Uint8Array[] = [];
    for await (const chunk of file.chunks()) whole.push(chunk);
    const cut = memoryFile('APKINDEX.tar', Buffer.concat(whole).subarray(0, -1024));
    expect((await failureOf(readAll(apkindex, cut))).message).toBe('cannot read: tar archive is truncated');
  });

  it('recognises an index by its name and its first bytes', async () => {
    expect(readerFor(memoryFile('APKINDEX', index))?.name).toBe('apkindex');
    expect(readerFor(memoryFile('x86_64-APKINDEX', index))?.name).toBe('apkindex');
    expect(readerFor(await archiveOf([['APKINDEX', index]]))?.name).toBe('apkindex');
    expect(readerFor(memoryFile('APKINDEX', '<html>'))).toBeUndefined();
    expect(readerFor(memoryFile('index.txt', index))).toBeUndefined();
    expect(readerFor(memoryFile('APKINDEX.tar', 'nothing of that kind'))).toBeUndefined();
  });
});
