import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellRun, CellShape } from '../../../../src/delta/align/align-cells.ts';
import { type PartPlan, planPart } from '../../../../src/delta/align/part-plan.ts';
import { lengthOf } from '../../../../src/delta/instructions.ts';

const LINES: CellShape = { kind: 'text', end: 0x0a };

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** A last line that is always the same: in a part of a few bytes, short matches would be too many. */
const PADDING = `${'.'.repeat(300)}\n`;

/** The plan of two texts of lines. */
function planLines(old: string, next: string, runs: readonly CellRun[], cells: CellShape = LINES): PartPlan {
  const range = { oldStart: 0, oldEnd: old.length, nextStart: 0, nextEnd: next.length, cells, runs: () => runs };
  return planPart(bytesOf(old), bytesOf(next), [range]);
}

/** Each instruction as `+text`, or as the old bytes that it copies. */
function show({ instructions }: PartPlan, old: string): readonly string[] {
  return instructions.map((one) =>
    one instanceof Uint8Array ? `+${textOf(one)}` : old.slice(one.oldStart, one.oldStart + lengthOf(one.differences)),
  );
}

function searchable({ searchable: excerpts }: PartPlan): readonly string[] {
  return excerpts.map(({ oldStart, bytes }) => `${oldStart} ${textOf(bytes)}`);
}

const run = (old: number, next: number, count: number): CellRun => ({ old, next, count });

describe('planPart', () => {
  it('inserts what no match covers', () => {
    const old = `first\nsecond\n${PADDING}`;
    const plan = planLines(old, `first\nnew\nsecond, changed\n${PADDING}`, [run(0, 0, 1), run(1, 2, 2)]);
    expect(show(plan, old)).toEqual(['first\n', '+new\n', 'second', '+, changed', `\n${PADDING}`]);
  });

  it('inserts everything if nothing is known, and offers all old bytes for a search', () => {
    const plan = planPart(bytesOf('old'), bytesOf('next'), []);
    expect([show(plan, 'old'), searchable(plan)]).toEqual([['+next'], ['0 old']]);
    expect(planPart(bytesOf('old'), bytesOf(''), [])).toMatchObject({ instructions: [] });
  });

  it('offers the old bytes that no match uses for a search', () => {
    const plan = planLines(`a\nGONE\n${PADDING}END\n`, `a\n${PADDING}`, [run(0, 0, 1), run(2, 1, 1)]);
    expect(searchable(plan)).toEqual(['2 GONE\n', '308 END\n']);
  });

  it('offers as many bytes on either side of an insertion as were inserted', () => {
    const plan = planLines('aaaaaaaa\nbbbbbbbb\n', 'aaaaaaaa\nNEW\nbbbbbbbb\n', [run(0, 0, 1), run(1, 2, 1)]);
    expect(searchable(plan)).toEqual(['5 aaa\nbbbb']);
    const longer = planLines('a\nb\n', `a\n${'N'.repeat(5000)}\nb\n`, [run(0, 0, 1), run(1, 2, 1)]);
    expect(searchable(longer)).toEqual(['0 a\nb\n']);
    const [a, b] = [`${'a'.repeat(2999)}\n`, `${'b'.repeat(2999)}\n`];
    const far = planLines(a + b, `${a}${'N'.repeat(5000)}\n${b}`, [run(0, 0, 1), run(1, 2, 1)]);
    expect(far.searchable.map(({ oldStart, bytes }) => [oldStart, bytes.length])).toEqual([[2000, 2000]]);
  });

  it('does not refer to the given arrays', () => {
    const old = bytesOf('first\nGONE\n');
    const next = bytesOf('fIrst\nNEW, longer\n');
    const range = { oldStart: 0, oldEnd: old.length, nextStart: 0, nextEnd: next.length, cells: LINES };
    const plan = planPart(old, next, [{ ...range, runs: () => [run(0, 0, 1)] }]);
    const before = JSON.stringify(plan);
    old.fill(0);
    next.fill(0);
    expect(JSON.stringify(plan)).toBe(before);
  });

  it('leaves out matches of fewer than eight bytes if there are more than a reader allows', () => {
    const old = 'aXb\n'.repeat(40);
    const next = 'aYYb\n'.repeat(40);
    const plan = planLines(old, next, [run(0, 0, 40)]);
    expect(show(plan, old)).toEqual([`+${next}`]);
    const sparse = `${'aXb\n'.repeat(9)}${'-'.repeat(400)}`;
    const kept = planLines(sparse, sparse.replaceAll('X', 'YY'), [run(0, 0, 10)]);
    expect(kept.instructions.length).toBe(19);
  });

  it('never has more than one match per eight bytes, so that a reader accepts it', () => {
    const lines = fc.array(fc.stringMatching(/^[ab]{0,5}$/), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(lines, lines, (old, next) => {
        const text = next.map((line) => `${line}\n`).join('');
        const plan = planLines(old.map((line) => `${line}\n`).join(''), text, [run(0, 0, 20)]);
        const copies = plan.instructions.filter((one) => !(one instanceof Uint8Array));
        expect(copies.length).toBeLessThanOrEqual(text.length / 8);
      }),
    );
  });

  it('refuses ranges that overlap', () => {
    const [old, next] = [bytesOf(`12345678${PADDING}`), bytesOf(`87654321${PADDING}`)];
    const range = { oldStart: 0, oldEnd: 99, nextStart: 0, nextEnd: 99, cells: LINES, runs: () => [run(0, 0, 1)] };
    expect(() => planPart(old, next, [range, { ...range, oldStart: 50 }])).toThrow(
      'delta: the plan of a part makes more than the 309 new bytes',
    );
  });

  it('refuses a range that reaches outside the old bytes', () => {
    const [old, next] = [bytesOf(PADDING), bytesOf(`1${PADDING}`)];
    const cells: CellShape = { kind: 'fixed', width: 1 };
    const range = { oldStart: 0, oldEnd: 302, nextStart: 0, nextEnd: 302, cells, runs: () => [run(0, 0, 302)] };
    expect(() => planPart(old, next, [range])).toThrow('delta: the plan of a part reads outside the old bytes');
  });
});
