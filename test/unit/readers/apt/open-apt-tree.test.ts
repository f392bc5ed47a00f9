import { realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAptTree } from '../../../../src/config/find-apt-tree.ts';
import { describeAptTree } from '../../../../src/readers/apt/describe-apt-tree.ts';
import { type OpenAptTree, openAptTree } from '../../../../src/readers/apt/open-apt-tree.ts';
import { aptTree, clearSigned, formatLists, type SuiteContents, stanza, type TreeContents } from '../../../apt-tree.ts';
import { makeWorkspace, sha256Of, writeFiles } from '../../../workspace.ts';

const workspace = realpathSync(makeWorkspace());
let counter = 0;
const rootOf = (files: TreeContents): string => writeFiles(join(workspace, String(counter++)), files);

async function open(root: string, part = ''): Promise<OpenAptTree> {
  const directory = part === '' ? root : `${root}/${part}`;
  const tree = await findAptTree(directory);
  if (tree === undefined) throw new Error(`no apt repository in ${directory}`);
  return openAptTree(directory, tree, {});
}

const A = stanza('a');
const B = stanza('b', { Architecture: 'arm64' });
const one: SuiteContents = { indexes: { 'main/binary-amd64/Packages': A } };
const two: SuiteContents = {
  indexes: { 'main/binary-amd64/Packages': A, 'main/binary-arm64/Packages': B, 'contrib/binary-amd64/Packages': '' },
};

/** Where each index is, and what it is. */
const indexesOf = ({ indexes }: OpenAptTree): readonly string[] =>
  indexes.map(({ path, suite, component, arch = 'any' }) => `${path}: ${suite} ${component} ${arch}`);

const messagesOf = (problems: OpenAptTree['problems']): readonly string[] =>
  problems.map(({ file, message }) => `${file}: ${message}`);

