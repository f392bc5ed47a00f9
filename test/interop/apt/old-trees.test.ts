/**
 * Repositories as aptly, reprepro and apt-ftparchive publish them, read and published again: every stanza that they list is in the
 * new archive, every package has its bytes, and a client of the old one goes on with the new one.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../src/build.ts';
import { openSigner } from '../../../src/platform/openpgp/open-signer.ts';
import { failureOf } from '../../failure.ts';
import { recordsIn } from '../../pipeline/registry-files.ts';
import { listPaths, sha256Of, writeFiles } from '../../workspace.ts';
import { requireProgram } from '../programs.ts';
import { findApts, requireApt } from './apts.ts';
import { makeDeb, makeSource } from './debs.ts';
import { type KeyPair, openStage, type Stage } from './stage.ts';
import { parseStanzas, type Stanzas } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];

/** A tree of another program, and what was put into it. */
interface OldTree {
  readonly root: string;
  readonly key: KeyPair;
}

/** The packages of all tests, in a directory for each component. */
async function makeDebs(directory: string): Promise<string> {
  const main = await Promise.all([
    makeDeb('alpha', { fields: { Depends: 'libc6 (>= 2.3), bravo | charlie' } }),
    makeDeb('alpha', { arch: 'arm64' }),
    makeDeb('bravo', { arch: 'all', version: '2.0-1' }),
    makeDeb('charlie', { version: '1:3.1+b1~rc1' }),
  ]);
  const contrib = await Promise.all([makeDeb('delta', { fields: { Section: 'contrib/net' } })]);
  const source = await makeSource('echo', '1.2');
  const files = Object.entries({ main, contrib }).flatMap(([component, debs]) =>
    debs.map(({ fileName, bytes }) => [`${component}/${fileName}`, bytes] as const),
  );
  const sources = Object.entries(source.files).map(([name, bytes]) => [`main/${name}`, bytes] as const);
  return writeFiles(directory, Object.fromEntries([...files, ...sources]));
}

const programs: readonly {
  readonly program: string;
  readonly suite: string;
  /** What a build says of the tree. */
  readonly warnings: readonly string[];
  readonly make: (stage: Stage) => Promise<OldTree>;
}[] = [
  {
    program: 'aptly',
    suite: 'bookworm',
    warnings: ['an apt repository: suite bookworm; components contrib, main; arches amd64, arm64; sources'],
    make: makeWithAptly,
  },
  {
    program: 'reprepro',
    suite: 'bookworm',
    warnings: [
      'an apt repository: suites bookworm, trixie; components contrib, main; arches amd64, arm64; sources',
      'dists/stable: a link to bookworm, which is read once',
    ],
    make: makeWithReprepro,
  },
  {
    program: 'apt-ftparchive',
    suite: 'bookworm',
    warnings: ['an apt repository: suite bookworm; components contrib, main; arches all, amd64, arm64'],
    make: makeWithFtparchive,
  },
];

async function makeWithAptly(stage: Stage): Promise<OldTree> {
  const key = await stage.newKey('aptly');
  const home = stage.newDirectory();
  const debs = await makeDebs(join(home, 'debs'));
  const config = join(home, 'aptly.conf');
  writeFileSync(config, JSON.stringify({ rootDir: join(home, 'aptly') }));
  const aptly = (...words: readonly string[]): string => run(stage, 'aptly', [`-config=${config}`, ...words]);
  for (const component of ['main', 'contrib']) {
    aptly('repo', 'create', `-component=${component}`, component);
    aptly('repo', 'add', component, join(debs, component));
  }
  const facts = ['-distribution=bookworm', '-component=main,contrib', '-origin=Example', '-label=Ex', '-suite=stable'];
  aptly('publish', 'repo', ...facts, '-acquire-by-hash', `-gpg-key=${key.fingerprint}`, 'main', 'contrib');
  return { root: join(home, 'aptly/public'), key };
}

