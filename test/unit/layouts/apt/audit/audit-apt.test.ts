import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { byHashNextTo } from '../../../../../src/layouts/apt/format/paths.ts';
import { verify } from '../../../../../src/verify.ts';
import { type Audited, onlyLayout } from '../../../../audited.ts';
import { makeDeb } from '../../../../debian-package.ts';
import { makeWorkspace, writeFiles } from '../../../../workspace.ts';
import {
  type ArchiveDraft,
  auditArchive,
  DATE,
  digestOf,
  draftArchive,
  type Files,
  makeTestKey,
  stanza,
  stanzas,
  type TestKey,
  writeArchive,
} from './tiny-archive.ts';

const SUITE = 'dists/stable';
const AMD64 = `${SUITE}/main/binary-amd64/Packages`;

/** The archive after one change, to what it is made from or to its files. */
async function changed(change: (draft: ArchiveDraft) => void, harm?: (files: Files) => void): Promise<Files> {
  const draft = draftArchive();
  change(draft);
  const files = await writeArchive(draft);
  harm?.(files);
  return files;
}

const nothing = (): void => undefined;

/** The path of a file by its digest. */
function byHash(files: Files, path: string): string {
  return byHashNextTo(path, digestOf(files.get(path) ?? new Uint8Array(0)));
}

function patchOf(files: Files): string {
  return [...files.keys()].find((path) => /Packages\.diff\/[0-9a-f]{16}\.gz$/.test(path)) ?? '';
}

function setPackages(...texts: readonly string[]): (draft: ArchiveDraft) => void {
  return (draft) => {
    draft.packages.set('amd64', stanzas(...texts, stanza('common', { Architecture: 'all' })));
  };
}

describe('verify, of an apt archive', () => {
  it('finds nothing wrong with a good one, and says what it checked', async () => {
    expect(await auditArchive(await changed(nothing))).toEqual({
      layout: 'apt',
      suites: 'stable',
      date: DATE,
      indexes: 2,
      packages: 3,
      records: 5,
      patches: 1,
      appliedPatches: 1,
      retainedFiles: 2,
      olderReleases: 1,
      signatures: 0,
      goodSignatures: 0,
      findings: [],
      foreign: [],
      remarks: [{ path: `${SUITE}/Release`, message: 'not signed: clients need "Trusted: yes" to use it' }],
    });
  });

  it('reads an archive without uncompressed files, as long as the list names them', async () => {
    const files = await changed(nothing, (tree) => {
      tree.delete(byHash(tree, AMD64));
      tree.delete(AMD64);
    });
    expect((await auditArchive(files)).findings).toEqual([]);
  });

  it('says when the first Release file expires, and asks no clock', async () => {
    const files = await changed((draft) => {
      draft.release = (release) => ({ ...release, validUntil: BigInt(DATE + 60) });
    });
    expect(await auditArchive(files)).toMatchObject({ validUntil: 'Tue, 14 Nov 2023 22:14:20 UTC', findings: [] });
  });
});

