/**
 * Builds of Debian: the first one, one without change, one after ten changed packages, and one with sixteen older versions.
 */
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant, Step } from '../contest.ts';
import { type Fill, type Start, startEmpty, startFrom, startWarm, type Workplace } from '../workplace.ts';
import { bytesIn, newBytes } from '../workshop.ts';
import { changeTen } from './changed-lists.ts';
import { ALL_PACKAGES, debianTree, debianWorkplace, releaseInput } from './debian-trees.ts';

/** Versions of a summary that keep a delta, as the configuration has it. */
const HISTORY = 16;

const cold: Contest = {
  name: 'build-cold',
  title: 'First build of Debian, 2 architectures and subset `free`; peers compress or list the same Packages files',
  bytes: 'output',
  enter: async (bench) => {
    const release = await bench.debian.release(0);
    const place = debianWorkplace(bench, 'cold');
    return [
      ours(place, startEmpty(bench, place, await releaseInput(bench, 0))),
      compressor(bench, release, 'xz', ['-6']),
      compressor(bench, release, 'gzip', ['-9', '-n']),
      compressor(bench, release, 'zstd', ['-19', '-q']),
      {
        name: 'apt-ftparchive release',
        needs: ['apt-ftparchive'],
        steps: [
          { program: 'apt-ftparchive', words: ['release', release], outputTo: bench.workshop.scratch('Release') },
        ],
        bytes: () => bytesIn(bench.workshop.scratch('Release')),
      },
    ];
  },
};

const unchanged: Contest = {
  name: 'build-unchanged',
  title: 'Build of Debian without change',
  enter: async (bench) => {
    const place = debianWorkplace(bench, 'unchanged');
    return [ours(place, startWarm(bench, place, await releaseInput(bench, 0)))];
  },
};

const ten: Contest = {
  name: 'build-ten',
  title: 'Build of Debian after 10 changed packages of amd64, with deltas',
  bytes: 'written',
  enter: async (bench) => {
    const place = debianWorkplace(bench, 'ten');
    const change: Fill = (input) => changeTen(join(input, 'main', 'amd64', 'Packages'));
    return [ours(place, startWarm(bench, place, await releaseInput(bench, 0), change))];
  },
};

const history: Contest = {
  name: 'build-history',
  title: `Build of day 20 of Debian, with a delta from each of ${HISTORY} older versions`,
  bytes: 'written',
  runs: 3,
  enter: async (bench) => {
    const place = debianWorkplace(bench, 'history');
    const days = Array.from({ length: HISTORY }, (_, day) => 20 - HISTORY + day);
    const built = await debianTree(bench, 'days-4-to-19', days);
    return [ours(place, startFrom(bench, place, built, await releaseInput(bench, 20)))];
  },
};

/** In the order of the table. */
export const buildContests: readonly Contest[] = [cold, unchanged, ten, history];

function ours({ out, before, build }: Workplace, start: Start): Contestant {
  return { name: 'repomill', ...start, steps: [build], bytes: () => newBytes(out, join(before, 'out')) };
}

function compressor({ workshop }: Bench, release: string, program: string, words: readonly string[]): Contestant {
  const folder = workshop.scratch(`compressed-${program}`);
  return {
    name: [program, ...words.filter((one) => /\d/.test(one))].join(' '),
    needs: [program],
    reset: () => workshop.renew(folder),
    steps: ALL_PACKAGES.map((path, place): Step => {
      return { program, words: [...words, '-c', join(release, path)], outputTo: join(folder, String(place)) };
    }),
    bytes: () => bytesIn(folder),
  };
}
