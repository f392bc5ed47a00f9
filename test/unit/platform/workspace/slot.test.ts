import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineSlot, memoize } from '../../../../src/platform/workspace/slot.ts';
import { openWorkspace, type Workspace } from '../../../../src/platform/workspace/workspace.ts';
import { makeWorkspace } from '../../../workspace.ts';

/** A workspace on disk, opened anew each time. */
function onDisk(): { readonly directory: string; open(): Workspace } {
  const directory = makeWorkspace();
  return { directory, open: () => openWorkspace({ cache: undefined, temporary: directory }) };
}

describe('a slot', () => {
  it('finds no entry that a different version wrote, even by its name', () => {
    const workspace = onDisk().open();
    const before = defineSlot<{ readonly n: number }>('kind', 1);
    const name = before.nameOf('premise');
    before.write(name, { n: 1 }, workspace);
    const after = defineSlot<{ readonly n: number }>('kind', 2);
    expect(before.read(name, workspace)).toEqual({ n: 1 });
    expect(after.read(name, workspace)).toBeUndefined();
    expect(after.nameOf('premise')).not.toBe(name);
  });
});

describe('memoize', () => {
  it.each([[0], [''], [null], [[]], [{ a: [1, 'b'] }], [false]])('works out %j once', async (result) => {
    const { open } = onDisk();
    let worked = 0;
    const work = async (): Promise<unknown> => {
      worked++;
      return result;
    };
    for (let run = 0; run < 3; run++) expect(await memoize('kind', ['premise'], open(), work)).toEqual(result);
    expect(worked).toBe(1);
  });

  it('keeps results apart that differ in kind or in what they are made from', async () => {
    const workspace = onDisk().open();
    const found: unknown[] = [];
    for (const [kind, madeFrom] of [
      ['a', [1, 2]],
      ['b', [1, 2]],
      ['a', [[1], 2]],
      ['a', ['1', 2]],
      ['a', [1, 2, undefined]],
      ['a', [1]],
    ] as const) {
      found.push(await memoize(kind, madeFrom, workspace, async () => found.length));
    }
    expect(found).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('works again if the entry is damaged, and keeps nothing of work that failed', async () => {
    const { directory, open } = onDisk();
    await expect(memoize('kind', [], open(), () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await memoize('kind', [], open(), async () => 'first');
    const [file = ''] = readdirSync(join(directory, 'result'));
    writeFileSync(join(directory, 'result', file), 'garbage');
    expect(await memoize('kind', [], open(), async () => 'second')).toBe('second');
  });
});
