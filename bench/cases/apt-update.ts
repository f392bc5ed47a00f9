/**
 * What `apt-get update` fetches and takes, from an archive of ours, by patches and without.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant } from '../contest.ts';
import { builtFrom, type Fill, startFrom, workplaceOf } from '../workplace.ts';
import { APT_PROGRAMS, aptStep, setUpApt } from './apt-archive.ts';
import { archiveWithHistory, HISTORY, listInput, listsOptions } from './apt-trees.ts';
import { type SigningKey, signingKey } from './signing-key.ts';

/** In the order of the table. */
export const aptUpdateContests: readonly Contest[] = [
  {
    name: 'apt-update-ten',
    title: 'Update by apt-get after 10 changed packages of main and amd64; `fetched` is without InRelease',
    bytes: 'fetched',
    enter: async (bench) => {
      const key = await signingKey(bench);
      return contestants(bench, key, await archiveWithHistory(bench, key), await listInput(bench, 0, HISTORY + 1));
    },
  },
  {
    name: 'apt-update-day',
    title: 'Update by apt-get a day of Debian later; `fetched` is without InRelease',
    bytes: 'fetched',
    enter: async (bench) => {
      const key = await signingKey(bench);
      const built = await builtFrom(bench, {
        name: `apt-day${bench.quick ? '-quick' : ''}`,
        stamp: bench.debian.source,
        inputs: [await listInput(bench, 0)],
        ...(await listsOptions(bench, key)),
      });
      return contestants(bench, key, built, await listInput(bench, 1));
    },
  },
];

/** Clients that know what is published in `built`, and a host of what is published next. */
async function contestants(bench: Bench, key: SigningKey, built: string, next: Fill): Promise<readonly Contestant[]> {
  const place = workplaceOf(bench, 'apt-update', await listsOptions(bench, key));
  const live = bench.workshop.scratch('apt-live');
  mkdirSync(live, { recursive: true });
  const url = await bench.serve(live);
  const publishNext = (): void => {
    startFrom(bench, place, built, next).prepare();
    bench.run(place.build);
  };
  publishNext();
  const client = (name: string, words: readonly string[]): Contestant => {
    const slug = name.replaceAll(/\W+/g, '-');
    const [root, yesterday, log] = ['apt', 'yesterday', 'log'].map((one) => bench.workshop.scratch(`${slug}-${one}`));
    if (root === undefined || yesterday === undefined || log === undefined) throw new Error('scratch: no folder');
    return {
      name,
      needs: APT_PROGRAMS,
      prepare: () => {
        bench.workshop.renew(live, join(built, 'out'));
        bench.workshop.renew(root);
        setUpApt(root, url, 'main');
        bench.run(aptStep(root, 'apt-get', ['update']));
        bench.workshop.renew(yesterday, root);
      },
      reset: () => {
        bench.workshop.renew(live, place.out);
        bench.workshop.renew(root, yesterday);
      },
      steps: [{ ...aptStep(root, 'apt-get', [...words, 'update']), outputTo: log }],
      bytes: () => fetchedBesideRelease(readFileSync(log, 'utf8')),
    };
  };
  return [
    client('apt-get update, by a patch', []),
    client('apt-get update, whole lists', ['-o', 'Acquire::PDiffs=false']),
  ];
}

/** Sums `Get:2 http://… stable/main amd64 Packages [9,012 kB]`, each number once: apt names a patch again when it applies it. */
export function fetchedBesideRelease(log: string): number {
  const sizes = new Map<string, number>();
  for (const [, number = '', what = '', count = '', unit = ''] of log.matchAll(
    /^Get:(\d+) (.*) \[([\d.,]+) ([kM]?B)\]$/gm,
  )) {
    const factor = { B: 1, kB: 1e3, MB: 1e6 }[unit] ?? 1;
    if (!/Release(?:\.gpg)?$/.test(what)) sizes.set(number, Number(count.replaceAll(',', '')) * factor);
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
