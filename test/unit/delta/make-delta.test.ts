import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlignedRange, CellShape } from '../../../src/delta/align/align-cells.ts';
import { PlanMemo } from '../../../src/delta/align/plan-memo.ts';
import { applyDelta, inspectDelta } from '../../../src/delta/apply-delta.ts';
import { type DeltaInput, makeDelta, type NewPart, type OldPart } from '../../../src/delta/make-delta.ts';
import { matchBytes } from '../../../src/delta/match/match-bytes.ts';
import { unstructured } from './unstructured.ts';

const tools = { matcher: async (old: Uint8Array, next: Uint8Array) => matchBytes(old, next) };
const LINES: CellShape = { kind: 'text', end: 0x0a };

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Files of the given parts, by name; each is made from the old one of its name, line by line. Notes which are asked for. */
function files(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): { readonly old: Uint8Array; readonly next: Uint8Array; readonly input: DeltaInput; readonly asked: string[] } {
  const asked: string[] = [];
  const oldParts = new Map<string, OldPart>();
  let oldSize = 0;
  for (const [name, text] of Object.entries(before)) {
    oldParts.set(name, { start: oldSize, ...part(`old ${name}`, text, asked) });
    oldSize += text.length;
  }
  const parts = Object.entries(after).map(([name, text]): NewPart => {
    const former = oldParts.get(name);
    return { ...part(`new ${name}`, text, asked), ...(former === undefined ? {} : { former }), align: alignLines };
  });
  const [old, next] = [before, after].map((all) => bytesOf(Object.values(all).join('')));
  return { old: old ?? bytesOf(''), next: next ?? bytesOf(''), input: { oldSize, parts }, asked };
}

function part(name: string, text: string, asked: string[]): NewPart {
  const bytes = async (): Promise<Uint8Array> => {
    asked.push(name);
    return bytesOf(text);
  };
  return { size: text.length, digest: text, bytes };
}

function alignLines(old: Uint8Array, next: Uint8Array): readonly AlignedRange[] {
  const runs = [{ old: 0, next: 0, count: Math.max(old.length, next.length) }];
  return [{ oldStart: 0, oldEnd: old.length, nextStart: 0, nextEnd: next.length, cells: LINES, runs: () => runs }];
}

function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => `${line(i)}\n`).join('');
}

