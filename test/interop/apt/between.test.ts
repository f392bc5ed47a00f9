import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { headerRules } from '../../../src/layouts/layouts.ts';
import { ruleFor, uploadStages } from '../../../src/publish/header-rules.ts';
import { listPaths } from '../../workspace.ts';
import { type Apt, findApts, requireApt } from './apts.ts';
import type { Answer, ArchiveHost, HostedFile, Variant } from './archive-host.ts';
import type { AptClient } from './client.ts';
import { listConfig, type Published, publishDays } from './publishers.ts';
import { kindsOf } from './requests.ts';
import { type KeyPair, openStage } from './stage.ts';
import { type Stanzas, stanzasOf } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];

/** What changes under the same name; everything else is named by its digest. */
const MUTABLE = /\/(?:InRelease|Release|Release\.gpg|(?:Index|Packages|Sources|Contents-[^/]+)(?:\.xz|\.gz)?)$/;
const BY_HASH = /\/by-hash\//;

/** What can be wrong with a patch. */
const PATCH_FAULTS: readonly (readonly [title: string, answer: (file: Buffer) => Answer])[] = [
  ['not there', () => ({ status: 404 })],
  ['forbidden', () => ({ status: 403 })],
  ['an error of the host', () => ({ status: 500 })],
  ['cut', (file) => ({ status: 200, body: file.subarray(0, file.length / 2) })],
  ['empty', () => ({ status: 200, body: Buffer.alloc(0) })],
  ['no gzip', (file) => ({ status: 200, body: Buffer.from(file).fill(0x55) })],
  ['a different patch', () => ({ status: 200, body: gzipSync('1d\n') })],
  [
    'wrong in one line',
    (file) => ({ status: 200, body: gzipSync(gunzipSync(file).toString().replace('Version: ', 'Version: 9')) }),
  ],
];

