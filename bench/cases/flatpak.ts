/**
 * An OSTree repository like Flathub's is made ready for clients: flatpak and ours each have a copy of it, and write the same kinds of
 * files into it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OLD_SUMMARY_PATH, SUMMARIES_PATH, SUMMARY_INDEX_PATH } from '../../src/layouts/flatpak/format/paths.ts';
import { CONFIG_PATH, DELTA_INDEXES_PATH } from '../../src/ostree/paths.ts';
import type { Bench } from '../bench.ts';
import type { Contest, Contestant, Step } from '../contest.ts';
import {
  FLATHUB_GENERATOR,
  FLATHUB_TODAY,
  type FlathubSettings,
  flathubRefs,
  type Ref,
  withNewCommits,
} from '../generate/flathub.ts';
import { commitRefs, OSTREE_GENERATOR, writeOstreeRepository } from '../generate/ostree.ts';
import { newBytes } from '../workshop.ts';

/** Refs of x86_64 that have a new commit after a change. */
const CHANGED = 10;

/** Older versions of a summary that both keep deltas from. */
const HISTORY = 16;

/** About 2,000 refs, and about 20,000. */
const SMALL: FlathubSettings = { ...FLATHUB_TODAY, apps: 235, day: 0 };
const LARGE: FlathubSettings = { ...FLATHUB_TODAY, apps: 2_449, day: 0 };

/** What a run finds: how often the repository was updated before, each time after a change, and whether it has changed since. */
interface Situation {
  readonly updates: number;
  readonly changes: boolean;
}

/** Who updates a repository. */
interface Updater {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly update: (place: Place) => Step;
}

/** The folders of one of them. */
interface Place {
  readonly repository: string;
  readonly cache: string;
  /** What updates wrote, and the cache, as every run finds them. */
  readonly before: string;
}

/** What updates write. Refs and objects are only read, so no run has to find them anew. */
const UPDATED = [CONFIG_PATH, OLD_SUMMARY_PATH, SUMMARY_INDEX_PATH, SUMMARIES_PATH, DELTA_INDEXES_PATH];

/** In the order of the table. */
export const flatpakContests: readonly Contest[] = [
  contest('flatpak-2000-first', 'First update of a repository of 2,000 refs', SMALL, { updates: 0, changes: false }),
  contest(
    'flatpak-2000-change',
    `Update of a repository of 2,000 refs after ${CHANGED} changed refs, with ${HISTORY} older versions of each summary`,
    SMALL,
    { updates: HISTORY + 1, changes: true },
  ),
  contest('flatpak-20000-first', 'First update of a repository of 20,000 refs', LARGE, { updates: 0, changes: false }),
  contest('flatpak-20000-same', 'Update of a repository of 20,000 refs without change', LARGE, {
    updates: 1,
    changes: false,
  }),
  contest('flatpak-20000-change', `Update of a repository of 20,000 refs after ${CHANGED} changed refs`, LARGE, {
    updates: 1,
    changes: true,
  }),
];

function contest(name: string, title: string, settings: FlathubSettings, situation: Situation): Contest {
  return {
    name,
    title,
    bytes: 'written',
    enter: async (bench) => {
      const chosen = bench.quick ? { ...settings, apps: Math.round(settings.apps / 50) } : settings;
      return updatersOf(bench).map((updater) => contestant(bench, updater, chosen, situation));
    },
  };
}

function updatersOf({ repomill }: Bench): readonly Updater[] {
  return [
    {
      name: 'repomill',
      update: ({ repository, cache }) =>
        repomill(['build', repository, '--layout', 'flatpak', '--out', repository, '--cache', cache], cache),
    },
    {
      name: 'flatpak build-update-repo',
      needs: ['flatpak'],
      update: ({ repository }) => ({
        program: 'flatpak',
        words: ['build-update-repo', '--no-update-appstream', repository],
      }),
    },
  ];
}

function contestant(bench: Bench, updater: Updater, settings: FlathubSettings, situation: Situation): Contestant {
  const { workshop } = bench;
  const place = placeOf(bench, updater);
  const { repository, cache, before } = place;
  const update = updater.update(place);
  return {
    name: updater.name,
    ...(updater.needs === undefined ? {} : { needs: updater.needs }),
    prepare: async () => {
      workshop.renew(repository, await madeRepository(bench, settings));
      workshop.renew(cache);
      const refs = [...flathubRefs(settings)];
      for (let day = 0; day < situation.updates; day++) {
        if (day > 0) change(repository, refs, day);
        bench.run(update);
      }
      workshop.renew(before);
      for (const name of UPDATED) copyIfThere(bench, join(repository, name), join(before, name));
      workshop.copy(cache, join(before, 'cache'));
      if (situation.changes) change(repository, refs, situation.updates);
    },
    reset: () => {
      for (const name of UPDATED) {
        workshop.remove(join(repository, name));
        copyIfThere(bench, join(before, name), join(repository, name));
      }
      workshop.renew(cache, join(before, 'cache'));
      // Nothing that waits for the disk should wait for what was copied here.
      bench.run({ program: 'sync', words: [] });
    },
    steps: [update],
    bytes: () =>
      UPDATED.map((name) => newBytes(join(repository, name), join(before, name))).reduce((sum, bytes) => sum + bytes),
  };
}

function placeOf({ workshop }: Bench, { name }: Updater): Place {
  const folder = (one: string): string => workshop.scratch(join('repositories', name.replaceAll(/\W+/g, '-'), one));
  return { repository: folder('repository'), cache: folder('cache'), before: folder('before') };
}

function madeRepository({ workshop }: Bench, settings: FlathubSettings): Promise<string> {
  const stamp = `${FLATHUB_GENERATOR}, ${OSTREE_GENERATOR}, ${JSON.stringify(settings)}`;
  return workshop.made(`ostree-${settings.apps}`, stamp, (folder) =>
    writeOstreeRepository(folder, flathubRefs(settings)),
  );
}

function change(repository: string, refs: readonly Ref[], day: number): void {
  commitRefs(repository, withNewCommits(refs, { arch: 'x86_64', count: CHANGED, day }));
}

function copyIfThere({ workshop }: Bench, from: string, to: string): void {
  if (existsSync(from)) workshop.copy(from, to);
}
