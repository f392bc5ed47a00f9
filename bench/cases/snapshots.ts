/**
 * A hundred snapshots: one repository, published on a hundred days with ten changed packages each.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant, Step } from '../contest.ts';
import { changeOf, type PoolSettings, updatePool } from '../generate/pool.ts';
import { startWarm, workplaceOf } from '../workplace.ts';
import { aptly, aptlyReplace, aptlyStep, publishOptions } from './archive-tools.ts';
import { madePool, packagesInput } from './pool.ts';

/** The one contest. */
export const snapshots: Contest = {
  name: 'snapshots-100',
  title: '100 days of a repository of 2,000 packages, 10 changed a day: all builds, and all that they wrote',
  bytes: 'written',
  runs: 1,
  enter: async (bench) => {
    const settings: PoolSettings = { packages: bench.quick ? 100 : 2_000, day: 0, aDay: 10 };
    const days = Array.from(
      { length: bench.quick ? 3 : 100 },
      (_, place): PoolSettings => ({ ...settings, day: place + 1 }),
    );
    return [ours(bench, settings, days), await aptlySnapshots(bench, settings, days)];
  },
};

function ours(bench: Bench, first: PoolSettings, days: readonly PoolSettings[]): Contestant {
  const place = workplaceOf(bench, 'snapshots');
  const { prepare, reset } = startWarm(bench, place, packagesInput(first));
  const written = new Written(place.out);
  return {
    name: 'repomill, from Packages',
    prepare,
    reset: () => {
      reset();
      written.start();
    },
    steps: days.map((day) => ({
      ...place.build,
      before: () => packagesInput(day)(place.input),
      after: () => written.count(),
    })),
    bytes: () => written.bytes,
  };
}

/** Each day: the new packages, a snapshot, and the publication switched to it. */
async function aptlySnapshots(bench: Bench, first: PoolSettings, days: readonly PoolSettings[]): Promise<Contestant> {
  const pool = await madePool(bench, first);
  const tool = aptly();
  const folder = bench.workshop.scratch('archive');
  const own = bench.workshop.scratch('pool');
  const written = new Written(tool.published(folder));
  const snapshot = (day: number): Step =>
    aptlyStep(folder, ['snapshot', 'create', `day-${day}`, 'from', 'repo', 'bench']);
  return {
    name: 'aptly',
    needs: tool.needs,
    reset: () => {
      bench.workshop.renew(folder);
      bench.workshop.renew(own, pool);
      tool.setUp(folder, bench.workshop);
      const publish = aptlyStep(folder, ['publish', 'snapshot', ...publishOptions(), '-distribution=stable', 'day-0']);
      for (const step of [...tool.publish(folder, own).slice(0, 2), snapshot(0), publish]) bench.run(step);
      written.start();
    },
    steps: days.flatMap((settings) => {
      const [remove, ...add] = aptlyReplace(folder, own, changeOf(settings));
      const change = { ...(remove as Step), before: () => updatePool(own, settings) };
      const publish = aptlyStep(folder, ['publish', 'switch', ...publishOptions(), 'stable', `day-${settings.day}`]);
      return [change, ...add, snapshot(settings.day), { ...publish, after: () => written.count() }];
    }),
    bytes: () => written.bytes,
  };
}

/** Counts the bytes of files that are new in a folder, or were written again. */
class Written {
  bytes = 0;
  readonly #folder: string;
  #known: ReadonlySet<string> = new Set();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What is there now does not count. */
  start(): void {
    this.count();
    this.bytes = 0;
  }

  /** Adds what was written since the last time. */
  count(): void {
    const files = existsSync(this.#folder)
      ? readdirSync(this.#folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      : [];
    const states = files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const { ino, mtimeMs, size } = statSync(file);
      return { state: `${ino} ${mtimeMs}`, size };
    });
    // Names of one file, such as by-hash links, count once.
    const fresh = new Map(
      states.filter(({ state }) => !this.#known.has(state)).map(({ state, size }) => [state, size]),
    );
    for (const size of fresh.values()) this.bytes += size;
    this.#known = new Set(states.map(({ state }) => state));
  }
}