describe('an apt repository', () => {
  it('is every index of every suite, once, in its plain form', async () => {
    const root = rootOf({ ...aptTree({ bookworm: two, trixie: one }), 'pool/main/a.deb': 'x' });
    const opened = await open(root);
    expect(indexesOf(opened)).toEqual([
      'dists/bookworm/contrib/binary-amd64/Packages: bookworm contrib amd64',
      'dists/bookworm/main/binary-amd64/Packages: bookworm main amd64',
      'dists/bookworm/main/binary-arm64/Packages: bookworm main arm64',
      'dists/trixie/main/binary-amd64/Packages: trixie main amd64',
    ]);
    expect([opened.problems, opened.warnings, opened.root]).toEqual([[], [], root]);
    expect(describeAptTree(opened)).toBe(
      'an apt repository: suites bookworm, trixie; components contrib, main; arches amd64, arm64',
    );
  });

  it.each<[string, readonly string[]]>([
    [
      'dists',
      [
        'bookworm/main/binary-amd64/Packages: bookworm main amd64',
        'trixie/main/binary-amd64/Packages: trixie main amd64',
      ],
    ],
    ['dists/bookworm', ['main/binary-amd64/Packages: bookworm main amd64']],
    ['dists/bookworm/main', ['binary-amd64/Packages: bookworm main amd64']],
    ['dists/bookworm/main/binary-amd64', ['Packages: bookworm main amd64']],
  ])('is read from %s as far as it is there, with the same root', async (part, indexes) => {
    const root = rootOf(aptTree({ bookworm: one, trixie: one }));
    const opened = await open(root, part);
    expect(indexesOf(opened)).toEqual(indexes);
    expect([opened.problems, opened.warnings, opened.root]).toEqual([[], [], root]);
  });

  it('says what each suite says of itself', async () => {
    const fields = { Origin: 'Example', Label: 'Ex', Suite: 'stable', Codename: 'bookworm' };
    const { suites } = await open(rootOf(aptTree({ bookworm: { ...one, fields } })));
    expect(suites).toMatchObject([
      { name: 'bookworm', path: 'bookworm', aliases: [], facts: { origin: 'Example', label: 'Ex', suite: 'stable' } },
    ]);
  });

  it('is read in the first of the compressions that are there and listed', async () => {
    const forms = ['', '.gz', '.bz2'];
    const pathsWith = async (served: readonly string[], listed = forms): Promise<readonly string[]> =>
      (await open(rootOf(aptTree({ s: { ...one, forms: listed, served } })))).indexes.map(({ path }) => path);
    expect(await pathsWith(['.bz2'])).toEqual(['dists/s/main/binary-amd64/Packages.bz2']);
    expect(await pathsWith(['.bz2', '.gz'])).toEqual(['dists/s/main/binary-amd64/Packages.gz']);
    expect(await pathsWith(forms)).toEqual(['dists/s/main/binary-amd64/Packages']);
    expect(await pathsWith(['.gz'], ['.gz'])).toEqual(['dists/s/main/binary-amd64/Packages.gz']);
  });

  it('leaves out a form of an index that Release does not list', async () => {
    const root = rootOf({
      ...aptTree({ s: { ...one, forms: ['.gz'] } }),
      'dists/s/main/binary-amd64/Packages': stanza('stale'),
    });
    const { indexes, warnings } = await open(root);
    expect([indexes.map(({ path }) => path), warnings]).toEqual([['dists/s/main/binary-amd64/Packages.gz'], []]);
  });

  it('is read from by-hash where Release says that files are there and the plain name is missing', async () => {
    const file = `dists/s/main/binary-amd64/by-hash/SHA256/${sha256Of(A)}`;
    const suite = { ...one, forms: [''], served: [] };
    const tree = aptTree({ s: { ...suite, fields: { 'Acquire-By-Hash': 'yes' } } });
    expect((await open(rootOf({ ...tree, [file]: A }))).indexes.map(({ path }) => path)).toEqual([file]);
    const without = await open(rootOf({ ...aptTree({ s: suite }), [file]: A }));
    expect(messagesOf(without.problems)).toEqual([
      'dists/s/main/binary-amd64/Packages: missing, but dists/s/InRelease lists it',
    ]);
  });

  it('has a Release in place of an InRelease, and the InRelease where both are', async () => {
    const old = aptTree({ s: { ...one, release: 'Release' } });
    expect(indexesOf(await open(rootOf(old)))).toEqual(['dists/s/main/binary-amd64/Packages: s main amd64']);
    const both = { ...aptTree({ s: two }), 'dists/s/Release': formatLists({ Codename: 's' }, {}) };
    expect((await open(rootOf(both))).indexes.length).toBe(3);
  });

  it.each(['MD5Sum', 'SHA1', 'SHA256', 'SHA512'])('is compared with %s where there is nothing else', async (list) => {
    const { indexes } = await open(rootOf(aptTree({ s: { ...one, lists: [list] } })));
    expect(indexes[0]?.stated).toMatchObject({ algorithm: list, size: A.length, by: 'dists/s/InRelease' });
  });

  it('is compared with SHA-256 where there are several lists', async () => {
    const lists = ['MD5Sum', 'SHA512', 'SHA256', 'SHA1'];
    const { indexes } = await open(rootOf(aptTree({ s: { ...one, lists } })));
    expect(indexes[0]?.stated).toMatchObject({ algorithm: 'SHA256', hex: sha256Of(A) });
  });

  it('leaves alone what is beside the indexes, without a word', async () => {
    const others = {
      'main/debian-installer/binary-amd64/Packages': stanza('udeb'),
      'main/binary-amd64/Packages.diff/Index': 'SHA256-Current: x\n',
      'main/binary-amd64/Release': 'Archive: s\nComponent: main\n',
      'main/i18n/Translation-en': 'Package: a\n',
      'main/dep11/Components-amd64.yml': 'File: DEP-11\n',
      'main/Contents-amd64': 'usr/bin/a a\n',
      'main/installer-amd64/current/images/SHA256SUMS': '',
    };
    const { indexes, problems, warnings } = await open(rootOf(aptTree({ s: { ...one, others } })));
    expect([indexes.length, problems, warnings]).toEqual([1, [], []]);
  });

  it('may lack an index without entries, but no other', async () => {
    const indexes = { 'main/binary-amd64/Packages': '', 'main/binary-arm64/Packages': B };
    const { problems, indexes: found } = await open(rootOf(aptTree({ s: { indexes, served: [] } })));
    expect(found).toEqual([]);
    expect(messagesOf(problems)).toEqual([
      'dists/s/main/binary-arm64/Packages: missing (plain, .gz), but dists/s/InRelease lists it',
    ]);
  });
});

describe('packages for all architectures', () => {
  const all = stanza('c', { Architecture: 'all' });
  const indexes = { 'main/binary-all/Packages': all, 'main/binary-amd64/Packages': A };

  it('are for every architecture if they are in binary-all', async () => {
    expect(indexesOf(await open(rootOf(aptTree({ s: { indexes } }))))).toEqual([
      'dists/s/main/binary-all/Packages: s main any',
      'dists/s/main/binary-amd64/Packages: s main amd64',
    ]);
  });

  it('are not read from binary-all if Release says that every architecture has them', async () => {
    const fields = { 'No-Support-for-Architecture-all': 'Packages' };
    const paths = async (files: SuiteContents['indexes']): Promise<readonly string[]> =>
      (await open(rootOf(aptTree({ s: { indexes: files, fields } })))).indexes.map(({ path }) => path);
    expect(await paths(indexes)).toEqual(['dists/s/main/binary-amd64/Packages']);
    const root = rootOf(aptTree({ s: { indexes, fields } }));
    for (const form of ['', '.gz']) rmSync(`${root}/dists/s/main/binary-all/Packages${form}`);
    expect((await open(root)).problems).toEqual([]);
    expect(await paths({ 'main/binary-all/Packages': all })).toEqual(['dists/s/main/binary-all/Packages']);
  });
});

