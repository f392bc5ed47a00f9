import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openRepository } from '../../src/client.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { makeWorkspace } from '../workspace.ts';
import { cachedBuild } from './cached-build.ts';

const FILES = 8_000;

describe(`a directory of ${FILES} small files`, () => {
  const workspace = makeWorkspace();
  const [input, cache] = [join(workspace, 'input'), join(workspace, 'cache')];
  const nameOf = (i: number): string => String(i).padStart(5, '0');
  const write = (name: string, version: string): void =>
    writeFileSync(join(input, `${name}.json`), `{"name":"package-${name}","version":"${version}","arch":"amd64"}`);
  let counter = 0;
  const buildAgain = () => cachedBuild({ input, out: join(workspace, String(counter++)), cache });

  beforeAll(() => {
    mkdirSync(input);
    for (let i = 0; i < FILES; i++) write(nameOf(i), '1');
  });

  it('gives a record for each file, in batches of a few hundred files', async () => {
    const { report, cacheLookup } = await buildAgain();
    expect(report).toMatchObject({ packages: FILES, files: FILES, skipped: [], state: { version: 1 } });
    expect(cacheLookup.batch.hits).toBe(0);
    expect(cacheLookup.batch.misses).toBeGreaterThan(FILES / 256);
    expect(cacheLookup.batch.misses).toBeLessThan(FILES / 64);
    const repository = await openRepository({ source: directorySource(join(workspace, '0')) });
    for (const i of [0, FILES - 1]) expect(await repository.show(`package-${nameOf(i)}`)).toHaveLength(1);
  });

  it('is read again only in batches with changes', async () => {
    const { hits: batches, misses } = (await buildAgain()).cacheLookup.batch;
    expect(misses).toBe(0);
    // In the middle, at the beginning and at the end: each in one batch, which it may divide in two.
    for (const name of ['04000-new', '!', 'zzz']) {
      write(name, '1');
      const { misses, hits } = (await buildAgain()).cacheLookup.batch;
      expect([misses >= 1, misses <= 2, hits >= batches - 1], name).toEqual([true, true, true]);
    }
    write(nameOf(7777), '2');
    rmSync(join(input, `${nameOf(3333)}.json`));
    const { report, cacheLookup } = await buildAgain();
    expect(cacheLookup.batch.misses).toBeLessThanOrEqual(3);
    expect(report).toMatchObject({ packages: FILES + 2 });
  });
});
