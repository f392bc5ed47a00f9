import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packRefsTask } from '../../../../../src/layouts/flatpak/generate/pack-refs.ts';
import { readPackedRefs, writePackedRefs } from '../../../../../src/layouts/flatpak/generate/packed-ref.ts';
import { openWorkspace, type Workspace } from '../../../../../src/platform/workspace/workspace.ts';
import { isDamagedEntry } from '../../../../../src/platform/workspace/workspace-entry.ts';
import { makeWorkspace } from '../../../../workspace.ts';
import { digestOf, sampleRef } from '../format/sample-refs.ts';
import { freshWorkspace, packedRef } from './packed-refs.ts';

const NAME = `refs/${digestOf(1)}`;
const REFS = [
  packedRef({
    name: 'app/org.a.A/x86_64/stable',
    subsets: ['free'],
    refBinding: ['a', 'b'],
    collectionBinding: 'org.a',
  }),
  packedRef({ name: 'custom/thing', commit: 3 }),
  packedRef({ name: 'runtime/org.a.B/arm/1', timestamp: 253_402_300_799n }),
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

describe('packed refs in a workspace', () => {
  it('are read with every form and claim', () => {
    const { open } = onDisk();
    writePackedRefs(NAME, REFS, open());
    expect(readPackedRefs(NAME, REFS, open())).toEqual(REFS);
  });

  it('may be none at all', () => {
    const { open } = onDisk();
    writePackedRefs(NAME, [], open());
    expect(readPackedRefs(NAME, [], open())).toEqual([]);
  });

  it('count as damaged if they are missing', () => {
    expect(outcomeOf(() => readPackedRefs(NAME, REFS, freshWorkspace()))).toBe('damaged');
  });

  it('are never read from damaged bytes, wherever the damage is', () => {
    const { directory, open } = onDisk();
    writePackedRefs(NAME, REFS, open());
    const [file = ''] = readdirSync(join(directory, 'refs')).map((name) => join(directory, 'refs', name));
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(file, bytes);
      expect(
        outcomeOf(() => readPackedRefs(NAME, REFS, open())),
        `byte ${at}`,
      ).toBe('damaged');
    }
    for (let length = 0; length < whole.length; length += 11) {
      writeFileSync(file, whole.subarray(0, length));
      expect(
        outcomeOf(() => readPackedRefs(NAME, REFS, open())),
        `${length} bytes`,
      ).toBe('damaged');
    }
  });
});

describe('the task that packs refs', () => {
  it('writes a batch if nothing is wrong with it', () => {
    const workspace = freshWorkspace();
    const files = REFS.map(({ name, commit }) => ({ name, commit }));
    const readCommit = ({ name, commit }: (typeof files)[number]) => {
      return { ...sampleRef(name), commit, refBinding: undefined, collectionBinding: undefined };
    };
    expect(packRefsTask({ location: 'x', name: NAME, refs: files }, readCommit, workspace)).toEqual({ problems: [] });
    expect(readPackedRefs(NAME, files, workspace).map(({ name }) => name)).toEqual(files.map(({ name }) => name));
  });

  it('reports everything that is wrong with a batch, and then writes nothing', () => {
    const workspace = freshWorkspace();
    const refs = ['a', 'b', 'c'].map((name) => ({ name, commit: digestOf(1) }));
    const readCommit = ({ name, commit }: (typeof refs)[number]) => {
      const metadata = name === 'b' ? 'fine' : 'a\0zero';
      const facts = { ...sampleRef(`app/${name}`).facts, metadata };
      return { name: `app/${name}`, commit, facts, refBinding: undefined, collectionBinding: undefined };
    };
    const { problems } = packRefsTask({ location: 'x', name: NAME, refs }, readCommit, workspace);
    expect(problems.map(({ file }) => file)).toEqual(['refs/heads/a', 'refs/heads/c']);
    expect(workspace.readHead(NAME)).toBeUndefined();
  });

  it('does not hide a defect', () => {
    const readCommit = (): never => {
      throw new TypeError('a defect');
    };
    const job = { location: 'x', name: NAME, refs: [{ name: 'a', commit: digestOf(1) }] };
    expect(() => packRefsTask(job, readCommit, freshWorkspace())).toThrow('a defect');
  });
});
