import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatBsdiff40 } from '../../../src/delta/bsdiff40/format-bsdiff40.ts';
import { matchBytes } from '../../../src/delta/match/match-bytes.ts';
import { loadBsdiff, type MakeDelta, matcherFrom } from '../../../src/platform/bsdiff.ts';

const old = Uint8Array.of(1, 2, 3);
const next = Uint8Array.of(4, 5);

/** An addon in place of bsdiff-node, bound. */
async function bind(diff: (oldFile: string, newFile: string, deltaFile: string) => Promise<void>): Promise<MakeDelta> {
  const maker = await loadBsdiff(() => ({ diff }));
  if ('missing' in maker) throw new Error(maker.missing);
  return maker.make;
}

describe('loadBsdiff', () => {
  it('tells, on one line, why the package cannot be loaded', async () => {
    const load = () => {
      throw new Error("Cannot find module 'bsdiff-node'\nRequire stack:\n- somewhere.js");
    };
    expect(await loadBsdiff(load)).toEqual({ missing: "bsdiff-node: Cannot find module 'bsdiff-node'" });
  });

  it('tells why when loading rejects, even with a text', async () => {
    expect(await loadBsdiff(() => Promise.reject('no compiler'))).toEqual({ missing: 'bsdiff-node: no compiler' });
  });

  it.each([[undefined], [null], ['diff'], [{}], [{ diff: true }]])(
    'calls a package that exports %j missing',
    async (exports) => {
      expect(await loadBsdiff(() => exports)).toEqual({ missing: 'bsdiff-node: expected a function diff, found none' });
    },
  );
});

describe('MakeDelta', () => {
  it('hands both files to the package and returns the file that it made', async () => {
    const make = await bind(async (oldFile, newFile, deltaFile) => {
      await writeFile(deltaFile, [...(await readFile(oldFile)), 0, ...(await readFile(newFile))].join(' '));
    });
    expect(new TextDecoder().decode(await make(old, next))).toBe('1 2 3 0 4 5');
  });

  it('returns bytes of their own, which are no Buffer', async () => {
    const make = await bind((_, newFile, deltaFile) => copyFile(newFile, deltaFile));
    const delta = await make(old, next);
    expect([Object.getPrototypeOf(delta) === Uint8Array.prototype, delta.buffer.byteLength]).toEqual([true, 2]);
  });

  it('keeps calls that run at the same time apart', async () => {
    const directories = new Set<string>();
    const make = await bind(async (oldFile, newFile, deltaFile) => {
      directories.add(dirname(oldFile));
      await copyFile(newFile, deltaFile);
    });
    const made = await Promise.all(Array.from({ length: 8 }, (_, i) => make(old, Uint8Array.of(i))));
    expect(made.map((delta) => delta[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(directories.size).toBe(8);
  });

  it('removes its directory when it is done, whether that went well or not', async () => {
    const seen: string[] = [];
    const succeed = await bind(async (_, newFile, deltaFile) => {
      seen.push(dirname(deltaFile));
      await copyFile(newFile, deltaFile);
    });
    const fail = await bind(async (_, __, deltaFile) => {
      seen.push(dirname(deltaFile));
      await writeFile(deltaFile, 'half a delta');
      throw 'disk full';
    });
    await succeed(old, next);
    await expect(fail(old, next)).rejects.toThrow();
    expect(seen.map((directory) => existsSync(directory))).toEqual([false, false]);
  });

  it('turns the texts that the package rejects with into an error of the family', async () => {
    const make = await bind(() => Promise.reject('"old" Cannot allocate memory'));
    await expect(make(old, next)).rejects.toMatchObject({
      name: 'RepomillError',
      code: 'transport',
      message: 'bsdiff-node made no delta: "old" Cannot allocate memory',
      cause: '"old" Cannot allocate memory',
    });
  });

  it('fails when the package resolves without having made a file', async () => {
    const make = await bind(() => Promise.resolve());
    await expect(make(old, next)).rejects.toMatchObject({
      code: 'transport',
      message: expect.stringContaining('ENOENT'),
    });
  });
});

describe('matcherFrom', () => {
  it('gives the steps of the delta that is made', async () => {
    const steps = matchBytes(old, next);
    const match = matcherFrom(async () => formatBsdiff40(steps, next.length));
    expect(await match(old, next)).toEqual(steps);
  });

  it('refuses a delta that makes more than the new file, and one that is none', async () => {
    const longer = Uint8Array.of(...next, 6);
    await expect(matcherFrom(async () => formatBsdiff40(matchBytes(old, longer), 3))(old, next)).rejects.toThrow(
      'delta: expected a new file of at most 2 bytes, found 3',
    );
    await expect(matcherFrom(async () => new Uint8Array(40))(old, next)).rejects.toMatchObject({ code: 'format' });
  });
});
