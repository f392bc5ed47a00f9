import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { repomill } from '../../launcher.ts';
import { digestsOf } from '../../workspace.ts';
import { findApts, requireApt } from './apts.ts';
import { listConfig, listsOfDay, type Published, publish, publishDays, writeLists } from './publishers.ts';
import { kindsOf } from './requests.ts';
import { type KeyPair, openStage } from './stage.ts';
import { stanzasOf } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];
const shown = (day: number): ReturnType<typeof stanzasOf> => stanzasOf(listsOfDay(day)['main/amd64'] ?? []);

describe.skipIf(!hasApt)('an archive that is published where nothing is known of it but its address', () => {
  const stage = openStage();
  let key: KeyPair;
  /** After each day; each in a directory of its own. */
  const trees: string[] = [];
  beforeAll(async () => {
    key = await stage.newKey('archive');
    const host = await stage.serve();
    for (const day of [0, 1, 2, 3]) {
      const [input, tree] = [writeLists(stage.newDirectory(), listsOfDay(day)), stage.newDirectory()];
      const options = { config: listConfig(), sign: [key.secretFile], day, withoutCache: true };
      await publish(stage, input, tree, day === 0 ? options : { ...options, previous: host.url });
      host.serve(tree);
      trees.push(tree);
    }
  });

  describe.each(apts)('$title', (apt) => {
    it.each([0, 1, 2])('follows it by a patch from day %i', async (day) => {
      const host = await stage.serve(trees[day] ?? '');
      const client = stage.newClient(apt, { sources: [{ url: host.url, key: readFileSync(key.publicFile) }] });
      await client.mustUpdate();
      host.serve(trees[3] ?? '');
      host.takeRequests();
      await client.mustUpdate();
      expect(kindsOf(host.takeRequests())).toEqual(['InRelease', 'patch index by hash', 'patch']);
      expect(await client.available()).toEqual(shown(3));
    });

    it.each([0, 1, 2])('sees day %i where a cache has its InRelease, from the files of the last day', async (day) => {
      const host = await stage.serve(trees[3] ?? '');
      const file = join(trees[day] ?? '', 'dists/stable/InRelease');
      const stale = { status: 200, body: readFileSync(file), modified: statSync(file).mtimeMs };
      host.vary((path) => (path.endsWith('/InRelease') ? stale : undefined));
      const client = stage.newClient(apt, { sources: [{ url: host.url, key: readFileSync(key.publicFile) }] });
      await client.mustUpdate();
      expect(await client.available()).toEqual(shown(day));
    });
  });

  it('is found to be right by `repomill verify`', async () => {
    for (const tree of trees) {
      const run = await repomill(['verify', tree, '--gpg-import', key.publicFile, '--full']);
      expect([run.exitCode, run.stdout + run.stderr]).toEqual([0, expect.stringContaining('ok')]);
    }
  });
});

describe.skipIf(!hasApt)('an archive', () => {
  const stage = openStage();

  it('is the same to the byte where the same is published at the same times, with a cache or without', async () => {
    const { secretFile } = await stage.newKey('archive');
    const options = { config: listConfig(), sign: [secretFile] };
    const [first, second] = [
      await publishDays(stage, [0, 1, 2], options),
      await publishDays(stage, [0, 1, 2], { ...options, withoutCache: true }),
    ];
    for (const day of [0, 1, 2]) expect(digestsOf(second.tree(day))).toEqual(digestsOf(first.tree(day)));
  });

  describe('in the same directory as a tree of the native layout', () => {
    let days: Published;
    let tree = '';
    beforeAll(async () => {
      days = await publishDays(stage, [0], { config: listConfig() });
      tree = days.tree(0);
      const input = stage.newDirectory();
      const config = { name: 'example', inputs: [{ files: '<component>/<arch>/Packages' }] };
      for (const day of [0, 1]) {
        writeLists(input, listsOfDay(day));
        const file = join(input, 'repomill.yaml');
        writeFileSync(file, JSON.stringify(config));
        const run = await repomill(['build', input, '--layout', 'native', '--out', tree]);
        expect([run.exitCode, run.stderr]).toEqual([0, expect.any(String)]);
      }
      await publish(stage, writeLists(stage.newDirectory(), listsOfDay(1)), tree, { config: listConfig(), day: 1 });
    });

    it.each(apts)('is read by $title', async (apt) => {
      const host = await stage.serve(tree);
      const client = stage.newClient(apt, { sources: [{ url: host.url, options: ['trusted=yes'] }] });
      await client.mustUpdate();
      expect(await client.available()).toEqual(shown(1));
    });

    it('leaves that one as it is', async () => {
      const copy = stage.newDirectory();
      expect(await repomill(['pull', tree, '--cache', copy, '--arch', 'amd64'])).toMatchObject({ exitCode: 0 });
      expect(await repomill(['verify', tree])).toMatchObject({ exitCode: 0 });
    });
  });
});
