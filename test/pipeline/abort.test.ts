import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import type { Progress, Stage } from '../../src/model/progress.ts';
import type { Source } from '../../src/model/source.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { verify } from '../../src/verify.ts';
import { allFindings } from '../audited.ts';
import { EPOCH, OstreeRepository } from '../ostree-repository.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { digestsOf, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const reason = new Error('changed my mind');

function inputOf(release: number): string {
  const records = sampleRelease(60, release).map((record) => ({ ...record, details: { release, of: record.name } }));
  return writeFiles(join(workspace, `release-${release}`), { 'all.jsonl': asLines(records) });
}
const [first, second] = [inputOf(0), inputOf(50)];

/** The tree after both releases. */
const expected = (async () => {
  const out = join(workspace, 'expected');
  for (const input of [first, second]) await build({ input, out });
  return digestsOf(out);
})();

/** A signal that is aborted when a stage begins, and the progress that does it. */
function abortedAt(stage: Stage): { readonly signal: AbortSignal; readonly progress: Progress } {
  const controller = new AbortController();
  const start = (begun: Stage): void => {
    if (begun === stage) controller.abort(reason);
  };
  return { signal: controller.signal, progress: { start } };
}

const INTERRUPTED = { name: 'RepomillError', code: 'interrupted', cause: reason };

describe('an aborted build', () => {
  it('starts nothing if the signal is aborted already', async () => {
    const out = join(workspace, 'never');
    await expect(build({ input: first, out, signal: AbortSignal.abort(reason) })).rejects.toMatchObject(INTERRUPTED);
    expect(existsSync(out)).toBe(false);
  });

  it.each<[Stage, number]>([
    ['reading', 1],
    ['encoding', 1],
    ['writing', 1],
    ['encoding', 2],
  ])('leaves the published tree unchanged: while %s, with %i threads', async (stage, workers) => {
    const out = join(workspace, `${stage}-${workers}`);
    await build({ input: first, out });
    const before = digestsOf(out);
    await expect(build({ input: second, out, workers, ...abortedAt(stage) })).rejects.toMatchObject(INTERRUPTED);
    expect(digestsOf(out)['index.json']).toBe(before['index.json']);
    // What it left behind does not show in the next build.
    await build({ input: second, out });
    expect(digestsOf(out)).toEqual(await expected);
  });
});

/** A repository with some apps, published. */
const flatpaks = (async () => {
  const repository = new OstreeRepository(join(workspace, 'flatpaks'));
  for (const release of [0, 1]) {
    for (let i = 0; i < 20; i++) {
      repository.commit(`app/org.a.App${i}/x86_64/stable`, { timestamp: EPOCH + BigInt(i < 3 ? release : 0) });
    }
    await build({ input: repository.directory, out: repository.directory, layout: 'flatpak' });
  }
  return repository;
})();

describe('an aborted build of a flatpak repository', () => {
  it.each<[Stage, number]>([
    ['reading', 1],
    ['encoding', 1],
    ['deltas', 1],
    ['writing', 1],
    ['encoding', 2],
  ])('leaves the published tree as it was: while %s, with %i threads', async (stage, workers) => {
    const out = join(workspace, `flatpak-${stage}-${workers}`);
    cpSync((await flatpaks).directory, out, { recursive: true });
    const repository = new OstreeRepository(out);
    repository.commit('app/org.a.App7/x86_64/stable', { timestamp: EPOCH + 100n });
    const before = digestsOf(out);
    const request = { input: out, out, layout: 'flatpak' } as const;
    await expect(build({ ...request, workers, ...abortedAt(stage) })).rejects.toMatchObject(INTERRUPTED);
    expect(digestsOf(out)['summary.idx']).toBe(before['summary.idx']);
    await build(request);
    expect(allFindings(await verify({ tree: out }))).toEqual([]);
  });
});

/** What reads a tree, and what it was asked. */
interface Watched {
  readonly source: Source;
  readonly asked: { fetches: number; late: number; withoutSignal: number };
}

/** A source that aborts after so many fetches. */
function watched(directory: string, kind: 'listed' | 'host', abort: () => void, after: number): Watched {
  const { fetch, list } = directorySource(directory);
  const asked = { fetches: 0, late: 0, withoutSignal: 0 };
  const source: Source = {
    location: 'watched',
    ...(kind === 'host' || list === undefined ? {} : { list }),
    async fetch(path, request) {
      asked.fetches++;
      if (request.signal === undefined) asked.withoutSignal++;
      if (request.signal?.aborted) asked.late++;
      if (asked.fetches === after) abort();
      return fetch(path, request);
    },
  };
  return { source, asked };
}

describe('an aborted audit', () => {
  it('says only that it was aborted', async () => {
    const out = join(workspace, 'audited');
    await build({ input: first, out });
    await expect(verify({ tree: out, ...abortedAt('checking') })).rejects.toMatchObject(INTERRUPTED);
    await expect(verify({ tree: out, signal: AbortSignal.abort(reason) })).rejects.toMatchObject(INTERRUPTED);
  });

  it.each([
    ['native', 'listed'],
    ['native', 'host'],
    ['flatpak', 'listed'],
    ['flatpak', 'host'],
  ] as const)('fetches nothing more: %s, %s', async (layout, kind) => {
    const tree = layout === 'native' ? join(workspace, 'expected') : (await flatpaks).directory;
    await expected;
    const { signal } = new AbortController();
    const whole = watched(tree, kind, () => undefined, 0);
    await verify({ tree: whole.source, signal });
    const { fetches, withoutSignal } = whole.asked;
    expect({ some: fetches > 10, withoutSignal }).toEqual({ some: true, withoutSignal: 0 });
    for (let after = 1; after <= fetches; after += Math.ceil(fetches / 40)) {
      const controller = new AbortController();
      const { source, asked } = watched(tree, kind, () => controller.abort(reason), after);
      await expect(verify({ tree: source, signal: controller.signal })).rejects.toMatchObject(INTERRUPTED);
      expect([after, asked.late]).toEqual([after, 0]);
    }
  });

  it('stops reading the files of an OSTree repository', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason));
    const tree = (await flatpaks).directory;
    await expect(verify({ tree, signal: controller.signal })).rejects.toMatchObject(INTERRUPTED);
  });
});
