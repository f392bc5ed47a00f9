/**
 * An apt archive from a pool of .deb files: signed, with xz and gzip, beside every tool that makes one.
 */
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant } from '../contest.ts';
import { type PoolSettings, updatePool } from '../generate/pool.ts';
import { type Fill, startEmpty, startWarm, workplaceOf } from '../workplace.ts';
import { bytesIn } from '../workshop.ts';
import { aptWords, configFile } from './apt-trees.ts';
import { aptFtparchive, aptly, dpkgScanpackages, reprepro } from './archive-tools.ts';
import { madePool, onPool } from './pool.ts';
import { type SigningKey, signingKey } from './signing-key.ts';

/** In the order of the table. */
export const aptPoolContests: readonly Contest[] = [
  {
    name: 'apt-pool-cold',
    title: 'First apt archive of 2,000 .deb files, signed (aptly and reprepro without xz)',
    bytes: 'dists',
    enter: (bench) => contestants(bench, false),
  },
  {
    name: 'apt-pool-ten',
    title: 'Apt archive of 2,000 .deb files after 10 changed packages, signed (aptly and reprepro without xz)',
    bytes: 'dists',
    enter: (bench) => contestants(bench, true),
  },
];

async function contestants(bench: Bench, updated: boolean): Promise<readonly Contestant[]> {
  const settings: PoolSettings = { packages: bench.quick ? 100 : 2_000, day: 0, aDay: 10 };
  const pool = await madePool(bench, settings);
  const key = await signingKey(bench);
  const tools = [aptly(key), reprepro(key), aptFtparchive(key), dpkgScanpackages(key)];
  return [
    await ours(bench, 'repomill', {}, pool, settings, updated, key),
    await ours(bench, 'repomill, with contents', { contents: true }, pool, settings, updated, key),
    ...tools.map((tool) => onPool(bench, tool, pool, settings, updated)),
  ];
}

async function ours(
  bench: Bench,
  name: string,
  apt: Readonly<Record<string, unknown>>,
  pool: string,
  settings: PoolSettings,
  updated: boolean,
  key: SigningKey,
): Promise<Contestant> {
  const config = await configFile(bench, name.replaceAll(/\W+/g, '-'), { name: 'bench', apt });
  const place = workplaceOf(bench, name, { config, words: aptWords(key) });
  const fill: Fill = (folder) => bench.workshop.copy(join(pool, 'pool'), join(folder, 'pool'));
  const change: Fill = (folder) => updatePool(folder, { ...settings, day: 1 });
  return {
    name,
    ...(updated ? startWarm(bench, place, fill, change) : startEmpty(bench, place, fill)),
    steps: [place.build],
    bytes: () => bytesIn(join(place.out, 'dists')),
  };
}
