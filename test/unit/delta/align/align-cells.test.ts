import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignCells, type CellRun, type CellShape } from '../../../../src/delta/align/align-cells.ts';
import { MatchList } from '../../../../src/delta/instructions.ts';

const LINES: CellShape = { kind: 'text', end: 0x0a };

/** What is matched between two texts, each as `old` or as `old > new`. */
function matched(old: string, next: string, runs: readonly CellRun[], cells: CellShape = LINES): readonly string[] {
  const [before, after] = [Buffer.from(old, 'latin1'), Buffer.from(next, 'latin1')];
  const matches = new MatchList();
  const range = { oldStart: 0, oldEnd: before.length, nextStart: 0, nextEnd: after.length, cells, runs: () => runs };
  alignCells(before, after, range, matches);
  return matches.list().map(({ oldStart, nextStart, length }) => {
    const from = old.slice(oldStart, oldStart + length);
    const to = next.slice(nextStart, nextStart + length);
    return from === to ? from : `${from} > ${to}`;
  });
}

const run = (old: number, next: number, count: number): CellRun => ({ old, next, count });

describe('alignCells', () => {
  it('matches an unchanged range as a whole, whatever the runs say', () => {
    expect(matched('a\nb\n', 'a\nb\n', [])).toEqual(['a\nb\n']);
  });

  it('matches cells that kept their length together', () => {
    expect(matched('one\ntwo\nsix\n', 'one\nten\nsix\n', [run(0, 0, 3)])).toEqual([
      'one\ntwo\nsix\n > one\nten\nsix\n',
    ]);
  });

  it('keeps the beginning and the end of a cell that grew or shrank', () => {
    expect(matched('a\n1.9-1\nb\n', 'a\n1.10-1\nb\n', [run(0, 0, 3)])).toEqual(['a\n1.', '-1\nb\n']);
    expect(matched('aXYZb\nc\n', 'ab\nc\n', [run(0, 0, 2)])).toEqual(['a', 'b\nc\n']);
  });

  it('uses no byte of a cell twice if its beginning and end overlap', () => {
    expect(matched('aa\nb\n', 'aaa\nb\n', [run(0, 0, 2)])).toEqual(['aa', '\nb\n']);
    expect(matched('aaa\n', 'aa\n', [run(0, 0, 1)])).toEqual(['aa', '\n']);
  });

  it('skips cells of the old version that are in no run, and leaves out those of the new one', () => {
    expect(matched('a\nGONE\nb\n', 'a\nb\n', [run(0, 0, 1), run(2, 1, 1)])).toEqual(['a\n', 'b\n']);
    expect(matched('a\nb\n', 'a\nNEW\nb\n', [run(0, 0, 1), run(1, 2, 1)])).toEqual(['a\n', 'b\n']);
  });

  it('does not match a text of the same length in which more than eight bytes and more than half differ', () => {
    expect(matched('abcdefgh\n', 'ABCDEFGH\n', [run(0, 0, 1)])).toEqual(['abcdefgh\n > ABCDEFGH\n']);
    expect(matched('abcdefghi\n', 'ABCDEFGHI\n', [run(0, 0, 1)])).toEqual(['\n']);
    expect(matched('abcdefghi12345678\n', 'ABCDEFGHI12345678\n', [run(0, 0, 1)])).toEqual([
      'abcdefghi12345678\n > ABCDEFGHI12345678\n',
    ]);
  });

  it('aligns a last cell that ends with its range', () => {
    expect(matched('a\nbcd', 'a\nbxcd', [run(0, 0, 2)])).toEqual(['a\nb', 'cd']);
    expect(matched('a\nb', 'a\n', [run(0, 0, 2)])).toEqual(['a\n']);
  });

  it('ignores cells of a run that are in neither version', () => {
    expect(matched('a\n', 'b\n', [run(0, 0, 5)])).toEqual(['a\n > b\n']);
  });

  it('takes a varint as a cell', () => {
    const cells: CellShape = { kind: 'varint' };
    expect(matched('\x01\x82\x03\x05', '\x01\x85\x04\x05', [run(0, 0, 3)], cells)).toEqual([
      '\x01\x82\x03\x05 > \x01\x85\x04\x05',
    ]);
    expect(matched('\x01\x82\x83\x03\x05', '\x01\x82\x03\x05', [run(0, 0, 3)], cells)).toEqual([
      '\x01\x82',
      '\x03\x05',
    ]);
  });

  it('counts no cells if all correspond', () => {
    const all = run(0, 0, Infinity);
    expect(matched('a\n1.9\nb\nc\n', 'a\n1.10\nb\nC\n', [all])).toEqual(['a\n1.', '\nb\nc\n > \nb\nC\n']);
    expect(matched('a\nb\nc\n', 'a\nbb\n', [all])).toEqual(['a\nb', '\n']);
    expect(matched('aabb', 'aacc', [all], { kind: 'fixed', width: 2 })).toEqual(['aabb > aacc']);
  });

  it('requests no runs if a range did not change', () => {
    const range = { oldStart: 0, oldEnd: 2, nextStart: 1, nextEnd: 3, cells: LINES };
    const matches = new MatchList();
    const runs = (): readonly CellRun[] => {
      throw new Error('asked for');
    };
    alignCells(Uint8Array.of(5, 6), Uint8Array.of(4, 5, 6), { ...range, runs }, matches);
    expect(matches.list()).toEqual([{ oldStart: 0, nextStart: 1, length: 2 }]);
  });

  it('matches cells of fixed width by their positions', () => {
    const cells: CellShape = { kind: 'fixed', width: 2 };
    expect(matched('aabbcc', 'aaddBBcc', [run(0, 0, 1), run(1, 2, 2)], cells)).toEqual(['aa', 'bbcc > BBcc']);
    expect(matched('aabb', 'aacc', [run(0, 0, 9)], cells)).toEqual(['aabb > aacc']);
  });

  it('stays within both ranges and never goes back, for any cells and runs', () => {
    const text = fc.stringMatching(/^[ab\n]{0,40}$/);
    const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(4)), { maxLength: 6 });
    const shapes = fc.constantFrom<CellShape>(LINES, { kind: 'varint' }, { kind: 'text', end: 0x61 });
    fc.assert(
      fc.property(text, text, steps, shapes, fc.nat(5), fc.nat(5), (old, next, list, cells, oldStart, nextStart) => {
        const [before, after] = [Buffer.from(old), Buffer.from(next)];
        const matches = new MatchList();
        const span = { oldStart, oldEnd: before.length, nextStart, nextEnd: after.length };
        if (oldStart > before.length || nextStart > after.length) return;
        alignCells(before, after, { ...span, cells, runs: () => runsOf(list) }, matches);
        let oldAt = oldStart;
        let nextAt = nextStart;
        for (const match of matches.list()) {
          expect(match.length).toBeGreaterThan(0);
          expect(match.oldStart).toBeGreaterThanOrEqual(oldAt);
          expect(match.nextStart).toBeGreaterThanOrEqual(nextAt);
          oldAt = match.oldStart + match.length;
          nextAt = match.nextStart + match.length;
        }
        expect(oldAt).toBeLessThanOrEqual(before.length);
        expect(nextAt).toBeLessThanOrEqual(after.length);
      }),
    );
  });
});

function runsOf(steps: readonly (readonly [number, number, number])[]): readonly CellRun[] {
  let old = 0;
  let next = 0;
  return steps.map(([oldGap, nextGap, count]) => {
    const one = run(old + oldGap, next + nextGap, count);
    old = one.old + count;
    next = one.next + count;
    return one;
  });
}
