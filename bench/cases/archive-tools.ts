/**
 * The tools that publish an apt archive, as contestants on a pool of .deb files. With a key, each signs; without one, none does.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../contest.ts';
import type { PoolChange } from '../generate/pool.ts';
import type { Workplace } from '../workplace.ts';
import type { Workshop } from '../workshop.ts';
import type { SigningKey } from './signing-key.ts';

/** One tool on one pool. `folder` is its own; `pool` holds the .deb files, below `pool/`. */
export interface ArchiveTool {
  readonly name: string;
  readonly needs: readonly string[];
  /** Before the first step, in an empty folder; not measured. */
  readonly setUp: (folder: string, workshop: Workshop) => void;
  /** Publishes the pool for the first time. */
  readonly publish: (folder: string, pool: string) => readonly Step[];
  /** Publishes new .deb files (paths below the pool) in the place of the packages that had these names. */
  readonly update: (folder: string, pool: string, change: PoolChange) => readonly Step[];
  /** The folder of what it published, without the pool. */
  readonly published: (folder: string) => string;
}

/** All .deb files of a pool. */
function debsIn(pool: string): readonly string[] {
  return readdirSync(join(pool, 'pool'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(pool, 'pool', file))
    .sort();
}

/** The configuration of ours on a pool: no subset, because the others have none. */
export const POOL_CONFIG = 'name: pool\ninputs:\n  - files: <component>/<arch>/Packages\n    omit: [MD5sum]\n';

/** Ours, in the native layout: apt-ftparchive lists the pool, with a database of checksums, and repomill builds from the list. */
export function repomillOf({ input, out, cache, build }: Workplace): ArchiveTool {
  const folderOfList = join(input, 'main', 'amd64');
  const steps = (folder: string, pool: string): readonly Step[] => [
    listPool(folder, pool, join(folderOfList, 'Packages')),
    build,
  ];
  return {
    name: 'apt-ftparchive packages, repomill',
    needs: ['apt-ftparchive'],
    setUp: (_, workshop) => {
      for (const path of [input, out, cache]) workshop.renew(path);
      mkdirSync(folderOfList, { recursive: true });
      writeFileSync(join(input, 'repomill.yaml'), POOL_CONFIG);
    },
    publish: steps,
    update: steps,
    published: () => out,
  };
}

/** apt-ftparchive with its database, gzip and xz. */
export function aptFtparchive(key?: SigningKey): ArchiveTool {
  return listingTool('apt-ftparchive, gzip -9, xz -6', ['apt-ftparchive'], listPool, key);
}

/** dpkg-scanpackages, gzip and xz; apt-ftparchive writes the Release file. */
export function dpkgScanpackages(key?: SigningKey): ArchiveTool {
  const needs = ['dpkg-scanpackages', 'apt-ftparchive'];
  const list: List = (_, pool, outputTo) => ({
    program: 'dpkg-scanpackages',
    words: ['--multiversion', 'pool'],
    cwd: pool,
    outputTo,
  });
  return listingTool('dpkg-scanpackages, gzip -9, xz -6', needs, list, key);
}

/** reprepro. */
export function reprepro(key?: SigningKey): ArchiveTool {
  const include = (folder: string, files: readonly string[]): Step => ({
    program: 'reprepro',
    words: ['--silent', '-b', folder, 'includedeb', 'stable', ...files],
    environment: gpgOf(key),
  });
  const distribution = 'Codename: stable\nArchitectures: amd64\nComponents: main\n';
  return {
    name: 'reprepro',
    needs: ['reprepro', ...gpgFor(key)],
    setUp: (folder) => {
      mkdirSync(join(folder, 'conf'), { recursive: true });
      const signing = key === undefined ? '' : 'SignWith: yes\n';
      writeFileSync(join(folder, 'conf', 'distributions'), `${distribution}${signing}`);
    },
    publish: (folder, pool) => inParts(debsIn(pool)).map((files) => include(folder, files)),
    update: (folder, pool, { files }) => [
      include(
        folder,
        files.map((file) => join(pool, file)),
      ),
    ],
    published: (folder) => join(folder, 'dists'),
  };
}

/** Files of one command: the kernel takes two megabytes of words. */
const FILES_OF_A_COMMAND = 5_000;

function inParts(files: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(files.length / FILES_OF_A_COMMAND);
  return Array.from({ length: count }, (_, part) =>
    files.slice(part * FILES_OF_A_COMMAND, (part + 1) * FILES_OF_A_COMMAND),
  );
}

/** aptly, without contents lists. */
export function aptly(key?: SigningKey): ArchiveTool {
  const publish = (folder: string, ...words: readonly string[]): Step => ({
    ...aptlyStep(folder, ['publish', ...words.slice(0, 1), ...publishOptions(key), ...words.slice(1)]),
    environment: gpgOf(key),
  });
  return {
    name: 'aptly',
    needs: ['aptly', ...gpgFor(key)],
    setUp: (folder) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'aptly.conf'), JSON.stringify({ rootDir: folder, architectures: ['amd64'] }));
    },
    publish: (folder, pool) => [
      aptlyStep(folder, ['repo', 'create', 'bench']),
      aptlyStep(folder, ['repo', 'add', 'bench', join(pool, 'pool')]),
      publish(folder, 'repo', '-distribution=stable', 'bench'),
    ],
    update: (folder, pool, change) => [...aptlyReplace(folder, pool, change), publish(folder, 'update', 'stable')],
    published: (folder) => join(folder, 'public', 'dists'),
  };
}

