/**
 * Packages on their way into the pool: as links, under any umask, from an input that cannot be written; and what fails on the way
 * leaves the old archive as it was.
 */

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildArchive, DAY, filesIn, findMissing, makeDebs, packagesOf, START } from '../../apt-archive.ts';
import { failureOf } from '../../failure.ts';
import { baseEnvironment } from '../../launcher.ts';
import { digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../../workspace.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/repomill.js', import.meta.url));
const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const config = (pool: string): Readonly<Record<string, string>> => ({
  'repomill.yaml': `name: sample\napt: { pool: ${pool} }\n`,
});
const copyOf = (directory: string): string => {
  const copy = freshPath();
  cpSync(directory, copy, { recursive: true });
  return copy;
};
const HELLO = 'pool/main/h/hello/hello_1.0_amd64.deb';
const missingIn = (tree: string): readonly string[] =>
  findMissing(readFileSync(join(tree, 'dists/stable/Release'), 'utf8'), 'stable', filesIn(tree));

let [input, tree] = ['', ''];
beforeAll(async () => {
  input = writeFiles(freshPath(), { ...config('copy'), ...(await makeDebs(['hello 1.0', 'other 1.0'])) });
  tree = freshPath();
  await buildArchive(input, tree);
});

/** Runs the command line below a shell that changes what the process may do. */
function buildBelow(limit: string, from: string, out: string, at = START): { status: number | null; stderr: string } {
  const words = [process.execPath, LAUNCHER, 'build', from, '--layout', 'apt', '--out', out, '--no-cache'];
  const { status, stderr } = spawnSync('sh', ['-c', `${limit} && exec "$@"`, 'sh', ...words], {
    env: { ...baseEnvironment(), SOURCE_DATE_EPOCH: String(at) },
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('apt.pool', () => {
  it('link: packages are hard links, in an archive that is otherwise the same', async () => {
    const [linked, out] = [
      writeFiles(freshPath(), { ...config('link'), ...(await makeDebs(['hello 1.0', 'other 1.0'])) }),
      freshPath(),
    ];
    await buildArchive(linked, out);
    expect(statSync(join(out, HELLO)).ino).toBe(statSync(join(linked, 'debs/hello_1.0_amd64.deb')).ino);
    expect(digestsOf(out)).toEqual(digestsOf(tree));
    const before = stateOf(out);
    await buildArchive(linked, out, { at: START + DAY });
    expect(stateOf(out)).toEqual(before);
  });

  it('link: a package that not everybody may read is copied instead', async () => {
    const [linked, out] = [
      writeFiles(freshPath(), { ...config('link'), ...(await makeDebs(['hello 1.0'])) }),
      freshPath(),
    ];
    chmodSync(join(linked, 'debs/hello_1.0_amd64.deb'), 0o600);
    await buildArchive(linked, out);
    expect(statSync(join(out, HELLO)).mode & 0o777).toBe(0o644);
    expect(statSync(join(linked, 'debs/hello_1.0_amd64.deb')).mode & 0o777).toBe(0o600);
  });

  it('none: nothing is placed, and stanzas have the paths of the input', async () => {
    const [other, out] = [
      writeFiles(freshPath(), { ...config('none'), ...(await makeDebs(['hello 1.0'])) }),
      freshPath(),
    ];
    await buildArchive(other, out);
    expect(listPaths(out).filter((path) => !path.startsWith('dists/'))).toEqual([]);
    expect(readFileSync(join(out, 'dists/stable/main/binary-amd64/Packages'), 'utf8')).toContain(
      'Filename: debs/hello_1.0_amd64.deb\n',
    );
  });
});

describe('permissions', () => {
  it('are those that a host needs, whatever the umask', () => {
    const out = freshPath();
    expect(buildBelow('umask 077', input, out).status).toBe(0);
    expect(digestsOf(out)).toEqual(digestsOf(tree));
    for (const path of listPaths(out)) expect(statSync(join(out, path)).mode & 0o777, path).toBe(0o644);
    for (const path of ['dists', 'dists/stable/main', 'pool/main/h/hello']) {
      expect(statSync(join(out, path)).mode & 0o777, path).toBe(0o755);
    }
  });

  it('of the input are not needed for writing, and do not get into the archive', async () => {
    const [readOnly, out] = [copyOf(input), freshPath()];
    const paths = [...listPaths(readOnly), 'debs', ''];
    for (const path of paths) chmodSync(join(readOnly, path), path.includes('.') ? 0o444 : 0o555);
    try {
      const before = stateOf(readOnly);
      await buildArchive(readOnly, out);
      expect(digestsOf(out)).toEqual(digestsOf(tree));
      expect(stateOf(readOnly)).toEqual(before);
      expect(statSync(join(out, HELLO)).mode & 0o777).toBe(0o644);
    } finally {
      for (const path of paths.toReversed()) chmodSync(join(readOnly, path), path.includes('.') ? 0o644 : 0o755);
    }
  });
});

describe('a build that fails while it places packages', () => {
  it('because one changed meanwhile: a conflict, and the old archive is intact', async () => {
    const out = copyOf(tree);
    const changing = writeFiles(freshPath(), { ...config('copy'), ...(await makeDebs(['hello 2.0', 'other 1.0'])) });
    const file = join(changing, 'debs/hello_2.0_amd64.deb');
    const before = digestsOf(out);
    const change = (stage: string): void => {
      if (stage === 'encoding') writeFileSync(file, readFileSync(file).fill(7, 100, 110));
    };
    const progress = { start: change, advance: () => undefined, warn: () => undefined, cacheLookup: () => undefined };
    expect(await failureOf(buildArchive(changing, out, { at: START + DAY, progress }))).toMatchObject({
      code: 'conflict',
      message: 'changed while this build was running',
      hint: 'run this build again',
    });
    expect(digestsOf(join(out, 'dists/stable'))).toEqual(digestsOf(join(tree, 'dists/stable')));
    expect(missingIn(out)).toEqual([]);
    expect(listPaths(out).filter((path) => path.includes('hello_2.0'))).toEqual([]);
    expect(Object.entries(before).filter(([path, digest]) => digestsOf(out)[path] !== digest)).toEqual([]);
  });

  it('because it may not write so much: the old archive is intact, and no part of a package is under its name', async () => {
    const out = copyOf(tree);
    const large = writeFiles(freshPath(), {
      ...config('copy'),
      ...(await makeDebs(['hello 1.0', 'other 1.0'])),
      ...(await makeDebs(['third 1.0'], { filler: 2_000_000 })),
    });
    // In blocks of 512 or of 1024 bytes.
    const { status, stderr } = buildBelow('ulimit -f 1000', large, out, START + DAY);
    expect(status).toBe(1);
    expect(stderr).toMatch(/third_1\.0_amd64\.deb: cannot write: /);
    expect(digestsOf(join(out, 'dists/stable'))).toEqual(digestsOf(join(tree, 'dists/stable')));
    expect(missingIn(out)).toEqual([]);
    expect(listPaths(out).filter((path) => /third|repomill-tmp/.test(path))).toEqual([]);
    expect(buildBelow('true', large, out, START + DAY).status).toBe(0);
    expect(await packagesOf(out)).toEqual(['hello 1.0 amd64', 'other 1.0 amd64', 'third 1.0 amd64']);
    expect(missingIn(out)).toEqual([]);
  });
});
