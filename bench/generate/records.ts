/**
 * Records of a repository of any size, as JSON Lines: what a plugin registry or an app store would publish. The first records of
 * a large repository are those of a small one. The same on every machine.
 */
import { changesUntil } from './changes.ts';
import { digestOf, Random } from './random.ts';
import { newWord, phrase, word } from './text.ts';

/** Changes with the texts below. */
export const RECORDS_GENERATOR = 'records 1';

/** How many records, and what has changed in them. */
export interface RecordSet {
  readonly count: number;
  /** 0 is the first day. */
  readonly day: number;
  /** Records that change in a day. */
  readonly aDay: number;
  /** Changes fall on the first records alone, so that repositories of different sizes change in the same way. */
  readonly among?: number;
}

const LICENCES = ['MIT', 'Apache-2.0', 'GPL-3.0-or-later', 'BSD-3-Clause', 'MPL-2.0', 'LGPL-2.1-or-later'];

/** One line of JSON for each record. */
export function* recordLines({ count, day, aDay, among = count }: RecordSet): Generator<string> {
  const changes = changesUntil('records', Math.min(among, count), aDay, day);
  for (let place = 0; place < count; place++) yield `${JSON.stringify(recordAt(place, changes.get(place) ?? 0))}\n`;
}

function recordAt(place: number, change: number): Readonly<Record<string, unknown>> {
  const random = new Random(`record ${place}`);
  const name = nameAt(place);
  const version = `${random.skewed(9)}.${random.skewed(40)}.${random.skewed(30) + change}`;
  const build = `${name} ${version}`;
  return {
    name,
    version,
    arch: random.chance(0.4) ? 'all' : 'amd64',
    size: new Random(build).between(2_000, 30_000) * (1 + random.skewed(600)),
    sha256: digestOf(build),
    path: `packages/${name}-${version}.tar.zst`,
    summary: phrase(random, random.between(4, 10)),
    licence: random.pick(LICENCES),
    homepage: `https://${newWord(random)}.example.org/${name}`,
    dependencies: Array.from(
      { length: random.skewed(12) },
      () => `${nameAt(random.skewed(5_000))} >= ${random.skewed(9)}`,
    ),
    tags: [...new Set(Array.from({ length: random.skewed(6) }, () => word(random)))],
  };
}

function nameAt(place: number): string {
  const random = new Random(`record name ${place}`);
  return `${random.chance(0.35) ? `${word(random)}-` : ''}${newWord(random)}-${place.toString(36)}`.replaceAll("'", '');
}
