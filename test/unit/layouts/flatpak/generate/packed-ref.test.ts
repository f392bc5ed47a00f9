import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packRefsTask } from '../../../../../src/layouts/flatpak/generate/pack-refs.ts';
import { recallRefs, rememberRefs } from '../../../../../src/layouts/flatpak/generate/packed-ref.ts';
import { memoize } from '../../../../../src/platform/workspace/slot.ts';
import { openWorkspace, type Workspace } from '../../../../../src/platform/workspace/workspace.ts';
import { isDamagedEntry } from '../../../../../src/platform/workspace/workspace-entry.ts';
import { makeWorkspace } from '../../../../workspace.ts';
import { digestOf, sampleRef } from '../format/sample-refs.ts';
import { freshWorkspace, readyRef } from './ready-refs.ts';

const NAME = `refs/${digestOf(1)}`;
const REFS = [
  readyRef({
    name: 'app/org.a.A/x86_64/stable',
    subsets: ['free'],
    refBinding: ['a', 'b'],
    collectionBinding: 'org.a',
  }),
  readyRef({ name: 'custom/thing', commit: 3 }),
  readyRef({ name: 'runtime/org.a.B/arm/1', timestamp: 253_402_300_799n }),
];

/** A workspace on disk, opened anew each time. */
function onDisk(): { readonly directory: string; open(): Workspace } {
  const directory = makeWorkspace();
  return { directory, open: () => openWorkspace({ cache: undefined, temporary: directory }) };
}

function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return isDamagedEntry(thrown) ? 'damaged' : thrown;
  }
}

describe('refs that a workspace remembers', () => {
  it('are recalled with every form and with where they stand', () => {
    const { open } = onDisk();
    rememberRefs(NAME, REFS, open());
    expect(recallRefs(NAME, REFS, open())).toEqual(REFS);
  });

  it('may be none', () => {
    const { open } = onDisk();
    rememberRefs(NAME, [], open());
    expect(recallRefs(NAME, [], open())).toEqual([]);
  });

  it('void what was concluded from them where they are gone', () => {
    expect(outcomeOf(() => recallRefs(NAME, REFS, freshWorkspace()))).toBe('damaged');
  });

  it('are never recalled from damaged bytes, wherever the damage is', () => {
    const { directory, open } = onDisk();
    rememberRefs(NAME, REFS, open());
    const [file = ''] = readdirSync(join(directory, 'refs')).map((name) => join(directory, 'refs', name));
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(file, bytes);
      expect(
        outcomeOf(() => recallRefs(NAME, REFS, open())),
        `byte ${at}`,
      ).toBe('damaged');
    }
    for (let length = 0; length < whole.length; length += 11) {
      writeFileSync(file, whole.subarray(0, length));
      expect(
        outcomeOf(() => recallRefs(NAME, REFS, open())),
        `${length} bytes`,
      ).toBe('damaged');
    }
  });
});

describe('the task that packs refs', () => {
  it('writes a group where nothing is wrong with it', () => {
    const workspace = freshWorkspace();
    const files = REFS.map(({ name, commit }) => ({ name, commit }));
    const readCommit = ({ name, commit }: (typeof files)[number]) => {
      return { ...sampleRef(name), commit, refBinding: undefined, collectionBinding: undefined };
    };
    expect(packRefsTask({ location: 'x', name: NAME, refs: files }, readCommit, workspace)).toEqual({ problems: [] });
    expect(recallRefs(NAME, files, workspace).map(({ name }) => name)).toEqual(files.map(({ name }) => name));
  });

  it('tells everything that is wrong with a group, and then writes nothing', () => {
    const workspace = freshWorkspace();
    const refs = ['a', 'b', 'c'].map((name) => ({ name, commit: digestOf(1) }));
    const readCommit = ({ name, commit }: (typeof refs)[number]) => {
      const metadata = name === 'b' ? 'fine' : 'a\0zero';
      const facts = { ...sampleRef(`app/${name}`).facts, metadata };
      return { name: `app/${name}`, commit, facts, refBinding: undefined, collectionBinding: undefined };
    };
    const { problems } = packRefsTask({ location: 'x', name: NAME, refs }, readCommit, workspace);
    expect(problems.map(({ file }) => file)).toEqual(['refs/heads/a', 'refs/heads/c']);
    expect(workspace.open(NAME)).toBeUndefined();
  });

  it('does not hide a defect', () => {
    const readCommit = (): never => {
      throw new TypeError('a defect');
    };
    const job = { location: 'x', name: NAME, refs: [{ name: 'a', commit: digestOf(1) }] };
    expect(() => packRefsTask(job, readCommit, freshWorkspace())).toThrow('a defect');
  });
});

describe('memoize', () => {
  it.each([[0], [''], [null], [[]], [{ a: [1, 'b'] }], [false]])('works %j out once', async (result) => {
    const { open } = onDisk();
    let worked = 0;
    const work = async (): Promise<unknown> => {
      worked++;
      return result;
    };
    for (let run = 0; run < 3; run++) expect(await memoize('kind', ['premise'], open(), work)).toEqual(result);
    expect(worked).toBe(1);
  });

  it('takes nothing for the same that differs in kind or premises', async () => {
    const workspace = freshWorkspace();
    const found: unknown[] = [];
    for (const [kind, premises] of [
      ['a', [1, 2]],
      ['b', [1, 2]],
      ['a', [[1], 2]],
      ['a', ['1', 2]],
      ['a', [1, 2, undefined]],
      ['a', [1]],
    ] as const) {
      found.push(await memoize(kind, premises, workspace, async () => found.length));
    }
    expect(found).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('works again where the entry is damaged, and remembers nothing of work that failed', async () => {
    const { directory, open } = onDisk();
    await expect(memoize('kind', [], open(), () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await memoize('kind', [], open(), async () => 'first');
    const [file = ''] = readdirSync(join(directory, 'result'));
    writeFileSync(join(directory, 'result', file), 'garbage');
    expect(await memoize('kind', [], open(), async () => 'second')).toBe('second');
  });
});
