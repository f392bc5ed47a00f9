import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import type { Progress, Stage } from '../../src/model/progress.ts';
import { verify } from '../../src/verify.ts';
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
  ])('leaves the published tree as it was: while %s, with %i threads', async (stage, workers) => {
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

describe('an aborted audit', () => {
  it('says so, and nothing else', async () => {
    const out = join(workspace, 'audited');
    await build({ input: first, out });
    await expect(verify({ tree: out, ...abortedAt('checking') })).rejects.toMatchObject(INTERRUPTED);
    await expect(verify({ tree: out, signal: AbortSignal.abort(reason) })).rejects.toMatchObject(INTERRUPTED);
  });
});
