import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../../src/bytes/bytes.ts';
import { formatPatch, parsePatch } from '../../../../../../src/layouts/apt/format/ed-script.ts';
import { encodeLines, type LinePatch, patchText } from '../../../../../../src/layouts/apt/format/line-patch.ts';
import type { FileDigest, PdiffIndex } from '../../../../../../src/layouts/apt/format/pdiff-index.ts';
import { packPatch } from '../../../../../../src/layouts/apt/generate/pdiffs/pack-patch.ts';
import {
  type HistoryPlan,
  type HistoryRules,
  planHistory,
} from '../../../../../../src/layouts/apt/generate/pdiffs/plan-history.ts';
import { digestOf } from '../../../../../../src/platform/hash/sha256.ts';
import { gunzipWithin } from '../../../../../../src/platform/zlib/gzip.ts';

/** Version `n` of a file: its line `n` says so, and so do those before. */
const version = (n: number): Uint8Array =>
  encodeLines(Array.from({ length: 50 }, (_, i) => (i < n ? `changed ${i}` : `line ${i}`)));
const fileOf = (bytes: Uint8Array): FileDigest => ({ sha256: digestOf(bytes), size: bytes.length });
const step = (n: number): LinePatch => [{ start: n, removed: 1, lines: [`changed ${n}`] }];

