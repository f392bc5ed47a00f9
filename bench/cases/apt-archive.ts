/**
 * Debian's releases as an apt archive, and apt with a root of its own: nothing of this machine's apt is read or written.
 */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Step } from '../contest.ts';
import { packagesOf } from './debian-trees.ts';

/** What the archive and its client are made with. */
export const APT_PROGRAMS: readonly string[] = ['apt-get', 'apt-cache', 'apt-ftparchive', 'xz'];

/** The packages of amd64 on a day, as an archive: `Release`, and `Packages.xz` for each component. Made once. */
export function aptArchive(bench: Bench, day: number): Promise<string> {
  const name = `apt-archive-day-${day}${bench.quick ? '-quick' : ''}`;
  return bench.workshop.made(name, bench.debian.source, async (folder) => {
    const release = await bench.debian.release(day);
    const suite = join(folder, 'dists', 'stable');
    const lists = packagesOf('amd64').map((path) => ({
      path,
      list: join(suite, path.replace('amd64', 'binary-amd64')),
    }));
    for (const { path, list } of lists) {
      mkdirSync(join(list, '..'), { recursive: true });
      copyFileSync(join(release, path), list);
      bench.run({ program: 'xz', words: ['-6', '-k', list] });
    }
    const settings = {
      Suite: 'stable',
      Codename: 'stable',
      Components: 'main contrib non-free',
      Architectures: 'amd64',
    };
    const words = Object.entries(settings).flatMap(([key, value]) => [
      '-o',
      `APT::FTPArchive::Release::${key}=${value}`,
    ]);
    // Written beside the suite, so that it does not list itself.
    const unfinished = join(folder, 'Release');
    bench.run({ program: 'apt-ftparchive', words: [...words, 'release', suite], outputTo: unfinished });
    copyFileSync(unfinished, join(suite, 'Release'));
    // apt wants the uncompressed lists named; archives do not serve them.
    for (const { list } of lists) rmSync(list);
  });
}

/** Writes a root for apt into an empty folder, with one source. */
export function setUpApt(root: string, url: string, components = 'main contrib non-free'): void {
  for (const path of [
    'etc/apt/apt.conf.d',
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
    'var/lib/dpkg',
  ]) {
    mkdirSync(join(root, path), { recursive: true });
  }
  writeFileSync(join(root, 'var/lib/dpkg/status'), '');
  writeFileSync(join(root, 'etc/apt/sources.list'), `deb [trusted=yes] ${url} stable ${components}\n`);
  const settings = {
    Dir: root,
    'Dir::State::status': join(root, 'var/lib/dpkg/status'),
    'APT::Architecture': 'amd64',
    'APT::Architectures': 'amd64',
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";\n`);
  writeFileSync(join(root, 'apt.conf'), lines.join(''));
}

/** A command of apt in a root of its own. */
export function aptStep(root: string, program: 'apt-get' | 'apt-cache', words: readonly string[]): Step {
  return { program, words, environment: { APT_CONFIG: join(root, 'apt.conf') } };
}
