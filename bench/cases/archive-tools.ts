/**
 * The tools that publish an apt archive, as contestants on a pool of .deb files. Ours reads what `apt-ftparchive packages` says of the
 * pool, because it does not open .deb files; the others open them themselves. None of them signs.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../contest.ts';
import type { PoolChange } from '../generate/pool.ts';
import type { Workplace } from '../workplace.ts';
import type { Workshop } from '../workshop.ts';

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

/** Ours: apt-ftparchive lists the pool, with a database of checksums, and repomill builds from the list. */
export function repomillOf({ input, out, cache, build }: Workplace): ArchiveTool {
  const folderOfList = join(input, 'main', 'amd64');
  const steps = (folder: string, pool: string): readonly Step[] => [
    ftparchive(folder, pool, join(folderOfList, 'Packages')),
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
export const aptFtparchive: ArchiveTool = {
  name: 'apt-ftparchive, gzip -9, xz -6',
  needs: ['apt-ftparchive', 'gzip', 'xz'],
  setUp: (folder) => mkdirSync(join(folder, 'dists', 'main', 'binary-amd64'), { recursive: true }),
  publish: ftparchiveSteps,
  update: ftparchiveSteps,
  published: (folder) => join(folder, 'dists'),
};

/** reprepro, without signatures. */
export const reprepro: ArchiveTool = {
  name: 'reprepro',
  needs: ['reprepro'],
  setUp: (folder) => {
    mkdirSync(join(folder, 'conf'), { recursive: true });
    writeFileSync(join(folder, 'conf', 'distributions'), 'Codename: stable\nArchitectures: amd64\nComponents: main\n');
  },
  publish: (folder, pool) => [repreproStep(folder, debsIn(pool))],
  update: (folder, pool, { files }) => [
    repreproStep(
      folder,
      files.map((file) => join(pool, file)),
    ),
  ],
  published: (folder) => join(folder, 'dists'),
};

/** aptly, without signatures and contents lists. */
export const aptly: ArchiveTool = {
  name: 'aptly',
  needs: ['aptly'],
  setUp: (folder) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'aptly.conf'), JSON.stringify({ rootDir: folder, architectures: ['amd64'] }));
  },
  publish: (folder, pool) => [
    aptlyStep(folder, ['repo', 'create', 'bench']),
    aptlyStep(folder, ['repo', 'add', 'bench', join(pool, 'pool')]),
    aptlyStep(folder, ['publish', 'repo', ...QUIET, '-distribution=stable', 'bench']),
  ],
  update: (folder, pool, change) => [
    ...aptlyReplace(folder, pool, change),
    aptlyStep(folder, ['publish', 'update', ...QUIET, 'stable']),
  ],
  published: (folder) => join(folder, 'public', 'dists'),
};

/** aptly's options for publishing without signature and contents lists. */
export const QUIET: readonly string[] = ['-skip-signing', '-skip-contents'];

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

function repreproStep(folder: string, files: readonly string[]): Step {
  return { program: 'reprepro', words: ['--silent', '-b', folder, 'includedeb', 'stable', ...files] };
}

function ftparchive(folder: string, pool: string, outputTo: string): Step {
  // The checksums that ours has: SHA-256, and MD5, which the configuration leaves out.
  const without = ['SHA1', 'SHA512'].flatMap((sum) => ['-o', `APT::FTPArchive::${sum}=false`]);
  const words = ['--db', join(folder, 'packages.db'), ...without, 'packages', 'pool'];
  return { program: 'apt-ftparchive', words, cwd: pool, outputTo };
}

function ftparchiveSteps(folder: string, pool: string): readonly Step[] {
  const dists = join(folder, 'dists');
  const list = join(dists, 'main', 'binary-amd64', 'Packages');
  return [
    ftparchive(folder, pool, list),
    { program: 'gzip', words: ['-9', '-n', '-k', '-f', list] },
    { program: 'xz', words: ['-6', '-k', '-f', list] },
    { program: 'apt-ftparchive', words: ['release', dists], outputTo: join(folder, 'Release') },
  ];
}