describe('suites', () => {
  it('that are links are read once, under their own name', async () => {
    const root = rootOf(aptTree({ bookworm: one }));
    for (const alias of ['stable', 'a-link']) symlinkSync('bookworm', `${root}/dists/${alias}`);
    const opened = await open(root);
    expect(indexesOf(opened)).toEqual(['dists/bookworm/main/binary-amd64/Packages: bookworm main amd64']);
    expect(opened.suites).toMatchObject([{ name: 'bookworm', aliases: ['a-link', 'stable'] }]);
    expect(messagesOf(opened.warnings)).toEqual([
      'dists/a-link: a link to bookworm, which is read once',
      'dists/stable: a link to bookworm, which is read once',
    ]);
    expect(indexesOf(await open(root, 'dists/stable'))).toEqual(['main/binary-amd64/Packages: bookworm main amd64']);
  });

  it('that lead out of dists are read under the name of the link', async () => {
    const elsewhere = rootOf(aptTree({ bookworm: one }));
    const root = rootOf(aptTree({ trixie: one }));
    symlinkSync(`${elsewhere}/dists/bookworm`, `${root}/dists/old`);
    expect(indexesOf(await open(root))).toEqual([
      'dists/old/main/binary-amd64/Packages: old main amd64',
      'dists/trixie/main/binary-amd64/Packages: trixie main amd64',
    ]);
  });

  it('that lead nowhere are told and left out', async () => {
    const root = rootOf(aptTree({ trixie: one }));
    symlinkSync('gone', `${root}/dists/stable`);
    expect(messagesOf((await open(root)).warnings)).toEqual([
      'dists/stable: broken symbolic link: no such file or directory; left out',
    ]);
  });

  it('in other suites have names without slashes, and so have components', async () => {
    const updates = { indexes: { 'updates/main/binary-amd64/Packages': A } };
    const opened = await open(rootOf(aptTree({ buster: one, 'buster/updates': updates })));
    expect(indexesOf(opened)).toEqual([
      'dists/buster/main/binary-amd64/Packages: buster main amd64',
      'dists/buster/updates/updates/main/binary-amd64/Packages: buster-updates updates-main amd64',
    ]);
    expect(messagesOf(opened.warnings)).toEqual([
      'dists/buster/updates/InRelease: the suite buster/updates is read as buster-updates: names of suites have no slash',
      'dists/buster/updates/InRelease: the component updates/main is read as updates-main: names of components have no slash',
    ]);
  });

  it('that would have one name are a problem', async () => {
    const { problems } = await open(rootOf(aptTree({ 'buster-updates': one, 'buster/updates': one })));
    expect(messagesOf(problems)).toEqual([
      'dists/buster/updates: its name without a slash, buster-updates, is that of dists/buster-updates',
    ]);
  });

  it('that list no index are told', async () => {
    const { warnings } = await open(rootOf(aptTree({ s: one, empty: { indexes: {} } })));
    expect(messagesOf(warnings)).toEqual(['dists/empty/InRelease: lists no Packages and no Sources']);
  });

  it('do not list every index that is there: others are told', async () => {
    const root = rootOf({
      ...aptTree({ s: one }),
      'dists/s/main/binary-arm64/Packages.gz': B,
      'dists/t/main/binary-amd64/Packages': A,
    });
    const { warnings } = await open(root);
    expect(messagesOf(warnings)).toEqual([
      'dists/s/main/binary-arm64/Packages.gz: no InRelease or Release lists it, so that apt does not read it: left out',
      'dists/t/main/binary-amd64/Packages: no InRelease or Release lists it, so that apt does not read it: left out',
    ]);
  });
});