/** aptly's options for publishing without contents lists, and without a signature if there is no key. */
export function publishOptions(key?: SigningKey): readonly string[] {
  return ['-skip-contents', ...(key === undefined ? ['-skip-signing'] : ['-batch'])];
}

/** A command of aptly in a folder of its own. */
export function aptlyStep(folder: string, words: readonly string[]): Step {
  return { program: 'aptly', words: [`-config=${join(folder, 'aptly.conf')}`, ...words] };
}

/** aptly takes the old versions out of a local repository and adds the new files. */
export function aptlyReplace(folder: string, pool: string, { files, names }: PoolChange): readonly Step[] {
  return [
    aptlyStep(folder, ['repo', 'remove', 'bench', names.join(' | ')]),
    aptlyStep(folder, ['repo', 'add', 'bench', ...files.map((file) => join(pool, file))]),
  ];
}

/** Writes a `Packages` file of a pool. */
type List = (folder: string, pool: string, outputTo: string) => Step;

/** A tool that lists the whole pool every time; what else an archive needs, other programs make. */
function listingTool(name: string, needs: readonly string[], list: List, key: SigningKey | undefined): ArchiveTool {
  const steps = (folder: string, pool: string): readonly Step[] => {
    const dists = join(folder, 'dists');
    const file = join(dists, 'main', 'binary-amd64', 'Packages');
    const release = join(folder, 'Release');
    return [
      list(folder, pool, file),
      { program: 'gzip', words: ['-9', '-n', '-k', '-f', file] },
      { program: 'xz', words: ['-6', '-k', '-f', file] },
      { program: 'apt-ftparchive', words: ['release', dists], outputTo: release },
      ...(key === undefined ? [] : [signStep(key, ['--clear-sign', '--output', join(folder, 'InRelease'), release])]),
    ];
  };
  return {
    name,
    needs: [...needs, 'gzip', 'xz', ...gpgFor(key)],
    setUp: (folder) => mkdirSync(join(folder, 'dists', 'main', 'binary-amd64'), { recursive: true }),
    publish: steps,
    update: steps,
    published: (folder) => join(folder, 'dists'),
  };
}

function listPool(folder: string, pool: string, outputTo: string): Step {
  // The checksums that ours has: SHA-256, and MD5, which the configuration leaves out.
  const without = ['SHA1', 'SHA512'].flatMap((sum) => ['-o', `APT::FTPArchive::${sum}=false`]);
  const words = ['--db', join(folder, 'packages.db'), ...without, 'packages', 'pool'];
  return { program: 'apt-ftparchive', words, cwd: pool, outputTo };
}

function signStep(key: SigningKey, words: readonly string[]): Step {
  return { program: 'gpg', words: ['--batch', '--yes', ...words], environment: gpgOf(key) };
}

function gpgFor(key: SigningKey | undefined): readonly string[] {
  return key === undefined ? [] : ['gpg'];
}

function gpgOf(key: SigningKey | undefined): Readonly<Record<string, string>> {
  return key === undefined ? {} : { GNUPGHOME: key.home };
}
