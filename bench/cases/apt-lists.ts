/**
 * An apt archive of the size of Debian's main. Ours reads the list; the tools that read nothing but packages have as many of them.
 */
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant, Step } from '../contest.ts';
import { DEBIAN_PACKAGES } from '../generate/debian.ts';
import { type PoolSettings, renewedOf, renewPool } from '../generate/pool.ts';
import { startEmpty, startFrom, startWarm, workplaceOf } from '../workplace.ts';
import { bytesIn, newBytes } from '../workshop.ts';
import { archiveWithHistory, HISTORY, listFile, listInput, listsOptions } from './apt-trees.ts';
import { type ArchiveTool, aptFtparchive, aptly, reprepro } from './archive-tools.ts';
import { madePool } from './pool.ts';
import { signingKey } from './signing-key.ts';

const cold: Contest = {
  name: 'apt-lists-cold',
  title: 'First apt archive of the packages of main and amd64, signed; peers compress the same list',
  bytes: 'output',
  runs: 3,
  enter: async (bench) => {
    const place = workplaceOf(bench, 'apt-lists-cold', await listsOptions(bench, await signingKey(bench)));
    const list = await listFile(bench, 0);
    return [
      {
        name: 'repomill, gz and xz',
        ...startEmpty(bench, place, await listInput(bench, 0)),
        steps: [place.build],
        bytes: () => bytesIn(place.out),
      },
      compressor(bench, 'xz', ['-6', '-T1'], list),
      compressor(bench, 'gzip', ['-9', '-n'], list),
    ];
  },
};

const ten: Contest = {
  name: 'apt-lists-ten',
  title: `Apt archive of that size after 10 changed packages, signed; ours with patches from ${HISTORY} older versions`,
  bytes: 'written',
  runs: 3,
  enter: async (bench) => {
    const key = await signingKey(bench);
    const place = workplaceOf(bench, 'apt-lists-ten', await listsOptions(bench, key));
    const built = await archiveWithHistory(bench, key);
    const before = join(built, 'out');
    const settings: PoolSettings = { packages: bench.quick ? 200 : DEBIAN_PACKAGES, day: 0, aDay: 10 };
    const pool = await madePool(bench, settings);
    return [
      {
        name: 'repomill, gz, xz, patches',
        ...startFrom(bench, place, built, await listInput(bench, 0, HISTORY + 1)),
        steps: [place.build],
        bytes: () => newBytes(place.out, before),
      },
      ...[aptly(key), aptFtparchive(key), reprepro(key)].map((tool) => renewing(bench, tool, pool, settings)),
    ];
  },
};

const same: Contest = {
  name: 'apt-lists-same',
  title: 'Apt archive of that size without change',
  bytes: 'written',
  enter: async (bench) => {
    const key = await signingKey(bench);
    const place = workplaceOf(bench, 'apt-lists-same', await listsOptions(bench, key));
    return [
      {
        name: 'repomill',
        ...startWarm(bench, place, await listInput(bench, 0)),
        steps: [place.build],
        bytes: () => newBytes(place.out, join(place.before, 'out')),
      },
    ];
  },
};

/** In the order of the table. */
export const aptListContests: readonly Contest[] = [cold, ten, same];

function compressor({ workshop }: Bench, program: string, words: readonly string[], list: string): Contestant {
  const output = workshop.scratch(`compressed-${program}`);
  return {
    name: [program, ...words.filter((word) => word !== '-n')].join(' '),
    needs: [program],
    steps: [{ program, words: [...words, '-c', list], outputTo: output }],
    bytes: () => bytesIn(output),
  };
}

/** A tool that has published the pool, of which the same ten packages have a new version before every run. */
function renewing(bench: Bench, tool: ArchiveTool, pool: string, settings: PoolSettings): Contestant {
  const folder = bench.workshop.scratch(`renewing-${tool.name.replaceAll(/\W+/g, '-')}`);
  const [own, published] = [join(folder, 'pool'), join(folder, 'archive')];
  const steps: readonly Step[] = tool.update(published, own, renewedOf(settings));
  let round = 0;
  return {
    name: `${tool.name}, from .deb files`,
    needs: tool.needs,
    prepare: () => {
      bench.workshop.renew(folder);
      bench.workshop.copy(pool, own);
      tool.setUp(published, bench.workshop);
      for (const step of tool.publish(published, own)) bench.run(step);
      // The first round replaces versions of the pool, whose names these commands do not know; it is not measured.
      renewPool(own, settings, ++round);
      for (const step of steps) bench.run(step);
    },
    reset: () => renewPool(own, settings, ++round),
    steps,
    bytes: () => bytesIn(tool.published(published)),
  };
}
