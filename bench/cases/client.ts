/**
 * What a client does: a pull of one day's change over loopback, and status, show and search on the pulled copy, beside apt.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant, Step } from '../contest.ts';
import { APT_PROGRAMS, aptArchive, aptStep, setUpApt } from './apt-archive.ts';
import { debianTree } from './debian-trees.ts';

const pull: Contest = {
  name: 'client-pull',
  title: "Pull of one day's change of amd64 over loopback; apt fetches whole lists where an archive has no pdiffs",
  bytes: 'fetched',
  enter: async (bench) => [await repomillPull(bench), await aptUpdate(bench)],
};

const status: Contest = {
  name: 'client-status',
  title: 'Status of a pulled copy of amd64, beside the start of Node itself',
  enter: async (bench) => [
    await reading(bench, ['status']),
    { name: 'node, an empty program', steps: [{ program: process.execPath, words: ['--eval', ''] }] },
  ],
};

const show: Contest = {
  name: 'client-show',
  title: 'One package of a pulled copy of amd64',
  enter: async (bench) => {
    const name = await someName(bench);
    return [await reading(bench, ['show', name]), await aptReading(bench, ['show', name])];
  },
};

const search: Contest = {
  name: 'client-search',
  title: 'Search for `editor` in a pulled copy of amd64 (apt-cache prints every hit)',
  enter: async (bench) => [await reading(bench, ['search', 'editor']), await aptReading(bench, ['search', 'editor'])],
};

/** In the order of the table. */
export const clientContests: readonly Contest[] = [pull, status, show, search];

async function repomillPull(bench: Bench): Promise<Contestant> {
  const { workshop } = bench;
  const [older, newer] = [await debianTree(bench, 'day-0', [0]), await debianTree(bench, 'days-0-1', [0, 1])];
  const live = workshop.scratch('live');
  const copy = workshop.scratch('copy');
  const yesterday = workshop.scratch('copy-of-yesterday');
  const report = workshop.scratch('pull.json');
  workshop.renew(live, join(older, 'out'));
  const url = await bench.serve(live);
  const words = (cache: string): readonly string[] => ['pull', url, '--cache', cache, '--arch', 'amd64', '--json'];
  const step = (cache: string): Step => bench.repomill(words(cache), workshop.scratch('client-cache'));
  return {
    name: 'repomill pull',
    prepare: () => {
      workshop.renew(yesterday);
      bench.run(step(yesterday));
      workshop.renew(live, join(newer, 'out'));
    },
    reset: () => workshop.renew(copy, yesterday),
    steps: [{ ...step(copy), outputTo: report }],
    bytes: () => (JSON.parse(readFileSync(report, 'utf8')) as { transferred: number }).transferred,
  };
}

async function aptUpdate(bench: Bench): Promise<Contestant> {
  const { workshop } = bench;
  const live = workshop.scratch('apt-live');
  const root = workshop.scratch('apt');
  const yesterday = workshop.scratch('apt-of-yesterday');
  const log = workshop.scratch('apt.log');
  mkdirSync(live, { recursive: true });
  const url = await bench.serve(live);
  return {
    name: 'apt-get update',
    needs: APT_PROGRAMS,
    prepare: async () => {
      workshop.renew(live, await aptArchive(bench, 0));
      workshop.renew(root);
      setUpApt(root, url);
      bench.run(aptStep(root, 'apt-get', ['update']));
      workshop.renew(yesterday, root);
      workshop.renew(live, await aptArchive(bench, 1));
    },
    reset: () => workshop.renew(root, yesterday),
    steps: [{ ...aptStep(root, 'apt-get', ['update']), outputTo: log }],
    bytes: () => fetchedByApt(readFileSync(log, 'utf8')),
  };
}

/** `Fetched 9,012 kB in 1s (…)`. */
function fetchedByApt(log: string): number {
  const [, count = '', unit = ''] = /^Fetched ([\d.,]+) ([kM]?)B in /m.exec(log) ?? [];
  if (count === '') throw new Error(`apt-get update: expected "Fetched", found ${JSON.stringify(log.slice(-200))}`);
  return Number(count.replaceAll(',', '')) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1);
}

async function reading(bench: Bench, words: readonly string[]): Promise<Contestant> {
  const { workshop } = bench;
  const tree = await debianTree(bench, 'day-0', [0]);
  const copy = workshop.scratch('pulled');
  const cacheHome = workshop.scratch('client-cache');
  return {
    name: ['repomill', ...words].join(' '),
    prepare: () => {
      workshop.renew(copy);
      bench.run(bench.repomill(['pull', join(tree, 'out'), '--cache', copy, '--arch', 'amd64'], cacheHome));
    },
    steps: [bench.repomill([...words, '--cache', copy], cacheHome)],
  };
}

async function aptReading(bench: Bench, words: readonly string[]): Promise<Contestant> {
  const root = bench.workshop.scratch('apt-reading');
  return {
    name: ['apt-cache', ...words].join(' '),
    needs: APT_PROGRAMS,
    prepare: async () => {
      bench.workshop.renew(root);
      setUpApt(root, `file:${await aptArchive(bench, 0)}`);
      bench.run(aptStep(root, 'apt-get', ['update']));
    },
    steps: [aptStep(root, 'apt-cache', words)],
  };
}

/** bash, or where there is none, as in generated releases, the package in the middle. */
async function someName({ debian }: Bench): Promise<string> {
  const list = readFileSync(join(await debian.release(0), 'main', 'amd64', 'Packages'), 'utf8');
  const names = list.match(/^Package: .*/gm)?.map((line) => line.slice('Package: '.length)) ?? [];
  return names.includes('bash') ? 'bash' : (names[names.length >> 1] ?? 'bash');
}