describe('verify finds a Release file', () => {
  const withRelease =
    (change: Parameters<ArchiveDraft['release']>[0] extends infer Release ? Partial<Release> : never) =>
    (draft: ArchiveDraft): void => {
      draft.release = (release) => ({ ...release, ...change });
    };

  it.each<[string, (draft: ArchiveDraft) => void, string]>([
    [
      'without a date',
      (draft) => {
        draft.text = (text) => text.replace(/^Date:.*\n/m, '');
      },
      'expected a Date, found none: clients cannot tell whether it is newer than theirs',
    ],
    [
      'that expires before it begins',
      withRelease({ validUntil: BigInt(DATE - 1) }),
      'Valid-Until: expected a time after Tue, 14 Nov 2023 22:13:20 UTC, found Tue, 14 Nov 2023 22:13:19 UTC',
    ],
    [
      'without by-hash',
      withRelease({ acquireByHash: false }),
      'expected "Acquire-By-Hash: yes", found none: clients fail while the tree is being published',
    ],
    [
      'of a different suite',
      withRelease({ suite: 'sid', codename: 'forky' }),
      'expected the Suite or the Codename stable, found sid and forky: clients warn of a conflicting distribution',
    ],
    [
      'with a stronger list of digests',
      (draft) => {
        draft.text = (text) => `${text}SHA512:\n ${'0'.repeat(128)} 0 main/binary-amd64/Packages\n`;
      },
      'SHA512: expected SHA256 alone: clients ask for by-hash/SHA512, which the tree does not have',
    ],
    [
      'that lists an index compressed alone',
      withoutPlain,
      'main/binary-arm64/Packages: expected the uncompressed name in the list, found only .gz: apt passes over it',
    ],
    [
      'of an architecture that has no index',
      withRelease({ architectures: ['amd64', 'arm64', 'riscv64'] }),
      'expected main/binary-riscv64/Packages in the list, found none: apt passes over it',
    ],
    [
      'without the architecture of an index',
      withRelease({ architectures: ['amd64'] }),
      'main/binary-arm64/Packages: expected arm64 in Architectures, found amd64',
    ],
    [
      'with a line that is no field',
      (draft) => {
        draft.text = (text) => `nonsense\n${text}`;
      },
      'line 1: expected a field such as "Suite: stable", found "nonsense"',
    ],
  ])('%s', async (_, change, message) => {
    expect((await auditArchive(await changed(change))).findings).toEqual([{ path: `${SUITE}/Release`, message }]);
  });

  it('that is newer than the state file says', async () => {
    const files = await changed((draft) => {
      draft.date = DATE + 1;
    });
    const message =
      'expected a date of at least Tue, 14 Nov 2023 22:13:21 UTC, as in dists/stable/Release, found Tue, 14 Nov 2023 22:13:20 UTC';
    expect((await auditArchive(files)).findings).toEqual([{ path: 'dists/repomill.json', message }]);
  });

  it('that was put back to an older one', async () => {
    const files = await changed(nothing, (tree) => {
      const older = [...tree].find(([path, bytes]) => {
        return (
          path.startsWith(`${SUITE}/by-hash/`) && !Buffer.from(bytes).equals(tree.get(`${SUITE}/Release`) ?? bytes)
        );
      });
      tree.set(`${SUITE}/Release`, older?.[1] ?? new Uint8Array(0));
    });
    // Its indexes are not blamed.
    const message = 'is an older one: the state file says that it was replaced';
    expect((await auditArchive(files)).findings).toEqual([{ path: `${SUITE}/Release`, message }]);
  });

  it('that is damaged, and then blames no file of older clients', async () => {
    const files = await changed((draft) => {
      draft.older = draft.packages.get('amd64') ?? '';
      draft.state = (state) => ({ ...state, retained: state.retained.slice(0, 1) });
    });
    files.set(`${SUITE}/Release`, encodeText('nonsense'));
    expect((await auditArchive(files)).findings.map(({ message }) => message)).toEqual([
      'line 1: expected a field such as "Suite: stable", found "nonsense"',
      'expected a copy of dists/stable/Release, found none',
    ]);
  });

  it('that is not there', async () => {
    const files = await changed(nothing, (tree) => tree.delete(`${SUITE}/Release`));
    const message =
      'expected a file, found none: clients that know no InRelease ask for it, and the next build starts from it';
    expect((await auditArchive(files)).findings).toEqual([{ path: `${SUITE}/Release`, message }]);
  });
});

function withoutPlain(draft: ArchiveDraft): void {
  draft.release = (release) => ({
    ...release,
    sha256: release.sha256.filter(({ path }) => path !== 'main/binary-arm64/Packages'),
  });
}

