import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { openRepository } from '../../src/client.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { makeWorkspace } from '../workspace.ts';
import { cachedBuild } from './cached-build.ts';

const FILES = 100_000;

describe('a directory of 20,000 small files', () => {
  const workspace = makeWorkspace();
  const [input, cache] = [join(workspace, 'input'), join(workspace, 'cache')];
  const nameOf = (i: number): string => String(i).padStart(5, '0');
  const write = (name: string, version: string): void =>
    writeFileSync(join(input, `${name}.json`), `{"name":"package-${name}","version":"${version}","arch":"amd64"}`);
  let counter = 0;
  const buildAgain = () => cachedBuild({ input, out: join(workspace, String(counter++)), cache });

  it('is read in groups, of which those without a change are not read again', { timeout: 180_000 }, async () => {
    mkdirSync(input);
    for (let i = 0; i < 20_000; i++) write(nameOf(i), '1');
    const first = await buildAgain();
    const groups = first.cacheLookup.batch.misses;
    expect([groups > 80, groups < 400]).toEqual([true, true]);
    expect((await buildAgain()).cacheLookup.batch).toEqual({ hits: groups, misses: 0 });
    // In the middle, at the beginning and at the end: each in one group, which it may divide in two.
    for (const name of ['10000-new', '!', 'zzz']) {
      write(name, '1');
      const { misses, hits } = (await buildAgain()).cacheLookup.batch;
      expect([misses >= 1, misses <= 2, hits >= groups - 1], name).toEqual([true, true, true]);
    }
    write(nameOf(7777), '2');
    rmSync(join(input, `${nameOf(3333)}.json`));
    const { report, cacheLookup } = await buildAgain();
    expect(cacheLookup.batch.misses).toBeLessThanOrEqual(3);
    expect(report).toMatchObject({ packages: 20_002 });
  });
});

describe('a directory of 100,000 small files', () => {
  it('gives the 100,000 records that stand in them', { timeout: 300_000 }, async () => {
    const workspace = makeWorkspace();
    const input = join(workspace, 'input');
    mkdirSync(input);
    for (let i = 0; i < FILES; i++) {
      writeFileSync(join(input, `${i}.json`), `{"name":"package-${i}","version":"1","arch":"amd64"}`);
    }
    const out = join(workspace, 'public');
    expect(await build({ input, out })).toMatchObject({ packages: FILES, files: FILES, skipped: [], version: 1 });
    const repository = await openRepository({ source: directorySource(out) });
    for (const i of [0, FILES - 1]) expect(await repository.show(`package-${i}`)).toHaveLength(1);
  });
});
