/**
 * What a cache must not change: whatever a build remembers, the next one gives what it would give without it.
 */
import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { failureOf } from '../failure.ts';
import { asLines, sampleRecord, sampleRelease } from '../sample-records.ts';
import { digestsOf, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

/** Large enough for several chunks. */
const LARGE = asLines(sampleRelease(1200, 0));

/** Builds with a cache and without, into fresh trees, and expects the same of both: the tree, or the problems. */
async function expectSame(input: string, cache: string): Promise<void> {
  const [out, plain] = [freshPath(), freshPath()];
  const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'built',
      () => failureOf(work).then(({ code, message, problems }) => ({ code, message, problems })),
    );
  expect(await outcomeOf(build({ input, out, cache }))).toEqual(await outcomeOf(build({ input, out: plain })));
  expect(digestsOf(out)).toEqual(digestsOf(plain));
}

describe('a build with a cache gives the same tree as one without', () => {
  it('if a file changed, but neither its size nor its times', async () => {
    for (const [name, before, after] of [
      ['small.jsonl', asLines([sampleRecord('a', '1', 'amd64')]), asLines([sampleRecord('a', '2', 'amd64')])],
      ['large.jsonl', LARGE, LARGE.replace('"package-1000","version":"1.', '"package-1000","version":"2.')],
    ] as const) {
      const [input, cache] = [freshPath(), freshPath()];
      const file = join(writeFiles(input, { [name]: before }), name);
      utimesSync(file, 1e9, 1e9);
      await expectSame(input, cache);
      const { size, mtimeMs } = statSync(file);
      expect(after).not.toBe(before);
      writeFileSync(file, after);
      utimesSync(file, 1e9, 1e9);
      expect(statSync(file)).toMatchObject({ size, mtimeMs });
      await expectSame(input, cache);
    }
  });

  it.each([
    ['to a name that no reader knows', 'large.jsonl', 'large.txt'],
    ['to a name that a different reader recognises', 'large.jsonl', 'Packages'],
    ['from a name that no reader knows', 'large.txt', 'large.jsonl'],
  ])('if a large file was renamed %s', async (_title, from, to) => {
    const [input, cache] = [
      writeFiles(freshPath(), { [from]: LARGE, 'small.json': '{"name":"s","version":"1","arch":"all"}' }),
      freshPath(),
    ];
    await expectSame(input, cache);
    renameSync(join(input, from), join(input, to));
    await expectSame(input, cache);
  });

  it.each([
    ['compressed to plain', 'large.jsonl.gz', 'large.jsonl'],
    ['plain to compressed', 'large.jsonl', 'large.jsonl.gz'],
  ])('if a large file was renamed from %s', async (_title, from, to) => {
    const content = from.endsWith('.gz') ? gzipSync(LARGE) : LARGE;
    const [input, cache] = [writeFiles(freshPath(), { [from]: content }), freshPath()];
    await expectSame(input, cache);
    renameSync(join(input, from), join(input, to));
    await expectSame(input, cache);
  });

  it('after one that stopped reading at too many problems', async () => {
    const [input, cache] = [freshPath(), freshPath()];
    writeFiles(input, { 'a.jsonl': '{\n'.repeat(1200), 'b.jsonl': LARGE });
    expect((await failureOf(build({ input, out: freshPath(), cache }))).problems.length).toBeGreaterThanOrEqual(1000);
    writeFileSync(join(input, 'a.jsonl'), asLines([sampleRecord('a', '1', 'amd64')]));
    await expectSame(input, cache);
  });

  it('after one that found a conflict', async () => {
    const [input, cache] = [freshPath(), freshPath()];
    writeFiles(input, { 'a.jsonl': LARGE, 'b.jsonl': LARGE.replace('The package', 'A package') });
    await expectSame(input, cache);
    writeFileSync(join(input, 'b.jsonl'), LARGE);
    await expectSame(input, cache);
  });
});