describe.skipIf(!hasApt)('between two publications of repomill', () => {
  const stage = openStage();
  let key: KeyPair;
  let days: Published;
  /** Three publications within the time for which files are kept, and one long after it. */
  beforeAll(async () => {
    key = await stage.newKey('archive');
    days = await publishDays(stage, [0, 1, 2, 40], { config: listConfig({ keep: '7 days' }), sign: [key.secretFile] });
  });
  const stateOf = (day: number): Stanzas => stanzasOf(days.lists(day)['main/amd64'] ?? []);
  const newClient = (apt: Apt, host: ArchiveHost): AptClient =>
    stage.newClient(apt, { sources: [{ url: host.url, key: readFileSync(key.publicFile) }] });
  /** A client that has the state of a day, and its host. */
  const startAt = async (apt: Apt, day: number): Promise<{ host: ArchiveHost; client: AptClient }> => {
    const host = await stage.serve(days.tree(day));
    const client = newClient(apt, host);
    await client.mustUpdate();
    host.takeRequests();
    return { host, client };
  };

  describe.each(apts)('$title', (apt) => {
    it.each([false, true])(
      'sees the old state until the entry point is uploaded, and then the new one (each stage backwards: %s)',
      async (backwards) => {
        const { directories, steps } = beginUpload(backwards);
        const host = await stage.serve(...directories);
        const seen: string[] = [];
        for (const step of [() => undefined, ...steps]) {
          step();
          const client = newClient(apt, host);
          await client.mustUpdate();
          seen.push(nameOf(await client.available()));
        }
        expect(steps.length).toBeGreaterThan(5);
        const firstNew = seen.indexOf('new');
        expect(firstNew).toBeGreaterThanOrEqual(seen.length - 3);
        expect(seen).toEqual(seen.map((_, place) => (place < firstNew ? 'old' : 'new')));
      },
      60_000,
    );

    it('with the old state sees that until the entry point is uploaded, and then the new one', async () => {
      const { client, host } = await startAt(apt, 0);
      const { directories, steps } = beginUpload(false);
      host.serve(...directories);
      const seen: string[] = [];
      for (const step of steps) {
        step();
        await client.mustUpdate();
        seen.push(nameOf(await client.available()));
      }
      expect(seen.at(-1)).toBe('new');
      expect(seen).not.toContain('neither');
    }, 60_000);

    it.each([0, 1])(
      'sees the state of day %i in its InRelease that a cache kept, beside files of day 2',
      async (day) => {
        const host = await stage.serve(days.tree(2));
        host.vary(entryPointsOf(days.tree(day)));
        const client = newClient(apt, host);
        await client.mustUpdate();
        expect(await client.available()).toEqual(stateOf(day));
      },
    );

    it('takes yesterday’s patch with yesterday’s InRelease, from today’s files', async () => {
      const { host, client } = await startAt(apt, 0);
      host.serve(days.tree(2));
      host.vary(entryPointsOf(days.tree(1)));
      await client.mustUpdate();
      expect(kindsOf(host.takeRequests())).toEqual(['InRelease', 'patch index by hash', 'patch']);
      expect(await client.available()).toEqual(stateOf(1));
    });

    it('keeps its newer state where a cache still has yesterday’s InRelease', async () => {
      const { host, client } = await startAt(apt, 2);
      host.vary(entryPointsOf(days.tree(1)));
      const run = await client.update();
      expect(run.exitCode).toBe(0);
      expect(await client.available()).toEqual(stateOf(2));
    });

    it('sees the new state in today’s InRelease, with everything else that has a name as it was yesterday', async () => {
      const host = await stage.serve(days.tree(2));
      host.vary((path) => {
        const stale = MUTABLE.test(path) && !/Release/.test(path);
        return stale ? fileAnswer(join(days.tree(1), path)) : undefined;
      });
      const client = newClient(apt, host);
      await client.mustUpdate();
      expect(await client.available()).toEqual(stateOf(2));
    });

    it('sees the new state on a host that lost all files that are named by their digest', async () => {
      const host = await stage.serve(days.tree(2));
      host.vary((path) => (BY_HASH.test(path) ? { status: 404 } : undefined));
      const client = newClient(apt, host);
      await client.mustUpdate();
      expect(kindsOf(host.takeRequests())).toEqual(['InRelease', '404 Packages by hash', 'Packages.xz']);
      expect(await client.available()).toEqual(stateOf(2));
    });

    it('sees the new state on a host that lost all files but those', async () => {
      const host = await stage.serve(days.tree(2));
      host.vary((path) => (MUTABLE.test(path) && !/Release/.test(path) ? { status: 404 } : undefined));
      const client = newClient(apt, host);
      await client.mustUpdate();
      expect(await client.available()).toEqual(stateOf(2));
    });

    it('fails and keeps its state where those are lost and the others are stale, and recovers with the host', async () => {
      const { host, client } = await startAt(apt, 0);
      host.serve(days.tree(2));
      host.vary((path) => {
        if (BY_HASH.test(path) || /\.diff\//.test(path)) return { status: 404 };
        return MUTABLE.test(path) && !/Release/.test(path) ? fileAnswer(join(days.tree(1), path)) : undefined;
      });
      const run = await client.update();
      expect(run).toMatchObject({ exitCode: 100, stderr: expect.stringMatching(/unexpected size|Hash Sum mismatch/) });
      expect(await client.available()).toEqual(stateOf(0));
      host.vary();
      await client.mustUpdate();
      expect(await client.available()).toEqual(stateOf(2));
    });

    it.each(PATCH_FAULTS)('takes the whole list instead of a patch that is %s', async (_, answer) => {
      const { host, client } = await startAt(apt, 0);
      host.serve(days.tree(1));
      host.vary((path, file) => (isPatch(path) && file !== undefined ? answer(file.body) : undefined));
      const run = await client.update();
      expect([run.exitCode, run.stderr]).toEqual([0, expect.not.stringMatching(/^[WE]:/m)]);
      expect(kindsOf(host.takeRequests()).at(-1)).toBe('Packages by hash');
      expect(await client.available()).toEqual(stateOf(1));
    });

    it.each(PATCH_FAULTS.slice(0, 6))('takes the whole list if the index of patches is %s', async (_, answer) => {
      const { host, client } = await startAt(apt, 0);
      host.serve(days.tree(1));
      host.vary((path, file) => (/Packages\.diff\//.test(path) && file !== undefined ? answer(file.body) : undefined));
      const run = await client.update();
      expect(run.exitCode).toBe(0);
      expect(kindsOf(host.takeRequests()).at(-1)).toBe('Packages by hash');
      expect(await client.available()).toEqual(stateOf(1));
    });

    it.each<[string, (file: HostedFile) => Answer]>([
      ['cut', ({ body, modified }) => ({ status: 200, body: body.subarray(0, body.length / 2), modified })],
      ['an error of the host', () => ({ status: 500 })],
      ['not there', () => ({ status: 404 })],
    ])('keeps its state where InRelease is %s, and recovers with the host', async (_, answer) => {
      const { host, client } = await startAt(apt, 0);
      host.serve(days.tree(1));
      host.vary((path, file) => (/Release/.test(path) && file !== undefined ? answer(file) : undefined));
      const run = await client.update();
      expect(run.stderr).toMatch(/^[WE]:/m);
      expect(await client.available()).toEqual(stateOf(0));
      host.vary();
      await client.mustUpdate();
      expect(await client.available()).toEqual(stateOf(1));
    });

    it('finds nothing for an InRelease that is older than everything that is kept, and keeps its state', async () => {
      const { host, client } = await startAt(apt, 0);
      host.serve(days.tree(40));
      host.vary(entryPointsOf(days.tree(1)));
      const run = await client.update();
      expect(run.exitCode).toBe(100);
      expect(await client.available()).toEqual(stateOf(0));
      host.vary();
      await client.mustUpdate();
      expect(await client.available()).toEqual(stateOf(40));
    });
  });

  it('every file of a day is there, byte for byte, until it was replaced for longer than it is kept', () => {
    const immutable = (day: number): readonly string[] =>
      listPaths(days.tree(day)).filter((path) => path.startsWith('dists/') && (BY_HASH.test(path) || isPatch(path)));
    expect(immutable(0).length).toBeGreaterThan(5);
    const missing = immutable(0).filter((path) => !listPaths(days.tree(2)).includes(path));
    expect(missing).toEqual([]);
    const expired = immutable(0).filter(
      (path) => !immutable(1).includes(path) || listPaths(days.tree(40)).includes(path),
    );
    expect(expired).not.toEqual(immutable(0));
  });

  function nameOf(stanzas: Stanzas): string {
    if (isDeepStrictEqual(stanzas, stateOf(0))) return 'old';
    return isDeepStrictEqual(stanzas, stateOf(1)) ? 'new' : 'neither';
  }

  /** Uploads day 1 to where day 0 is, one file at a time, in the order of the stages. */
  function beginUpload(backwards: boolean): { directories: readonly string[]; steps: readonly (() => void)[] } {
    const [older, newer, uploaded] = [days.tree(0), days.tree(1), stage.newDirectory()];
    const stageOf = (path: string): number => uploadStages.indexOf(ruleFor(path, headerRules)?.stage ?? 'packages');
    const order = listPaths(newer)
      .filter((path) => !isSameFile(join(older, path), join(newer, path)))
      // Files of other lists change nothing for this client.
      .filter((path) => !/contrib|non-free|arm64/.test(path))
      .toSorted((a, b) => stageOf(a) - stageOf(b) || (backwards ? 1 : -1) * (a < b ? 1 : -1));
    const steps = order.map((path) => () => {
      mkdirSync(dirname(join(uploaded, path)), { recursive: true });
      cpSync(join(newer, path), join(uploaded, path), { preserveTimestamps: true });
    });
    return { directories: [uploaded, older], steps };
  }
});

function isSameFile(one: string, other: string): boolean {
  const found = statSync(one, { throwIfNoEntry: false });
  return found !== undefined && readFileSync(one).equals(readFileSync(other));
}

function isPatch(path: string): boolean {
  return /Packages\.diff\/[0-9a-f]{16}\.gz$/.test(path);
}

/** The entry points of a different tree. */
function entryPointsOf(tree: string): Variant {
  return (path) => (/\/(?:InRelease|Release|Release\.gpg)$/.test(path) ? fileAnswer(join(tree, path)) : undefined);
}

function fileAnswer(file: string): Answer {
  return { status: 200, body: readFileSync(file), modified: statSync(file).mtimeMs };
}