describe('planHistory', () => {
  it('gives the previous version a patch, named by its content', async () => {
    const plan = await planHistory(undefined, stepTo(1), rules());
    expect(plan.entries).toHaveLength(1);
    expect(plan.entries[0]).toEqual({
      name: plan.packed[0]?.download.sha256.slice(0, 16),
      from: fileOf(version(0)),
      patch: fileOf(formatPatch(step(0))),
      download: fileOf(plan.packed[0]?.gz ?? new Uint8Array()),
    });
    expect(plan.dropped).toEqual([]);
  });

  it('leads every older version straight to the newest, oldest first', async () => {
    const { plan, scripts } = await publish(10);
    expect(plan.entries.map(({ from }) => from)).toEqual(Array.from({ length: 10 }, (_, n) => fileOf(version(n))));
    for (const [n, { name, patch }] of plan.entries.entries()) {
      const script = scripts.get(name) ?? new Uint8Array();
      expect(fileOf(script)).toEqual(patch);
      expect(patchText(version(n), parsePatch(script))).toEqual(version(10));
    }
  });

  it('gives the same plan for the same versions', async () => {
    expect(await publish(6)).toEqual(await publish(6));
  });

  it('keeps the entries of the published index, without reading a patch, if nothing changed', async () => {
    const { index } = await publish(5);
    const same = { before: index.current, current: index.current, patch: [] };
    const plan = await planHistory(index, same, { ...rules(), history: 3 });
    expect(plan.entries).toEqual(index.entries.slice(2));
    expect(plan.packed).toEqual([]);
    expect(plan.dropped).toEqual([
      { from: fileOf(version(1)), reason: 'beyond-history' },
      { from: fileOf(version(0)), reason: 'beyond-history' },
    ]);
    expect(await planHistory(undefined, same, rules())).toEqual({ entries: [], packed: [], dropped: [] });
  });

  it('drops the oldest versions beyond the history, without reading their patches', async () => {
    const { index, scripts } = await publish(5);
    const read: string[] = [];
    const plan = await planHistory(index, stepTo(6), {
      ...rules(scripts, read),
      history: 3,
    });
    expect(plan.entries.map(({ from }) => from)).toEqual([3, 4, 5].map((n) => fileOf(version(n))));
    expect(plan.dropped.map(({ from, reason }) => [from, reason])).toEqual(
      [2, 1, 0].map((n) => [fileOf(version(n)), 'beyond-history']),
    );
    expect(read).toEqual(
      index.entries
        .slice(3)
        .toReversed()
        .map(({ name }) => name),
    );
  });

  it('has no entries without a history', async () => {
    const plan = await planHistory(undefined, stepTo(1), { ...rules(), history: 0 });
    expect(plan).toEqual({
      entries: [],
      packed: [],
      dropped: [{ from: fileOf(version(0)), reason: 'beyond-history' }],
    });
  });

  it('drops an older version that is the current one again, and gives the one before its patch', async () => {
    const { index, scripts } = await publish(3);
    const back = {
      before: index.current,
      current: fileOf(version(1)),
      patch: [{ start: 1, removed: 2, lines: ['line 1', 'line 2'] }],
    };
    const plan = await planHistory(index, back, rules(scripts));
    expect(plan.entries.map(({ from }) => from)).toEqual([0, 2, 3].map((n) => fileOf(version(n))));
    expect(plan.dropped).toEqual([{ from: fileOf(version(1)), reason: 'current' }]);
    for (const [i, n] of [0, 2, 3].entries()) {
      const script = gunzipWithin(plan.packed[i]?.gz ?? new Uint8Array(), 10_000);
      expect(patchText(version(n), parsePatch(script))).toEqual(version(1));
    }
  });

  it('drops patches that are larger than a third of the compressed file', async () => {
    const { index, scripts } = await publish(8);
    const all = await planHistory(index, stepTo(9), rules(scripts));
    const sizes = all.packed.map(({ gz }) => gz.length);
    const limit = Math.max(...sizes) - 1;
    const plan = await planHistory(index, stepTo(9), { ...rules(scripts), compressedSize: 3 * limit });
    const small = all.entries.filter(({ download }) => download.size <= limit);
    expect(small.length).toBeLessThan(9);
    expect(plan.entries).toEqual(small);
    const large = all.entries.filter((entry) => !small.includes(entry)).toReversed();
    expect(plan.dropped).toEqual(large.map(({ from }) => ({ from, reason: 'too-large' })));
  });

  it('drops all patches, without reading one, if that of today is too large', async () => {
    const { index, scripts } = await publish(3);
    for (const { patch, compressedSize } of [
      { patch: undefined, compressedSize: 1e6 },
      { patch: step(3), compressedSize: 30 },
    ]) {
      const read: string[] = [];
      const plan = await planHistory(index, { ...stepTo(4), patch }, { ...rules(scripts, read), compressedSize });
      expect(plan.entries).toEqual([]);
      expect(plan.dropped.map(({ reason }) => reason)).toEqual(new Array(4).fill('too-large'));
      expect(read).toEqual([]);
    }
  });

  it('drops a version whose patch is missing or is none', async () => {
    const { index, scripts } = await publish(4);
    const [first, second, third] = index.entries.map(({ name }) => name);
    scripts.delete(first ?? '');
    scripts.set(second ?? '', encodeText('w /etc/passwd\n'));
    scripts.set(third ?? '', encodeText('5d'));
    const plan = await planHistory(index, stepTo(5), rules(scripts));
    expect(plan.entries.map(({ from }) => from)).toEqual([3, 4].map((n) => fileOf(version(n))));
    expect(plan.dropped.map(({ reason }) => reason)).toEqual(['unreadable', 'unreadable', 'unreadable']);
  });

  it('drops every version of an index that is not of the previous version', async () => {
    const { index, scripts } = await publish(3);
    const plan = await planHistory(index, stepTo(5), rules(scripts));
    expect(plan.entries.map(({ from }) => from)).toEqual([fileOf(version(4))]);
    expect(plan.dropped).toEqual([2, 1, 0].map((n) => ({ from: fileOf(version(n)), reason: 'unreadable' })));
  });

  it.each(['.', 'a\0b', 'x'.repeat(600_000)])(
    'drops all patches if one would insert a line that apt cannot: %#',
    async (line) => {
      const { index, scripts } = await publish(2);
      const patch = [{ start: 0, removed: 0, lines: [line] }];
      const plan = await planHistory(index, { ...stepTo(3), patch }, rules(scripts));
      expect(plan.entries).toEqual([]);
      expect(plan.dropped.map(({ reason }) => reason)).toEqual(new Array(3).fill('impossible-line'));
    },
  );

  it('throws what the reader of patches throws', async () => {
    const { index } = await publish(2);
    const broken = { ...rules(), read: () => Promise.reject(new Error('disk')) };
    await expect(planHistory(index, stepTo(3), broken)).rejects.toThrow('disk');
  });
});

function stepTo(n: number) {
  return { before: fileOf(version(n - 1)), current: fileOf(version(n)), patch: step(n - 1) };
}

function rules(scripts: ReadonlyMap<string, Uint8Array> = new Map(), read: string[] = []): HistoryRules {
  return {
    history: 28,
    compressedSize: 1_000_000,
    read: async ({ name }) => {
      read.push(name);
      return scripts.get(name);
    },
    pack: packPatch,
  };
}

interface Published {
  readonly plan: HistoryPlan;
  readonly index: PdiffIndex;
  readonly scripts: Map<string, Uint8Array>;
}

/** What a tree has after so many steps. */
async function publish(steps: number): Promise<Published> {
  let plan: HistoryPlan = { entries: [], packed: [], dropped: [] };
  let index: PdiffIndex | undefined;
  const scripts = new Map<string, Uint8Array>();
  for (let n = 1; n <= steps; n++) {
    plan = await planHistory(index, stepTo(n), rules(scripts));
    for (const { name, gz } of plan.packed) scripts.set(name, gunzipWithin(gz, 100_000));
    index = { current: fileOf(version(n)), entries: plan.entries };
  }
  return { plan, index: index ?? { current: fileOf(version(0)), entries: [] }, scripts };
}