describe('a bad apt repository', () => {
  it('has an index of a different size: nothing of it is read', async () => {
    const root = rootOf(aptTree({ s: two }));
    writeFileSync(`${root}/dists/s/main/binary-amd64/Packages`, 'short\n');
    const { indexes, problems } = await open(root);
    expect(messagesOf(problems)).toEqual([
      `dists/s/main/binary-amd64/Packages: expected ${A.length} bytes, as dists/s/InRelease says, found 6`,
    ]);
    expect(indexes.map(({ path }) => path)).not.toContain('dists/s/main/binary-amd64/Packages');
  });

  it('has an index of ten gigabytes: it is refused by its size alone', async () => {
    const root = rootOf(aptTree({ s: { ...one, forms: [''] } }));
    const file = `${root}/dists/s/main/binary-amd64/Packages`;
    const state = (size: number): void => {
      const list = `SHA256:\n ${sha256Of(A)} ${size} main/binary-amd64/Packages\n`;
      writeFileSync(`${root}/dists/s/InRelease`, clearSigned(`Codename: s\n${list}`));
    };
    state(10_000_000_000);
    expect(messagesOf((await open(root)).problems)).toEqual([
      `dists/s/main/binary-amd64/Packages: expected 10,000,000,000 bytes, as dists/s/InRelease says, found ${A.length}`,
    ]);
    truncateSync(file, 10_000_000_000);
    expect(messagesOf((await open(root)).problems)).toEqual([
      'dists/s/main/binary-amd64/Packages: expected at most 8,589,934,592 bytes, found 10,000,000,000',
    ]);
    rmSync(file);
  });

  it.each([
    [
      'leads out of the suite',
      '../x/binary-amd64/Packages',
      'line 6: SHA256: expected a path inside of the suite, found "../x/binary-amd64/Packages"',
    ],
    [
      'is absolute',
      '/etc/binary-amd64/Packages',
      'line 6: SHA256: expected a path inside of the suite, found "/etc/binary-amd64/Packages"',
    ],
    [
      'leads back',
      'main/../binary-amd64/Packages',
      'line 6: SHA256: expected a path inside of the suite, found "main/../binary-amd64/Packages"',
    ],
  ])('lists a path that %s', async (_, path, message) => {
    const text = `Codename: s\nSHA256:\n ${sha256Of('x')} 1 ${path}\n`;
    const root = rootOf({ 'dists/s/InRelease': clearSigned(text), x: 'x' });
    const { indexes, problems } = await open(root);
    expect([indexes, messagesOf(problems)]).toEqual([[], [`dists/s/InRelease: ${message}`]]);
  });

  it.each([
    ['is empty', '', 'expected a Release file, found nothing'],
    ['is something else', 'hello\n', 'line 1: expected a field such as "Suite: stable", found "hello"'],
    ['is cut', clearSigned('Codename: s\n').slice(0, 90), 'cut off: expected a signature after the text'],
    [
      'has text before the signed part',
      `x: y\n${clearSigned('Codename: s\n')}`,
      'expected a Release file, found a signed message',
    ],
    ['is longer than apt allows', 'x'.repeat(10_000_001), 'expected at most 10000000 bytes, found 10000001'],
  ])('has an InRelease that %s', async (_, text, message) => {
    const root = rootOf({ ...aptTree({ good: one }), 'dists/s/InRelease': text });
    const { indexes, problems } = await open(root);
    expect(messagesOf(problems)).toEqual([`dists/s/InRelease: ${message}`]);
    expect(indexes.length).toBe(1);
  });

  it('has names that cannot be those of directories in a list of sources', async () => {
    const indexes = { 'main/binary-a$b/Packages': A, '.c/binary-amd64/Packages': B };
    const { problems } = await open(rootOf(aptTree({ 'a suite': { indexes } })));
    const expected =
      'expected letters, digits, ".", "-", "_", "+" and "~" in the name of a suite, a component or an arch';
    const found = (name: string): string => `dists/a suite/InRelease: ${expected}, found "${name}"`;
    expect(messagesOf(problems)).toContain(found('a suite'));
    expect(messagesOf(problems)).toContain(found('a$b'));
  });

  it('lists a hundred thousand files, and is opened in a moment', async () => {
    const digest = sha256Of('');
    const lines = Array.from({ length: 100_000 }, (_, i) => ` ${digest} 9 c${i}/x\n`);
    const mine = ` ${sha256Of(A)} ${A.length} main/binary-amd64/Packages\n`;
    const root = rootOf({
      'dists/s/Release': `Codename: s\nSHA256:\n${lines.join('')}${mine}`,
      'dists/s/main/binary-amd64/Packages': A,
    });
    const { indexes, problems } = await open(root);
    expect([indexes.length, problems]).toEqual([1, []]);
  });

  it('has a directory called Release: that makes no suite', async () => {
    const root = rootOf({ ...aptTree({ s: one }), 'dists/t/Release/x': '' });
    expect((await open(root)).suites.map(({ name }) => name)).toEqual(['s']);
  });
});
