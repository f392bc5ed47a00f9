/**
 * Deltas between two versions of the summary of amd64: a day apart, and twenty days apart.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant } from '../contest.ts';
import { canonicalBytes } from '../published-tree.ts';
import { bytesIn } from '../workshop.ts';
import { debianTree, packagesOf } from './debian-trees.ts';

/** From day 0 to each of these. */
export const deltaContests: readonly Contest[] = [1, 20].map(deltaContest);

function deltaContest(day: number): Contest {
  return {
    name: `delta-day-${day}`,
    title: `Delta of the summary of amd64, day 0 to day ${day} (pdiff: of its Packages files)`,
    bytes: 'delta',
    against: 'bsdiff',
    enter: async (bench) => {
      const older = await canonicalFile(bench, 0);
      const newer = await canonicalFile(bench, day);
      return [...deltaContestants(bench, older, newer), await pdiff(bench, day)];
    },
  };
}

/** Everybody who makes a delta of two files. */
export function deltaContestants(bench: Bench, older: string, newer: string): readonly Contestant[] {
  const folder = bench.workshop.scratch('deltas');
  const makeDelta = join(bench.checkout, 'bench', 'dist', 'bench', 'make-delta.js');
  const contestant = (name: string, program: string, words: (delta: string) => readonly string[]): Contestant => {
    const delta = join(folder, `${name.replaceAll(/\W+/g, '-')}.delta`);
    return {
      name,
      needs: program === process.execPath ? [makeDelta] : [program],
      reset: () => {
        mkdirSync(folder, { recursive: true });
        rmSync(delta, { force: true });
      },
      steps: [{ program, words: words(delta) }],
      bytes: () => bytesIn(delta),
    };
  };
  // xdelta3 looks back over its whole source only with a window as large as that; zstd takes it from --patch-from.
  const window = String(2 ** Math.max(19, Math.ceil(Math.log2(bytesIn(older)))));
  return [
    contestant('repomill', process.execPath, (delta) => [makeDelta, older, newer, delta]),
    contestant('bsdiff', 'bsdiff', (delta) => [older, newer, delta]),
    contestant('xdelta3 -9 -S djw', 'xdelta3', (delta) => [
      '-e',
      '-9',
      '-S',
      'djw',
      '-B',
      window,
      '-s',
      older,
      newer,
      delta,
    ]),
    contestant('xdelta3 -9 -S lzma', 'xdelta3', (delta) => [
      '-e',
      '-9',
      '-S',
      'lzma',
      '-B',
      window,
      '-s',
      older,
      newer,
      delta,
    ]),
    contestant('zstd -19 --patch-from', 'zstd', (delta) => [
      '-q',
      '-19',
      '--long=27',
      `--patch-from=${older}`,
      newer,
      '-o',
      delta,
    ]),
  ];
}

/** apt's own delta is an ed script of the `Packages` files, compressed. */
async function pdiff({ workshop, debian }: Bench, day: number): Promise<Contestant> {
  const [older, newer] = [await debian.release(0), await debian.release(day)];
  const folder = workshop.scratch('pdiffs');
  return {
    name: 'diff --ed, gzip -9',
    needs: ['diff', 'gzip'],
    reset: () => workshop.renew(folder),
    steps: packagesOf('amd64').flatMap((path, place) => {
      const script = join(folder, String(place));
      return [
        { program: 'diff', words: ['--ed', join(older, path), join(newer, path)], outputTo: script, accepts: [0, 1] },
        { program: 'gzip', words: ['-9', '-n', script] },
      ];
    }),
    bytes: () => bytesIn(folder),
  };
}

async function canonicalFile(bench: Bench, day: number): Promise<string> {
  const tree = await debianTree(bench, `day-${day}`, [day]);
  const stamp = `${bench.debian.source}; ${bench.program}`;
  const folder = await bench.workshop.made(`canonical-day-${day}${bench.quick ? '-quick' : ''}`, stamp, (made) =>
    writeFileSync(join(made, 'amd64'), canonicalBytes(join(tree, 'out'), 'amd64')),
  );
  return join(folder, 'amd64');
}
