/**
 * What becomes of Flathub's summary: the figures of the mail that asked for all of this (flatpak list, August 2020), beside ours on a
 * generated repository of the same proportions.
 */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Weighing } from '../contest.ts';
import {
  deltasOf,
  FLATHUB_2020,
  FLATHUB_GENERATOR,
  flathubRefs,
  nameOf,
  type Ref,
  recordOf,
} from '../generate/flathub.ts';
import { summaryOf } from '../published-tree.ts';
import { builtFrom, type Fill } from '../workplace.ts';
import { bytesIn, writePieces } from '../workshop.ts';

const TWELVE_WEEKS = 84;

/** The one weighing. */
export const flathubSizes: Weighing = {
  name: 'flathub-sizes',
  title: 'Sizes of a repository with the proportions of Flathub in 2020, beside the mail that asked for deltas',
  source: 'mail of 2020',
  weigh: async (bench) => {
    const apps = bench.quick ? 30 : FLATHUB_2020.apps;
    const refs = [...flathubRefs({ ...FLATHUB_2020, apps, day: 0 })];
    const whole = await treeOf(bench, apps, [0], true);
    const plain = await treeOf(bench, apps, [0], false);
    const summary = summaryOf(whole, 'x86_64');
    const metadata = new Set(refs.map((ref) => ref.metadata));
    return [
      { what: 'input: refs and commits', bytes: sum(refs, refBytes), published: 1_400_000 },
      { what: 'input: package deltas', bytes: sum(refs, deltaBytes), published: 1_100_000 },
      { what: 'input: app metadata', bytes: sum(refs, metadataBytes), published: 3_600_000 },
      { what: 'input: sparse metadata', bytes: sum(refs, sparseBytes), published: 160_000 },
      { what: 'summary of x86_64, uncompressed', bytes: summary.size, published: 1_800_000 },
      { what: 'summary of x86_64, as served', bytes: summary.storedSize },
      { what: 'app metadata, texts that differ', bytes: sum([...metadata], (text) => text.length) },
      { what: 'app metadata, all texts', bytes: sum(refs, (ref) => ref.metadata.length), published: 2_800_000 },
      { what: 'app metadata, with the dictionary', bytes: bytesIn(join(plain, 'details')), published: 800_000 },
      { what: 'a day later, x86_64', bytes: await updateAfter(bench, apps, 1), published: 45_000 },
      { what: '12 weeks later, x86_64', bytes: await updateAfter(bench, apps, TWELVE_WEEKS), published: 643_000 },
      { what: 'index.json', bytes: statSync(join(whole, 'index.json')).size },
    ];
  },
};

async function treeOf(bench: Bench, apps: number, days: readonly number[], withDeltas: boolean): Promise<string> {
  const built = await builtFrom(bench, {
    name: `flathub-sizes-${apps}-${days.join('-')}${withDeltas ? '' : '-plain'}`,
    stamp: `${FLATHUB_GENERATOR}, ${apps} apps`,
    inputs: days.map((day) => flathubInput(apps, day, withDeltas)),
  });
  return join(built, 'out');
}

/** Refs as JSON Lines, with their metadata for `details/`. `withDeltas`: each lists its package deltas. */
function flathubInput(apps: number, day: number, withDeltas: boolean): Fill {
  return (folder) => {
    const config = 'name: flathub-like\ndetails: [metadata]\nsubsets: { floss: , verified: , verified_floss: }\n';
    writeFileSync(join(folder, 'repomill.yaml'), config);
    writePieces(join(folder, 'refs.jsonl'), lines(apps, day, withDeltas));
  };
}

function* lines(apps: number, day: number, withDeltas: boolean): Generator<string> {
  for (const ref of flathubRefs({ ...FLATHUB_2020, apps, day })) yield `${JSON.stringify(recordOf(ref, withDeltas))}\n`;
}

/** What a client fetches this many days later: a delta, or the summary where a delta is not worth it. */
async function updateAfter(bench: Bench, apps: number, days: number): Promise<number> {
  const { history, storedSize } = summaryOf(await treeOf(bench, apps, [0, days], true), 'x86_64');
  return history[0]?.deltaSize ?? storedSize;
}

// As flatpak's summary has them: GVariant of a name, 32 bytes a digest, 8 a number, and offsets and keys around them.

function refBytes(ref: Ref): number {
  const name = nameOf(ref).length + 1;
  const commit = 32 + 8;
  const timestamp = 'ostree.commit.timestamp'.length + 1 + 8 + 12;
  return name + commit + timestamp + 8;
}

function deltaBytes(ref: Ref): number {
  const base64 = 43;
  // From the commit before, and from nothing.
  return deltasOf(ref, '').length === 0 ? 0 : 2 * base64 + 2 + 40 + (base64 + 1 + 40);
}

function metadataBytes(ref: Ref): number {
  return nameOf(ref).length + 1 + 2 * 8 + ref.metadata.length + 1 + 8;
}

function sparseBytes(ref: Ref): number {
  const endOfLife = ref.endOfLife === undefined ? 0 : 'eol'.length + ref.endOfLife.length + 8;
  const extraData = ref.extraDataSize === undefined ? 0 : 'eds'.length + 24;
  const both = endOfLife + extraData;
  return both === 0 ? 0 : nameOf(ref).length + 8 + both;
}

function sum<T>(items: readonly T[], sizeOf: (item: T) => number): number {
  return items.reduce((total, item) => total + sizeOf(item), 0);
}
