/**
 * First builds of generated records, from ten thousand to a million.
 */
import type { Contest } from '../contest.ts';
import { startEmpty, workplaceOf } from '../workplace.ts';
import { bytesIn } from '../workshop.ts';
import { recordCount, recordsInput } from './record-trees.ts';

/** In the order of the table. */
export const recordContests: readonly Contest[] = [
  contest('records-10k', 10_000, 5),
  contest('records-1m', 1_000_000, 1),
];

function contest(name: string, count: number, runs: number): Contest {
  return {
    name,
    title: `First build of ${recordCount(count)} from JSON Lines`,
    bytes: 'tree',
    runs,
    enter: async (bench) => {
      const place = workplaceOf(bench, name);
      const input = recordsInput({ count: bench.quick ? count / 50 : count, day: 0, aDay: 0 });
      return [
        {
          name: 'repomill',
          ...startEmpty(bench, place, input),
          steps: [place.build],
          bytes: () => bytesIn(place.out),
        },
      ];
    },
  };
}
