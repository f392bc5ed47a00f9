/**
 * A pool of .deb files, published for the first time and after ten changed packages, beside the tools that read nothing else.
 */
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant } from '../contest.ts';
import { changeOf, POOL_GENERATOR, type PoolSettings, poolStanzas, updatePool, writePool } from '../generate/pool.ts';
import { type Fill, startFrom, type Workplace } from '../workplace.ts';
import { bytesIn, writePieces } from '../workshop.ts';
import { type ArchiveTool, aptFtparchive, aptly, repomillOf, reprepro } from './archive-tools.ts';
import { debianWorkplace } from './debian-trees.ts';

/** In the order of the table. */
export const poolContests: readonly Contest[] = [
  {
    name: 'pool-cold',
    title: 'First publication of a pool of 2,000 .deb files',
    bytes: 'published',
    enter: (bench) => contestants(bench, false),
  },
  {
    name: 'pool-ten',
    title: 'Publication of a pool of 2,000 .deb files after 10 changed packages',
    bytes: 'published',
    enter: (bench) => contestants(bench, true),
  },
];

/** The pool of day 0, made once. */
export function madePool({ workshop }: Bench, settings: PoolSettings): Promise<string> {
  const stamp = `${POOL_GENERATOR}, ${JSON.stringify(settings)}`;
  return workshop.made(`pool-${settings.packages}`, stamp, (folder) => writePool(folder, settings));
}

/** What apt-ftparchive would say of a pool, as an input. */
export function packagesInput(settings: PoolSettings): Fill {
  return (folder) => writePieces(join(folder, 'main', 'amd64', 'Packages'), poolStanzas(settings));
}

async function contestants(bench: Bench, updated: boolean): Promise<readonly Contestant[]> {
  const settings: PoolSettings = { packages: bench.quick ? 100 : 2_000, day: 0, aDay: 10 };
  const pool = await madePool(bench, settings);
  const place = debianWorkplace(bench);
  const tools = [repomillOf(place), aptFtparchive, reprepro, aptly];
  return [
    ours(bench, place, settings, updated),
    ...tools.map((tool) => withTool(bench, tool, place, pool, settings, updated)),
  ];
}

function ours(bench: Bench, place: Workplace, settings: PoolSettings, updated: boolean): Contestant {
  return {
    name: 'repomill, from Packages',
    reset: () => {
      startFrom(bench, place, packagesInput(settings));
      if (!updated) return;
      bench.run(place.build);
      packagesInput({ ...settings, day: 1 })(place.input);
    },
    steps: [place.build],
    bytes: () => bytesIn(place.out),
  };
}

function withTool(
  bench: Bench,
  tool: ArchiveTool,
  place: Workplace,
  pool: string,
  settings: PoolSettings,
  updated: boolean,
): Contestant {
  const folder = bench.workshop.scratch('archive');
  const own = bench.workshop.scratch('pool');
  const nextDay = { ...settings, day: 1 };
  return {
    name: tool.name,
    needs: tool.needs,
    reset: () => {
      for (const path of [folder, place.input, place.out, place.cache]) bench.workshop.renew(path);
      bench.workshop.renew(own, pool);
      tool.setUp(folder);
      if (!updated) return;
      for (const step of tool.publish(folder, pool)) bench.run(step);
      updatePool(own, nextDay);
    },
    steps: updated ? tool.update(folder, own, changeOf(nextDay)) : tool.publish(folder, pool),
    bytes: () => bytesIn(tool.published(folder)),
  };
}