describe('makeDelta', () => {
  it('leads from any bytes to any others when nothing is known about them', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.constantFrom(0, 1, 255), { maxLength: 300 }).map((list) => Uint8Array.from(list)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, bytes, async (old, next) => {
        const delta = await makeDelta(unstructured(old, next), tools);
        expect(Buffer.compare(applyDelta(old, delta, next.length), next)).toBe(0);
      }),
    );
  });

  it('leads from any parts to any others', async () => {
    const text = fc.array(fc.stringMatching(/^[a-c]{0,12}$/), { maxLength: 30 }).map((list) => `${list.join('\n')}\n`);
    const parts = fc.dictionary(fc.constantFrom('p', 'q', 'r', 's', 't'), text, { noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(parts, parts, async (before, after) => {
        const { old, next, input } = files(before, after);
        expect(Buffer.compare(applyDelta(old, await makeDelta(input, tools), next.length), next)).toBe(0);
      }),
    );
  });

  it('reads only changed parts', async () => {
    const { old, next, input, asked } = files(
      { gone: 'gone\n', same: 'same\n', changed: 'before\n' },
      { same: 'same\n', changed: 'after\n', added: 'added\n' },
    );
    const delta = await makeDelta(input, tools);
    expect(asked.sort()).toEqual(['new added', 'new changed', 'old changed']);
    expect(Buffer.compare(applyDelta(old, delta, next.length), next)).toBe(0);
  });

  it('copies parts that only moved', async () => {
    const { old, next, input, asked } = files(
      { a: 'first part\n', b: 'second part\n' },
      { b: 'second part\n', a: 'first part\n' },
    );
    const delta = await makeDelta(input, tools);
    expect([asked, inspectDelta(delta).extraBytes]).toEqual([[], 0]);
    expect(Buffer.compare(applyDelta(old, delta, next.length), next)).toBe(0);
  });

  it('finds in one part what a different part had before', async () => {
    const moved = lines(20, (i) => `a line of its own, number ${i}`);
    const { old, next, input } = files({ p: `${moved}end\n`, q: 'rest\n' }, { p: 'end\n', q: `rest\n${moved}` });
    const delta = await makeDelta(input, tools);
    expect(inspectDelta(delta).extraBytes).toBeLessThan(24);
    expect(Buffer.compare(applyDelta(old, delta, next.length), next)).toBe(0);
  });

  it('finds in a related part what the former one lacks', async () => {
    const half = (name: string): string => lines(20, (i) => `${name} has the line ${i}`);
    const { old, next, input } = files({ a: half('a'), b: half('b') }, { a: half('a') + half('b') });
    const [only] = input.parts;
    const b = { start: half('a').length, size: half('b').length, bytes: async () => bytesOf(half('b')) };
    if (only === undefined) throw new Error('expected a part');
    const delta = await makeDelta({ ...input, parts: [{ ...only, related: [b] }] }, tools);
    expect(inspectDelta(delta).extraBytes).toBe(0);
    expect(Buffer.compare(applyDelta(old, delta, next.length), next)).toBe(0);
  });

  it('makes the same delta from remembered plans, without reading the parts again', async () => {
    const version = (text: string): string => lines(50, (i) => (i % 9 === 0 ? `${text} ${i}` : `line ${i}`));
    const { input, asked } = files(
      { a: version('old'), b: version('former') },
      { a: version('new'), b: version('present, and longer') },
    );
    const plain = await makeDelta(input, tools);
    const memo = new PlanMemo(1 << 20);
    expect(await makeDelta(input, { ...tools, memo })).toEqual(plain);
    asked.length = 0;
    expect(await makeDelta(input, { ...tools, memo })).toEqual(plain);
    expect(asked).toEqual([]);
  });

  it('uses remembered plans for parts at a different position', async () => {
    const memo = new PlanMemo(1 << 20);
    const [before, after] = [lines(50, (i) => `line ${i}`), lines(50, (i) => (i === 7 ? 'another line' : `line ${i}`))];
    await makeDelta(files({ a: before }, { a: after }).input, { ...tools, memo });
    const { old, next, input } = files({ first: 'x\n', a: before }, { first: 'longer\n', a: after });
    expect(applyDelta(old, await makeDelta(input, { ...tools, memo }), next.length)).toEqual(next);
  });

  it('does not remember a part without a digest', async () => {
    const memo = new PlanMemo(1 << 20);
    const anonymous = ({ digest: _, ...rest }: NewPart): NewPart => rest;
    for (const text of ['first', 'other']) {
      const { old, next, input } = files({ a: 'a\n' }, { a: `${text}\n` });
      const delta = await makeDelta({ ...input, parts: input.parts.map(anonymous) }, { ...tools, memo });
      expect(Buffer.compare(applyDelta(old, delta, next.length), next)).toBe(0);
    }
  });

  it('refuses an alignment that contradicts the bytes', async () => {
    const { input } = files({ a: 'before'.repeat(9) }, { a: 'after!'.repeat(9) });
    const range = { oldStart: 0, oldEnd: 99, nextStart: 0, nextEnd: 54, cells: LINES, runs: () => [] };
    const align = (): readonly AlignedRange[] => [
      { ...range, cells: { kind: 'fixed', width: 27 }, runs: () => [{ old: 1, next: 0, count: 2 }] },
    ];
    const parts = input.parts.map((one) => ({ ...one, align }));
    await expect(makeDelta({ ...input, parts }, tools)).rejects.toThrow(
      'delta: the plan of a part reads outside the old bytes',
    );
  });

  it('refuses an old file that is shorter than its parts', async () => {
    const { input } = files({ a: 'a\n', b: 'b\n' }, { b: 'b\n' });
    await expect(makeDelta({ ...input, oldSize: 3 }, tools)).rejects.toThrow(
      'delta: a step reads 2 bytes at 2 of 3 old bytes',
    );
  });
});