async function makeWithReprepro(stage: Stage): Promise<OldTree> {
  const key = await stage.newKey('reprepro');
  const root = stage.newDirectory();
  const debs = await makeDebs(join(root, 'incoming'));
  const common = `Architectures: amd64 arm64 source\nSignWith: ${key.fingerprint}\n`;
  const bookworm = 'Codename: bookworm\nSuite: stable\nOrigin: Example\nLabel: Ex\nComponents: main contrib\n';
  const forms = 'UDebComponents: main\nDebIndices: Packages Release . .gz .xz\n';
  const trixie = 'Codename: trixie\nComponents: main\n';
  writeFiles(root, { 'conf/distributions': `${bookworm}${common}${forms}\n${trixie}${common}` });
  const reprepro = (...words: readonly string[]): string => run(stage, 'reprepro', ['-b', root, ...words]);
  for (const component of ['main', 'contrib']) {
    for (const name of readdirSync(join(debs, component))) {
      const verb = name.endsWith('.deb') ? 'includedeb' : 'includedsc';
      const facts = ['-C', component, '-S', 'utils', '-P', 'optional'];
      // The files of a source package come with its .dsc.
      if (!name.endsWith('.tar.gz')) reprepro(...facts, verb, 'bookworm', join(debs, component, name));
    }
  }
  reprepro('-C', 'main', 'includedeb', 'trixie', join(debs, 'main/alpha_1.0_amd64.deb'));
  reprepro('export');
  reprepro('createsymlinks');
  return { root, key };
}

/** As scripts around apt-ftparchive do it: packages for every architecture in an index of their own, and the lists in xz alone. */
async function makeWithFtparchive(stage: Stage): Promise<OldTree> {
  const key = await stage.newKey('scripts');
  const root = stage.newDirectory();
  await makeDebs(join(root, 'pool'));
  for (const name of ['echo_1.2.dsc', 'echo_1.2.tar.gz']) rmSync(join(root, 'pool/main', name));
  const arches = ['all', 'amd64', 'arm64'];
  for (const component of ['main', 'contrib']) {
    for (const arch of arches) {
      const all = run(stage, 'apt-ftparchive', ['--arch', arch, 'packages', `pool/${component}`], root);
      const stanzas = all.split(/(?<=\n)\n/).filter((stanza) => stanza.includes(`Architecture: ${arch}\n`));
      const directory = `dists/bookworm/${component}/binary-${arch}`;
      writeFiles(root, { [`${directory}/Packages`]: stanzas.join('\n') });
      run(stage, 'xz', ['-k', `${directory}/Packages`], root);
    }
  }
  const facts = {
    Origin: 'Example',
    Label: 'Ex',
    Suite: 'stable',
    Codename: 'bookworm',
    Architectures: arches.join(' '),
  };
  const options = Object.entries({ ...facts, Components: 'main contrib', MD5: 'false', SHA1: 'false' });
  const settings = options.flatMap(([name, value]) => ['-o', `APT::FTPArchive::Release::${name}=${value}`]);
  const release = run(stage, 'apt-ftparchive', [...settings, 'release', 'dists/bookworm'], root);
  writeFiles(root, { 'dists/bookworm/Release': release });
  run(
    stage,
    'gpg',
    ['--batch', '-u', key.fingerprint, '--clearsign', '-o', 'InRelease', 'Release'],
    `${root}/dists/bookworm`,
  );
  for (const component of ['main', 'contrib']) {
    for (const arch of arches) rmSync(`${root}/dists/bookworm/${component}/binary-${arch}/Packages`);
  }
  rmSync(`${root}/dists/bookworm/Release`);
  return { root, key };
}

