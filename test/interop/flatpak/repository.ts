/**
 * A small real repository, made by flatpak and ostree: what `builds.ts` lists, appstream, commits without sizes, refs that are
 * not flatpak's. And the changes that a publisher makes.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '../../workspace.ts';
import { type Environment, mustRun } from '../run-program.ts';
import { BUILDS, type Build, contentOf, FREE } from './builds.ts';

/** Makes the repository in a directory that does not exist yet. Takes a second; copies are cheap. */
export async function makeRepository(directory: string, environment: Environment): Promise<void> {
  for (const build of BUILDS) await commitBuild(directory, build, environment);
  await commitBare(directory, environment);
  const shared = ['refs', '--create=app/org.test.Shared/aarch64/stable', 'app/org.test.Hello/x86_64/stable'];
  await mustRun('ostree', [`--repo=${directory}`, ...shared], environment);
  await commitAppstream(directory, environment);
}

/** Commits another release of `org.test.Change-0` to `-9`: six in one arch, four in another, every second in a subset. */
export async function commitChanging(directory: string, release: number, environment: Environment): Promise<void> {
  for (let number = 0; number < 10; number++) {
    const id = `org.test.Change-${number}`;
    const arch = number % 3 === 0 ? 'aarch64' : 'x86_64';
    await commitBuild(directory, { id, arch, release, ...(number % 2 === 0 ? FREE : {}) }, environment);
  }
}

/** Commits an app or a runtime with `flatpak build-export`: the same commit whenever it is called. */
export async function commitBuild(directory: string, build: Build, environment: Environment): Promise<void> {
  const { kind = 'app', arch, branch = 'stable', subsets = [], release = 0, words = [] } = build;
  await withFiles(contentOf(build), async (content) => {
    mkdirSync(join(content, 'export'));
    const options = [
      ...['--disable-sandbox', '--disable-fsync', '--no-update-summary'],
      ...(kind === 'runtime' ? ['--runtime'] : []),
      ...subsets.map((subset) => `--subset=${subset}`),
      ...[`--arch=${arch}`, `--timestamp=${timeOf(release)}`, ...words],
    ];
    await mustRun('flatpak', ['build-export', ...options, directory, content, branch], environment);
  });
}

/** Commits that flatpak does not make: an app without sizes and metadata, and a ref of some other program. */
async function commitBare(directory: string, environment: Environment): Promise<void> {
  const files = {
    metadata: '[Application]\nname=org.test.Bare\n',
    'files/big': Buffer.alloc(5000, 'a line that compresses\n'),
    'files/below/copy': Buffer.alloc(5000, 'a line that compresses\n'),
    'files/empty': '',
    'files/small': 'x',
  };
  await withFiles(files, async (content) => {
    symlinkSync('big', join(content, 'files/link'));
    await commitTree(directory, 'app/org.test.Bare/x86_64/stable', content, environment);
    await commitTree(directory, 'custom/thing', content, environment);
  });
  await withFiles({ nothing: 'here\n' }, async (content) => {
    await commitTree(directory, 'app/org.test.Barer/x86_64/stable', content, environment);
  });
}

/** Refs of forms that flatpak does not make, but that a repository may have; and refs of other repositories. */
export async function commitOdd(directory: string, environment: Environment): Promise<void> {
  const heads = [
    ...['app/short', 'app/org.test.Two/x86_64', 'runtime/org.test.Long/m68k/d/e', 'app/org.test.Dot/x.y/stable'],
    ...['appstream/odd-name', 'appstream2/plain', 'appstream2/a-b-c', 'appstream2/free-only', 'ostree-metadata'],
  ];
  await withFiles({ nothing: 'here\n' }, async (content) => {
    for (const ref of heads) await commitTree(directory, ref, content, environment);
  });
  const commit = readFileSync(join(directory, 'refs/heads/app/short'));
  writeFiles(join(directory, 'refs'), {
    'remotes/upstream/app/org.test.Remote/x86_64/stable': commit,
    'mirrors/org.test.Other/app/org.test.Mirror/x86_64/stable': commit,
  });
}

/** Commits a directory as it is: the same commit whenever it is called. */
async function commitTree(directory: string, ref: string, content: string, environment: Environment): Promise<void> {
  const owner = ['--owner-uid=0', '--owner-gid=0', '--no-xattrs', '--canonical-permissions', '--fsync=false'];
  const words = ['commit', `--branch=${ref}`, `--timestamp=${timeOf(0)}`, ...owner, content];
  await mustRun('ostree', [`--repo=${directory}`, ...words], environment);
}

/** Composes `appstream/ARCH`, `appstream2/ARCH` and `appstream2/SUBSET-ARCH` anew, as flatpak does. */
export async function commitAppstream(directory: string, environment: Environment): Promise<void> {
  await mustRun('flatpak', ['build-update-repo', '--no-update-summary', directory], environment);
}

/** Writes one static delta, from nothing or from a commit, and removes all others. */
export async function makeStaticDelta(
  directory: string,
  ref: string,
  environment: Environment,
  from?: string,
): Promise<void> {
  rmSync(join(directory, 'deltas'), { recursive: true, force: true });
  const words = ['static-delta', 'generate', from === undefined ? '--empty' : `--from=${from}`, `--to=${ref}`];
  await mustRun('ostree', [`--repo=${directory}`, ...words], environment);
}

/** Writes static deltas for every app and runtime. Their bytes hold the time: make them once, and copy. */
export async function makeStaticDeltas(directory: string, environment: Environment): Promise<void> {
  const words = ['--no-update-summary', '--no-update-appstream', '--generate-static-deltas'];
  await mustRun('flatpak', ['build-update-repo', ...words, directory], environment);
}

/** Removes a ref; its objects stay. */
export async function removeRef(directory: string, ref: string, environment: Environment): Promise<void> {
  await mustRun('ostree', [`--repo=${directory}`, 'refs', '--delete', ref], environment);
}

/** Leaves a repository without refs. */
export async function removeAllRefs(directory: string): Promise<void> {
  rmSync(join(directory, 'refs/heads'), { recursive: true });
  mkdirSync(join(directory, 'refs/heads'));
}

async function withFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  work: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-content-'));
  try {
    await work(writeFiles(directory, files));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function timeOf(release: number): string {
  return new Date(Date.UTC(2024, 0, 1) + release * 3_600_000).toISOString();
}
