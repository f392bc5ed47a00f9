import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PartPlan, planPart } from '../../../../src/delta/align/part-plan.ts';
import type { CellShape, Run } from '../../../../src/delta/align/stretch.ts';
import { lengthOf } from '../../../../src/delta/bsdiff40/differences.ts';

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
function planLines(old: string, next: string, runs: readonly Run[], cells: CellShape = LINES): PartPlan {
  const stretch = { oldStart: 0, oldEnd: old.length, nextStart: 0, nextEnd: next.length, cells, runs: () => runs };
  return planPart(bytesOf(old), bytesOf(next), [stretch]);
}

/** Each segment as `+text`, or as the old bytes that it is made from. */
function show({ segments }: PartPlan, old: string): readonly string[] {
  return segments.map((segment) =>
    segment instanceof Uint8Array
      ? `+${textOf(segment)}`
      : old.slice(segment.oldStart, segment.oldStart + lengthOf(segment.differences)),
  );
}

function searchable({ searchable: excerpts }: PartPlan): readonly string[] {
  return excerpts.map(({ oldStart, bytes }) => `${oldStart} ${textOf(bytes)}`);
}

const run = (old: number, next: number, count: number): Run => ({ old, next, count });

describe('planPart', () => {
  it('brings along what no match covers', () => {
    const old = `first\nsecond\n${PADDING}`;
    const plan = planLines(old, `first\nnew\nsecond, changed\n${PADDING}`, [run(0, 0, 1), run(1, 2, 2)]);
    expect(show(plan, old)).toEqual(['first\n', '+new\n', 'second', '+, changed', `\n${PADDING}`]);
  });

  it('brings everything along where nothing is known, and offers all old bytes for a search', () => {
    const plan = planPart(bytesOf('old'), bytesOf('next'), []);
    expect([show(plan, 'old'), searchable(plan)]).toEqual([['+next'], ['0 old']]);
    expect(planPart(bytesOf('old'), bytesOf(''), [])).toMatchObject({ segments: [] });
  });

  it('offers the old bytes that no match uses', () => {
    const plan = planLines(`a\nGONE\n${PADDING}END\n`, `a\n${PADDING}`, [run(0, 0, 1), run(2, 1, 1)]);
    expect(searchable(plan)).toEqual(['2 GONE\n', '308 END\n']);
  });

  it('offers as many bytes as were inserted on either side of the place', () => {
    const plan = planLines('aaaaaaaa\nbbbbbbbb\n', 'aaaaaaaa\nNEW\nbbbbbbbb\n', [run(0, 0, 1), run(1, 2, 1)]);
    expect(searchable(plan)).toEqual(['5 aaa\nbbbb']);
    const longer = planLines('a\nb\n', `a\n${'N'.repeat(5000)}\nb\n`, [run(0, 0, 1), run(1, 2, 1)]);
    expect(searchable(longer)).toEqual(['0 a\nb\n']);
    const [a, b] = [`${'a'.repeat(2999)}\n`, `${'b'.repeat(2999)}\n`];
    const far = planLines(a + b, `${a}${'N'.repeat(5000)}\n${b}`, [run(0, 0, 1), run(1, 2, 1)]);
    expect(far.searchable.map(({ oldStart, bytes }) => [oldStart, bytes.length])).toEqual([[2000, 2000]]);
  });

  it('keeps nothing of the bytes that it was given', () => {
    const old = bytesOf('first\nGONE\n');
    const next = bytesOf('fIrst\nNEW, longer\n');
    const stretch = { oldStart: 0, oldEnd: old.length, nextStart: 0, nextEnd: next.length, cells: LINES };
    const plan = planPart(old, next, [{ ...stretch, runs: () => [run(0, 0, 1)] }]);
    const before = JSON.stringify(plan);
    old.fill(0);
    next.fill(0);
    expect(JSON.stringify(plan)).toBe(before);
  });

  it('leaves out matches of fewer than eight bytes where they come thicker than a reader allows', () => {
    const old = 'aXb\n'.repeat(40);
    const next = 'aYYb\n'.repeat(40);
    const plan = planLines(old, next, [run(0, 0, 40)]);
    expect(show(plan, old)).toEqual([`+${next}`]);
    const sparse = `${'aXb\n'.repeat(9)}${'-'.repeat(400)}`;
    const kept = planLines(sparse, sparse.replaceAll('X', 'YY'), [run(0, 0, 10)]);
    expect(kept.segments.length).toBe(19);
  });

  it('never has more than one match for every eight bytes, so that a reader takes it', () => {
    const lines = fc.array(fc.stringMatching(/^[ab]{0,5}$/), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(lines, lines, (old, next) => {
        const text = next.map((line) => `${line}\n`).join('');
        const plan = planLines(old.map((line) => `${line}\n`).join(''), text, [run(0, 0, 20)]);
        const copies = plan.segments.filter((segment) => !(segment instanceof Uint8Array));
        expect(copies.length).toBeLessThanOrEqual(text.length / 8);
      }),
    );
  });

  it('refuses stretches that lie one in the other', () => {
    const [old, next] = [bytesOf(`12345678${PADDING}`), bytesOf(`87654321${PADDING}`)];
    const stretch = { oldStart: 0, oldEnd: 99, nextStart: 0, nextEnd: 99, cells: LINES, runs: () => [run(0, 0, 1)] };
    expect(() => planPart(old, next, [stretch, { ...stretch, oldStart: 50 }])).toThrow(
      'delta: the plan of a part makes more than the 309 new bytes',
    );
  });

  it('refuses a stretch that leads out of the old bytes', () => {
    const [old, next] = [bytesOf(PADDING), bytesOf(`1${PADDING}`)];
    const cells: CellShape = { kind: 'fixed', width: 1 };
    const stretch = { oldStart: 0, oldEnd: 302, nextStart: 0, nextEnd: 302, cells, runs: () => [run(0, 0, 302)] };
    expect(() => planPart(old, next, [stretch])).toThrow('delta: the plan of a part leaves the old bytes');
  });
});
