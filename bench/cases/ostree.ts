/**
 * Twenty thousand refs like Flathub's: ours reads them as JSON Lines, flatpak reads the commits of an OSTree repository.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant } from '../contest.ts';
import { FLATHUB_GENERATOR, flathubRefs, recordOf } from '../generate/flathub.ts';
import { OSTREE_GENERATOR, writeOstreeRepository } from '../generate/ostree.ts';
import { type Fill, startEmpty, startWarm, workplaceOf } from '../workplace.ts';
import { bytesIn, writePieces } from '../workshop.ts';

/** Apps that make about 20,000 refs. */
const APPS = 2_430;

/** In the order of the table. */
export const ostreeContests: readonly Contest[] = [
  {
    name: 'flathub-cold',
    title: 'First build of 20,000 refs; flatpak build-update-repo reads them from OSTree commits',
    bytes: 'output',
    enter: async (bench) => [ours(bench, false, false), ours(bench, false, true), await flatpak(bench, false)],
  },
  {
    name: 'flathub-unchanged',
    title: 'Build of 20,000 refs without change',
    enter: async (bench) => [ours(bench, true, false), ours(bench, true, true), await flatpak(bench, true)],
  },
];

/**
 * Refs as an input. `withDeltas`: each record lists its package deltas. `apart`: metadata in `details/`, a file for each app,
 * instead of in the summaries, where flatpak has it.
 */
export function flathubInput(apps: number, day: number, withDeltas: boolean, apart = true): Fill {
  return (folder) => {
    const details = apart ? 'details: [metadata]\n' : '';
    writeFileSync(join(folder, 'repomill.yaml'), `name: flathub-like\n${details}subsets: { floss: , verified: }\n`);
    writePieces(join(folder, 'refs.jsonl'), lines(apps, day, withDeltas));
  };
}

function* lines(apps: number, day: number, withDeltas: boolean): Generator<string> {
  for (const ref of flathubRefs({ apps, day })) yield `${JSON.stringify(recordOf(ref, withDeltas))}\n`;
}

function ours(bench: Bench, updated: boolean, apart: boolean): Contestant {
  const place = workplaceOf(bench, apart ? 'flathub-details' : 'flathub');
  const input = flathubInput(appsOf(bench), 0, false, apart);
  return {
    name: apart ? 'repomill, metadata in details/' : 'repomill',
    ...(updated ? startWarm(bench, place, input) : startEmpty(bench, place, input)),
    steps: [place.build],
    bytes: () => bytesIn(place.out),
  };
}

async function flatpak(bench: Bench, updated: boolean): Promise<Contestant> {
  const apps = appsOf(bench);
  const repository = bench.workshop.scratch('ostree');
  const update = { program: 'flatpak', words: ['build-update-repo', '--no-update-appstream', repository] };
  return {
    name: 'flatpak build-update-repo',
    needs: ['flatpak'],
    prepare: async () => {
      const stamp = `${FLATHUB_GENERATOR}, ${OSTREE_GENERATOR}, ${apps} apps`;
      const made = await bench.workshop.made(`ostree-${apps}`, stamp, (folder) =>
        writeOstreeRepository(folder, flathubRefs({ apps, day: 0 })),
      );
      bench.workshop.renew(repository, made);
      if (updated) bench.run(update);
    },
    reset: () => {
      if (!updated)
        for (const name of ['summary', 'summary.idx', 'summaries']) bench.workshop.remove(join(repository, name));
    },
    steps: [update],
    bytes: () =>
      ['summary', 'summary.idx', 'summaries'].reduce((sum, name) => sum + bytesIn(join(repository, name)), 0),
  };
}

function appsOf({ quick }: Bench): number {
  return quick ? 30 : APPS;
}
