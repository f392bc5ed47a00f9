/**
 * Work grows with the change, not with the repository: the same ten changed records in one of some size and in one of ten times the
 * size.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant } from '../contest.ts';
import { RECORDS_GENERATOR } from '../generate/records.ts';
import { canonicalBytes } from '../published-tree.ts';
import { startWarm, workplaceOf } from '../workplace.ts';
import { newBytes } from '../workshop.ts';
import { deltaContestants } from './delta.ts';
import { recordCount, recordsInput, recordsTree } from './record-trees.ts';

const CHANGED = 10;

const build: Contest = {
  name: 'change-build',
  title: `Build after the same ${CHANGED} changed records in repositories of 1x and 10x the size`,
  bytes: 'written',
  enter: async (bench) => {
    const contestants: Contestant[] = [];
    for (const count of sizesOf(bench)) {
      const place = workplaceOf(bench, recordCount(count));
      const older = recordsInput(recordSet(bench, count, 0));
      const newer = recordsInput(recordSet(bench, count, 1));
      contestants.push({
        name: `repomill, ${recordCount(count)}`,
        ...startWarm(bench, place, older, newer),
        steps: [place.build],
        bytes: () => newBytes(place.out, join(place.before, 'out')),
      });
    }
    return contestants;
  },
};

const delta: Contest = {
  name: 'change-delta',
  title: `Delta of the same ${CHANGED} changed records in repositories of 1x and 10x the size`,
  bytes: 'delta',
  enter: async (bench) => {
    const contestants: Contestant[] = [];
    for (const count of sizesOf(bench)) {
      const older = await canonicalFile(bench, count, 0);
      const newer = await canonicalFile(bench, count, 1);
      const both = deltaContestants(bench, older, newer).filter(({ name }) => ['repomill', 'bsdiff'].includes(name));
      contestants.push(...both.map((one) => ({ ...one, name: `${one.name}, ${recordCount(count)}` })));
    }
    // Each tool beside itself.
    return contestants.sort((a, b) => order(a) - order(b));
  },
};

/** In the order of the table. */
export const changeContests: readonly Contest[] = [delta, build];

function sizesOf({ quick }: Bench): readonly [small: number, large: number] {
  return quick ? [200, 2_000] : [10_000, 100_000];
}

function recordSet(bench: Bench, count: number, day: number): Parameters<typeof recordsInput>[0] {
  return { count, day, aDay: CHANGED, among: sizesOf(bench)[0] };
}

function nameOf(count: number, day: number): string {
  return `${count}-day-${day}`;
}

async function canonicalFile(bench: Bench, count: number, day: number): Promise<string> {
  const records = recordSet(bench, count, day);
  const tree = await recordsTree(bench, nameOf(count, day), records);
  const stamp = `${RECORDS_GENERATOR}, ${JSON.stringify(records)}; ${bench.program}`;
  const folder = await bench.workshop.made(`canonical-${nameOf(count, day)}`, stamp, (made) =>
    writeFileSync(join(made, 'amd64'), canonicalBytes(join(tree, 'out'), 'amd64')),
  );
  return join(folder, 'amd64');
}

function order({ name }: Contestant): number {
  return name.startsWith('repomill') ? 0 : 1;
}
