/**
 * What in a new publication stops machines that have the one before: apt refuses a suite that says something else about itself
 * until a person agrees (apt-secure(8), tried with apt 2.6), and has nothing to read where a suite or an architecture is gone.
 */
import { quote } from '../../../text/printable.ts';
import { suiteDirectory } from '../format/paths.ts';
import type { PlannedRelease } from './plan-release.ts';
import type { PublishedSuite } from './published.ts';

type Facts = PlannedRelease['release'];

/**
 * Says what breaks, a sentence for each suite and reason.
 *
 * @param published - by name
 * @param planned - the Release files to come, by name
 */
export function findBreaks(
  published: ReadonlyMap<string, Pick<PublishedSuite, 'release'>>,
  planned: ReadonlyMap<string, Facts>,
): readonly string[] {
  return [...published].flatMap(([name, { release: before }]) => {
    const directory = suiteDirectory(name);
    const after = planned.get(name);
    if (after === undefined) return [`${directory}: the suite goes; machines that have it get errors from now on`];
    const changed = facts.flatMap(([field, valueIn]) => {
      const [old, now] = [valueIn(before), valueIn(after)];
      return old === now ? [] : [`${field} from ${quote(old)} to ${quote(now)}`];
    });
    const gone = before.architectures.filter((arch) => !after.architectures.includes(arch));
    return [
      ...(changed.length === 0
        ? []
        : [
            `${directory}: changes ${changed.join(', ')}; machines that have the suite refuse it until apt-get update --allow-releaseinfo-change`,
          ]),
      ...(gone.length === 0 ? [] : [`${directory}: no list for ${gone.join(', ')} any more; ${ARCHES_HINT}`]),
    ];
  });
}

const ARCHES_HINT = 'to keep lists for machines of every kind, name their architectures in `arches`';

/** What apt compares with what it has. */
const facts: readonly (readonly [field: string, valueIn: (release: Facts) => string])[] = [
  ['Origin', ({ origin = '' }) => origin],
  ['Label', ({ label = '' }) => label],
  ['Codename', ({ codename = '' }) => codename],
  [
    'the priority',
    ({ notAutomatic, butAutomaticUpgrades }) => (notAutomatic ? (butAutomaticUpgrades ? '100' : '1') : '500'),
  ],
];