describe('verify finds a file', () => {
  it.each<[string, (files: Files) => string, (files: Files, path: string) => void, string]>([
    [
      'that is missing under its name',
      () => `${AMD64}.gz`,
      remove,
      'expected a file, found none: caches without by-hash ask for it',
    ],
    [
      'that is missing by its digest',
      (files) => byHash(files, `${AMD64}.gz`),
      remove,
      `expected a copy of ${AMD64}.gz, found none: apt asks for it first`,
    ],
    [
      'that is stale under its name',
      () => AMD64,
      (files, path) => files.set(path, encodeText('x\n')),
      /^size: expected \d+, found 2$/.source,
    ],
    [
      'that is longer',
      () => AMD64,
      (files, path) => files.set(path, new Uint8Array(9999)),
      'expected at most \\d+ bytes, found 9999',
    ],
    ['that is a web page', () => AMD64, page, 'expected a file, found a web page'],
    ['of a patch that is missing', patchOf, remove, 'expected a file, found none'],
    ['of a patch that is cut short', patchOf, cut, /^size: expected \d+, found \d+$/.source],
    ['for users that is missing', () => `${SUITE}/tiny.sources`, remove, 'expected a file, found none'],
    [
      'for users that leads to a different suite',
      () => `${SUITE}/tiny.sources`,
      (files, path) => {
        files.set(
          path,
          encodeText('Types: deb\nURIs: https://example.org/\nSuites: sid\nComponents: main\nTrusted: yes\n'),
        );
      },
      'Suites: expected stable, found sid',
    ],
    [
      'for users that says that it is signed',
      () => `${SUITE}/tiny.sources`,
      (files, path) => {
        files.set(path, encodeText('Types: deb\nURIs: https://example.org/\nSuites: stable\nComponents: main\n'));
      },
      'Trusted: expected yes, found nothing',
    ],
  ])('%s', async (_, pathOf, harm, message) => {
    const files = await changed(nothing);
    const path = pathOf(files);
    harm(files, path);
    const { findings } = await auditArchive(files);
    expect(findings).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it('that gives different bytes when it is unpacked', async () => {
    const files = await changed((draft) => {
      const gz = gzipSync(stanzas(stanza('other')));
      draft.release = (release) => ({
        ...release,
        sha256: release.sha256.map((entry) =>
          entry.path === 'main/binary-arm64/Packages.gz' ? { ...entry, size: gz.length, digest: digestOf(gz) } : entry,
        ),
      });
    });
    const gz = gzipSync(stanzas(stanza('other')));
    const path = `${SUITE}/main/binary-arm64/Packages.gz`;
    files.set(path, gz);
    files.set(byHashNextTo(path, digestOf(gz)), gz);
    const { findings } = await auditArchive(files);
    const message = expect.stringMatching(/^uncompressed size: expected \d+, found \d+$/);
    expect(findings).toEqual([{ path: byHashNextTo(path, digestOf(gz)), message }]);
  });

  it('for older clients that is missing or different, and then an InRelease that leads nowhere', async () => {
    const files = await changed(nothing);
    const older = byHashNextTo(`${AMD64}.gz`, digestOf(gzipSync(draftArchive().older)));
    files.delete(older);
    expect((await auditArchive(files)).findings).toEqual([{ path: older, message: 'expected a file, found none' }]);
    files.set(older, encodeText('other'));
    expect((await auditArchive(files)).findings).toEqual([
      { path: older, message: expect.stringMatching(/^size: expected \d+, found 5$/) },
    ]);
    const forgotten = await changed((draft) => {
      draft.state = (state) => ({ ...state, retained: state.retained.filter(({ path }) => path !== older) });
    });
    const message =
      'expected main/binary-amd64/Packages by its digest in some compression, found none: clients with this state fail';
    expect((await auditArchive(forgotten)).findings).toEqual([
      { path: expect.stringMatching(/^dists\/stable\/by-hash\/SHA256\//), message },
    ]);
  });
});

function remove(files: Files, path: string): void {
  files.delete(path);
}

function cut(files: Files, path: string): void {
  files.set(path, (files.get(path) ?? new Uint8Array(0)).subarray(0, 20));
}

function page(files: Files, path: string): void {
  const size = files.get(path)?.length ?? 0;
  files.set(path, encodeText('<!doctype html>'.padEnd(size)));
}

describe('verify finds a stanza', () => {
  it.each<[string, readonly string[], string]>([
    [
      'without a name',
      [stanza('alpha', { Package: undefined })],
      'line 1: expected a field Package, found none: clients stop reading',
    ],
    [
      'without a version',
      [stanza('alpha', { Version: undefined })],
      'line 1: alpha: expected a Version, found none: apt passes over it',
    ],
    [
      'without an architecture',
      [stanza('alpha', { Architecture: undefined })],
      'line 1: alpha: expected an Architecture, found none',
    ],
    [
      'of a different architecture',
      [stanza('alpha', { Architecture: 'i386' })],
      'line 1: alpha: expected the Architecture amd64 or all, found "i386": clients pass over it',
    ],
    [
      'without a path',
      [stanza('alpha', { Filename: undefined })],
      'line 1: alpha: expected a Filename, found none: apt cannot download it',
    ],
    [
      'whose path leads out of the archive',
      [stanza('alpha', { Filename: '../alpha.deb' })],
      'line 1: alpha: Filename: "../alpha.deb" leads out of the archive',
    ],
    [
      'without a size',
      [stanza('alpha', { Size: undefined })],
      'line 1: alpha: Size: expected a number of bytes, found none: apt refuses to download it',
    ],
    [
      'with a digest in capitals',
      [stanza('alpha', { SHA256: 'A'.repeat(64) })],
      'line 1: alpha: SHA256: expected 64 lower-case hexadecimal digits, found "AAAA',
    ],
    [
      'with a name in capitals',
      [stanza('Alpha')],
      'line 1: Alpha: expected a name in lower case: apt does not find it under this name',
    ],
    [
      'that is there twice',
      [stanza('alpha'), stanza('alpha')],
      'line 8: alpha: the same package, version and architecture as on line 1',
    ],
    ['with a field twice', [`${stanza('alpha')}Size: 100\n`], 'line 7: Size: expected once, found again'],
    [
      'with a line that is no field',
      [`${stanza('alpha')}nonsense\n`],
      'line 7: expected "Field: text", found "nonsense"',
    ],
  ])('%s', async (_, texts, message) => {
    const { findings } = await auditArchive(await changed(setPackages(...texts)));
    expect(findings).toEqual([{ path: AMD64, message: expect.stringContaining(message) }]);
  });

  it('once, however many have the same fault', async () => {
    const texts = ['alpha', 'beta', 'gamma'].map((name) => stanza(name, { Size: undefined }));
    const { findings } = await auditArchive(await changed(setPackages(...texts)));
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^line 1: .* \(also in 2 other stanzas\)$/),
    ]);
  });

  it.each([
    ['an empty line', '\n', 'line 1: expected a stanza, found an empty line: apt stops reading all of its sources'],
    ['a comment', '# mine\n', 'line 1: expected a stanza, found a comment: apt stops reading all of its sources'],
  ])('after %s at the start of the file', async (_, start, message) => {
    const files = await changed((draft) => draft.packages.set('amd64', `${start}${stanzas(stanza('alpha'))}`));
    const { findings } = await auditArchive(files);
    expect(findings).toEqual([`${AMD64}.gz`, AMD64].map((path) => ({ path: byHash(files, path), message })));
  });

  it('for all architectures that only one index has, which may be meant so', async () => {
    const { findings, remarks } = await auditArchive(
      await changed(setPackages(stanza('alone', { Architecture: 'all' }), stanza('alpha'))),
    );
    expect(findings).toEqual([]);
    expect(remarks).toContainEqual({
      path: `${SUITE}/main/binary-arm64/Packages`,
      message: 'lacks alone: for all architectures, and in an index of a different one',
    });
  });
});

describe('verify finds a list of patches', () => {
  it.each<[string, (draft: ArchiveDraft) => void, (files: Files) => string, string]>([
    [
      'that leads to a different version',
      (draft) => {
        draft.index = (index) => ({ ...index, current: { ...index.current, sha256: digestOf(encodeText('x')) } });
      },
      () => `${AMD64}.diff/Index`,
      'SHA256-Current: expected ',
    ],
    [
      'with a patch that gives something else',
      (draft) => {
        draft.patch = (patch) => patch.map((hunk) => ({ ...hunk, lines: [...hunk.lines, 'x'] }));
      },
      patchOf,
      'size of what it makes of ',
    ],
    [
      'with a patch for more lines than the older version has',
      (draft) => {
        draft.patch = (patch) => patch.map((hunk) => ({ ...hunk, removed: 99 }));
      },
      patchOf,
      'expected an older version of at least 106 lines, found 7',
    ],
    [
      'whose digest of a patch is wrong',
      (draft) => {
        draft.index = (index) => ({
          ...index,
          entries: index.entries.map((entry) => ({
            ...entry,
            patch: { ...entry.patch, sha256: digestOf(encodeText('x')) },
          })),
        });
      },
      patchOf,
      'SHA-256 of the uncompressed patch: expected ',
    ],
  ])('%s', async (_, change, pathOf, message) => {
    const files = await changed(change);
    const { findings } = await auditArchive(files);
    expect(findings).toEqual([{ path: pathOf(files), message: expect.stringContaining(message) }]);
  });
});

describe('verify, of signatures of an apt archive', () => {
  let own: TestKey;
  let other: TestKey;

  beforeAll(async () => {
    [own, other] = [await makeTestKey('own'), await makeTestKey('other')];
  });

  const signed = (harm?: (files: Files) => void): Promise<Files> =>
    changed((draft) => {
      draft.key = own;
    }, harm);

  it('checks them by the key of the tree and by that of the user', async () => {
    const good = { signatures: 2, goodSignatures: 2, findings: [], remarks: [] };
    expect(await auditArchive(await signed())).toMatchObject(good);
    expect(await auditArchive(await signed(), { keys: [own.public] })).toMatchObject(good);
  });

  it('finds those that a key of the user did not make', async () => {
    const { findings } = await auditArchive(await signed(), { keys: [other.public] });
    const message = expect.stringMatching(
      /^expected a good signature by a given key, found one by [0-9a-f]{40} of Tue, 14 Nov 2023 22:13:20 UTC: clients refuse it$/,
    );
    expect(findings).toEqual(['InRelease', 'Release.gpg'].map((name) => ({ path: `${SUITE}/${name}`, message })));
  });

  it('finds an archive that is not signed, although it announces a key or the user names one', async () => {
    const finding = { path: `${SUITE}/InRelease`, message: 'expected a signed Release file, found none' };
    expect((await auditArchive(await changed(nothing), { keys: [own.public] })).findings).toEqual([finding]);
  });

  it.each<[string, (files: Files) => void, string, string]>([
    [
      'InRelease that is missing',
      (files) => files.delete(`${SUITE}/InRelease`),
      'InRelease',
      'expected a file, found none: clients ask for it first',
    ],
    [
      'Release.gpg that is missing',
      (files) => files.delete(`${SUITE}/Release.gpg`),
      'Release.gpg',
      'expected a file, found none: clients that know no InRelease check Release with it',
    ],
    [
      'key file that is missing',
      (files) => files.delete(`${SUITE}/tiny.asc`),
      'tiny.asc',
      'expected the public keys, found none: users cannot fetch them',
    ],
    [
      'signature that is no signature',
      (files) => files.set(`${SUITE}/Release.gpg`, encodeText('x\n')),
      'Release.gpg',
      'armor',
    ],
  ])('finds the %s', async (_, harm, name, message) => {
    const { findings } = await auditArchive(await signed(harm));
    expect(findings).toContainEqual({ path: `${SUITE}/${name}`, message: expect.stringContaining(message) });
  });

  it.each([
    ['something else', 'Suite: stable', 'Suite: stale', 'Release', 'has a different text than dists/stable/InRelease'],
    ['what was true before', '22:13:20', '22:13:19', 'Release', 'is older than dists/stable/InRelease'],
    ['what is newer', '22:13:20', '22:13:21', 'InRelease', 'is older than dists/stable/Release'],
  ])('finds a Release that says %s', async (_, from, to, name, message) => {
    const files = await signed((tree) => {
      const text = new TextDecoder().decode(tree.get(`${SUITE}/Release`));
      tree.set(`${SUITE}/Release`, encodeText(text.replace(from, to)));
    });
    expect((await auditArchive(files)).findings).toContainEqual({
      path: `${SUITE}/${name}`,
      message: `${message}: clients see either of two states`,
    });
  });
});

describe('verify, of the files of packages', () => {
  const bytes = encodeText('alpha');
  const path = 'pool/main/alpha_1.0_amd64.deb';
  const pooled = (harm?: (files: Files) => void): Promise<Files> =>
    changed((draft) => {
      const fields = { Size: String(bytes.length), SHA256: digestOf(bytes) };
      draft.packages.clear();
      draft.packages.set('amd64', stanzas(stanza('alpha', fields)));
      draft.pool = [{ path, bytes, size: bytes.length, sha256: digestOf(bytes) }];
    }, harm);

  it('compares them in a full audit', async () => {
    expect(await auditArchive(await pooled(), { full: true })).toMatchObject({
      packageFiles: 1,
      packageDigests: 1,
      findings: [],
    });
    expect((await auditArchive(await pooled())).remarks).toContainEqual({
      path: expect.stringMatching(/\.files\.gz$/),
      message: '1 package file not checked (--full downloads and checks them)',
    });
  });

  it('finds one that is missing, and one that is different', async () => {
    const missing = await pooled((files) => files.delete(path));
    expect((await auditArchive(missing, { full: true })).findings).toEqual([
      { path, message: 'expected a file, found none' },
    ]);
    const other = await pooled((files) => files.set(path, encodeText('alphb')));
    expect((await auditArchive(other, { full: true })).findings).toEqual([
      { path, message: `SHA-256: expected ${digestOf(bytes)}, found ${digestOf(encodeText('alphb'))}` },
    ]);
  });
});

describe('verify, of packages in a full audit of a directory', () => {
  const workspace = makeWorkspace();
  const path = 'pool/main/alpha_1.0_amd64.deb';

  async function auditPackage(
    name: string,
    bytes: Uint8Array,
    fields: Readonly<Record<string, string>>,
  ): Promise<Audited> {
    const files = await changed((draft) => {
      const described = { Size: String(bytes.length), SHA256: digestOf(bytes), ...fields };
      draft.packages.clear();
      draft.packages.set('amd64', stanzas(stanza('alpha', described)));
      draft.pool = [{ path, bytes, size: bytes.length, sha256: digestOf(bytes) }];
    });
    const tree = join(workspace, name);
    writeFiles(tree, Object.fromEntries(files));
    return onlyLayout(await verify({ tree, full: true }));
  }

  const control =
    'Package: alpha\nVersion: 1.0\nArchitecture: amd64\nDepends: b (>= 1),\n c | d\nMaintainer: A\nDescription: a\n';

  it('finds nothing wrong with a package that its stanza describes, however lists are spelt', async () => {
    const bytes = await makeDeb({ control });
    expect(await auditPackage('good', bytes, { Depends: 'b (>= 1), c | d' })).toMatchObject({
      findings: [],
      packageDigests: 1,
    });
  });

  it('finds one that needs something else', async () => {
    const message = 'depends: expected "b", as in its stanza, found "b (>= 1), c | d"';
    const bytes = await makeDeb({ control });
    expect((await auditPackage('other', bytes, { Depends: 'b' })).findings).toEqual([{ path, message }]);
  });

  it('finds one without what its stanza says', async () => {
    const message = 'conflicts: expected "x", as in its stanza, found none';
    const bytes = await makeDeb({ control });
    expect((await auditPackage('lacking', bytes, { Conflicts: 'x' })).findings).toEqual([{ path, message }]);
  });

  it('finds a file that is no package', async () => {
    const { findings } = await auditPackage('none', encodeText('alpha'), {});
    expect(findings).toEqual([{ path, message: expect.stringMatching(/\S/) }]);
  });
});

describe('verify remarks', () => {
  it.each([
    [`${SUITE}/main/binary-i386/Packages`, 'nothing refers to it: the next build will remove it'],
    [
      `${SUITE}/main/binary-i386/by-hash/SHA256/${'0'.repeat(64)}`,
      'nothing refers to it: the next build will keep it for a while, then remove it',
    ],
    ['dists/old/Release', 'is of a suite that the state file does not name: the next build will remove it'],
  ])('that nothing leads to %s', async (path, message) => {
    const { findings, remarks } = await auditArchive(
      await changed(nothing, (files) => files.set(path, new Uint8Array(1))),
    );
    expect(findings).toEqual([]);
    expect(remarks).toContainEqual({ path, message });
  });

  it('that a file in dists/ is of somebody else', async () => {
    const files = await changed(nothing, (tree) => tree.set('dists/notes.txt', new Uint8Array(1)));
    expect(await auditArchive(files)).toMatchObject({ foreign: ['dists/notes.txt'] });
  });
});
