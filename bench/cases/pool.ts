/**
 * A pool of .deb files, published for the first time and after ten changed packages, beside the tools that read nothing else.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant } from '../contest.ts';
import { changeOf, POOL_GENERATOR, type PoolSettings, poolStanzas, updatePool, writePool } from '../generate/pool.ts';
import { type Fill, startEmpty, startWarm, type Workplace, workplaceOf } from '../workplace.ts';
import { bytesIn, writePieces } from '../workshop.ts';
import { type ArchiveTool, aptFtparchive, aptly, POOL_CONFIG, repomillOf, reprepro } from './archive-tools.ts';

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
  return (folder) => {
    writeFileSync(join(folder, 'repomill.yaml'), POOL_CONFIG);
    writePieces(join(folder, 'main', 'amd64', 'Packages'), poolStanzas(settings));
  };
}

async function contestants(bench: Bench, updated: boolean): Promise<readonly Contestant[]> {
  const settings: PoolSettings = { packages: bench.quick ? 100 : 2_000, day: 0, aDay: 10 };
  const pool = await madePool(bench, settings);
  const place = workplaceOf(bench, 'pool');
  const listed = workplaceOf(bench, 'pool-listed');
  const tools = [repomillOf(listed), aptFtparchive(), reprepro(), aptly()];
  const peers = tools.map((tool) => onPool(bench, tool, pool, settings, updated));
  return [ours(bench, place, settings, updated), ...peers];
}

function ours(bench: Bench, place: Workplace, settings: PoolSettings, updated: boolean): Contestant {
  const [input, change] = [packagesInput(settings), packagesInput({ ...settings, day: 1 })];
  return {
    name: 'repomill, from Packages',
    ...(updated ? startWarm(bench, place, input, change) : startEmpty(bench, place, input)),
    steps: [place.build],
    bytes: () => bytesIn(place.out),
  };
}

/** A tool and a copy of the pool, which it publishes; or which it has published, and which then changed. */
export function onPool(
  bench: Bench,
  tool: ArchiveTool,
  pool: string,
  settings: PoolSettings,
  updated: boolean,
): Contestant {
  const { workshop } = bench;
  const folder = workshop.scratch('archive');
  const own = workshop.scratch('pool');
  const nextDay = { ...settings, day: 1 };
  return {
    name: tool.name,
    needs: tool.needs,
    reset: () => {
      workshop.renew(folder);
      workshop.renew(own, pool);
      tool.setUp(folder, workshop);
      if (!updated) return;
      for (const step of tool.publish(folder, pool)) bench.run(step);
      updatePool(own, nextDay);
    },
    steps: updated ? tool.update(folder, own, changeOf(nextDay)) : tool.publish(folder, pool),
    bytes: () => bytesIn(tool.published(folder)),
  };
}