function run({ environment }: Stage, program: string, words: readonly string[], cwd?: string): string {
  return execFileSync(program, words, {
    env: { ...environment },
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The stanzas of every list of a tree, by component and arch. */
function listsIn(root: string, suite: string): Readonly<Record<string, Stanzas>> {
  const directory = join(root, 'dists', suite);
  const isList = /^[^/]+\/(?:binary-[^/]+\/Packages|source\/Sources)(?:\.xz|\.gz)?$/;
  const lists = listPaths(directory)
    .filter((path) => isList.test(path))
    .map((path): [string, Stanzas] => [dirname(path), parseStanzas(textOf(join(directory, path)))]);
  return Object.fromEntries(lists.filter(([, stanzas]) => Object.keys(stanzas).length > 0));
}

function textOf(file: string): string {
  const program = file.endsWith('.xz') ? 'xz' : file.endsWith('.gz') ? 'gzip' : undefined;
  return program === undefined
    ? readFileSync(file, 'utf8')
    : execFileSync(program, ['-dc', file], { encoding: 'utf8' });
}

/** The lists as clients of each architecture see them: with what is for all. */
function merged(lists: Readonly<Record<string, Stanzas>>): Readonly<Record<string, Stanzas>> {
  const isAll = (list: string): boolean => list.endsWith('/binary-all');
  return Object.fromEntries(
    Object.entries(lists)
      .filter(([list]) => !isAll(list))
      .map(([list, stanzas]) => [list, { ...lists[list.replace(/binary-.*/, 'binary-all')], ...stanzas }]),
  );
}

describe.skipIf(!hasApt).each(programs)('a repository of $program', ({ program, suite, warnings, make }) => {
  describe.skipIf(!requireProgram(program))('that is read and published again', () => {
    const stage = openStage();
    let old: OldTree;
    let out: string;
    beforeAll(async () => {
      old = await make(stage);
      // Nobody moves within the second in which the old program wrote its last file.
      const before = Date.now() / 1000 - 60;
      utimesSync(join(old.root, 'dists', suite, 'InRelease'), before, before);
      out = stage.newDirectory();
      const signer = await openSigner({ keys: [old.key.secretFile] });
      const report = await build({ input: old.root, out, layout: 'apt', signer, now: new Date() });
      expect(report.warnings).toEqual(warnings);
    });

    it('has every stanza of every list, field by field', () => {
      const before = merged(listsIn(old.root, suite));
      expect(Object.keys(before).length).toBeGreaterThan(2);
      expect(Object.values(before).flatMap((stanzas) => Object.keys(stanzas)).length).toBeGreaterThan(5);
      expect(listsIn(out, suite)).toEqual(before);
    });

    it('has the bytes of every package, under the same path', () => {
      const paths = listPaths(join(old.root, 'pool'));
      expect(paths.length).toBeGreaterThan(4);
      expect(listPaths(join(out, 'pool'))).toEqual(paths);
      for (const path of paths) {
        const [a, b] = [old.root, out].map((root) => sha256Of(readFileSync(join(root, 'pool', path))));
        expect(b).toBe(a);
      }
    });

    it('says of itself what it said before', () => {
      const fieldsIn = (root: string): readonly string[] => {
        const text = readFileSync(join(root, 'dists', suite, 'InRelease'), 'utf8');
        return ['Origin', 'Label', 'Suite', 'Codename'].map(
          (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '',
        );
      };
      expect(fieldsIn(old.root)).toEqual(['Example', 'Ex', 'stable', 'bookworm']);
      expect(fieldsIn(out)).toEqual(fieldsIn(old.root));
    });

    it.each(apts)('is an update for a client of the old one: $title', async (apt) => {
      const host = await stage.serve(old.root);
      const source = { url: host.url, suite, components: ['main', 'contrib'], key: readFileSync(old.key.publicFile) };
      const client = stage.newClient(apt, { sources: [source] });
      await client.mustUpdate();
      const before = await client.available();
      host.takeRequests();
      host.serve(out);
      await client.mustUpdate();
      const [first] = host.takeRequests();
      expect([first?.path, first?.status]).toEqual([`dists/${suite}/InRelease`, 200]);
      expect(await client.available()).toEqual(before);
    });

    it('is the same from dists and from a suite, and everything of it is in the native layout', async () => {
      const records = [];
      for (const part of ['', '/dists', `/dists/${suite}`]) {
        const tree = stage.newDirectory();
        await build({ input: `${old.root}${part}`, out: tree });
        records.push(
          (await recordsIn(tree)).map(({ name, version, arch, sha256 }) => [name, version, arch, sha256].join(' ')),
        );
      }
      expect(records[0]?.length).toBeGreaterThan(4);
      expect(records[1]).toEqual(records[0]);
      expect(records[2]).toEqual(records[0]);
    });

    it('is refused after a package list was changed', async () => {
      const copy = stage.copyOf(old.root);
      const list = listPaths(join(copy, 'dists', suite)).find((path) =>
        /^main\/binary-amd64\/Packages(?:\.xz)?$/.test(path),
      );
      const file = join(copy, 'dists', suite, list ?? '');
      const bytes = readFileSync(file);
      bytes[200] = (bytes[200] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      const { problems } = await failureOf(build({ input: copy, out: stage.newDirectory(), layout: 'apt' }));
      expect(problems.map((one) => one.file)).toEqual([`dists/${suite}/${list}`]);
      expect(problems[0]?.message).toMatch(
        /^expected SHA256 [0-9a-f]{64}, as dists\/bookworm\/InRelease says, found [0-9a-f]{64}$/,
      );
    });
  });
});
