import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../../../../src/bytes/bytes.ts';
import { Variant } from '../../../../../src/glib/gvariant/variant.ts';
import { SUMMARY_TYPE } from '../../../../../src/layouts/flatpak/format/summary.ts';
import {
  applySummaryDelta,
  makeSummaryDelta,
  outlineSummaryDelta,
} from '../../../../../src/layouts/flatpak/format/summary-delta.ts';
import { refusalOf } from '../../../glib/gvariant/refusal.ts';
import { arbitrarySummary, sampleRef, summaryOf } from './sample-refs.ts';

const COPY = 0;
const SKIP = 1;
const ADD = 2;
const NO_LIMIT = 2 ** 31;

describe('makeSummaryDelta', () => {
  it('makes any summary from any other when it is applied', () => {
    fc.assert(
      fc.property(arbitrarySummary, arbitrarySummary, (old, next) => {
        const delta = makeSummaryDelta(old, next);
        expect(Buffer.compare(applySummaryDelta(old.bytes, delta, next.bytes.length), next.bytes)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('is one copy where nothing changed', () => {
    const summary = summaryOf([sampleRef('app/org.a.B/x86_64/stable')]);
    expect(makeSummaryDelta(summary, summary)).toEqual(deltaOf([[COPY, summary.bytes.length]]));
  });

  it('adds no more of an entry than changed', () => {
    const refs = Array.from({ length: 100 }, (_, i) => sampleRef(`app/org.a.B${i}/x86_64/stable`));
    const changed = refs.map((ref, i) => (i === 50 ? sampleRef(ref.name, {}, 2) : ref));
    const delta = makeSummaryDelta(summaryOf(refs), summaryOf(changed));
    expect(operationsOf(delta)).toEqual([
      [COPY, expect.any(Number)],
      [SKIP, 32],
      [ADD, 32],
      [COPY, expect.any(Number)],
    ]);
  });

  it('makes a summary from none, and none from one', () => {
    const [none, one] = [summaryOf([]), summaryOf([sampleRef('app/org.a.B/x86_64/stable')])];
    for (const [old, next] of [
      [none, one],
      [one, none],
    ] as const) {
      expect(applySummaryDelta(old.bytes, makeSummaryDelta(old, next), NO_LIMIT)).toEqual(next.bytes);
    }
  });

  it('never makes a wrong delta from an older summary whose entries lie in disorder: it refuses, or the delta is right', () => {
    const [old, next] = [3, 5].map((count) =>
      summaryOf(Array.from({ length: count }, (_, i) => sampleRef(`app/org.a.B${i}/x86_64/stable`))),
    ) as [Variant, Variant];
    let refused = 0;
    for (let at = 0; at < old.bytes.length; at++) {
      for (const value of [0, 1, 0x40, 0xff]) {
        const bytes = old.bytes.slice();
        bytes[at] = value;
        let delta: Uint8Array = new Uint8Array(0);
        const refusal = refusalOf(() => {
          delta = makeSummaryDelta(new Variant(SUMMARY_TYPE, bytes), next);
        });
        if (refusal === undefined) {
          expect(Buffer.compare(applySummaryDelta(bytes, delta, NO_LIMIT), next.bytes), `${value} at ${at}`).toBe(0);
        } else refused++;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});

describe('applySummaryDelta', () => {
  const old = encodeText('0123456789');
  const apply = (delta: Uint8Array, maxSize = NO_LIMIT): string =>
    Buffer.from(applySummaryDelta(old, delta, maxSize)).toString();

  it.each([
    ['copies', [[COPY, 4]], '', '0123'],
    [
      'skips',
      [
        [SKIP, 4],
        [COPY, 2],
      ],
      '',
      '45',
    ],
    ['adds', [[ADD, 3]], 'abc', 'abc'],
    [
      'goes on where it stopped, on both sides',
      [
        [ADD, 1],
        [COPY, 1],
        [ADD, 1],
        [SKIP, 1],
        [COPY, 1],
      ],
      'ab',
      'a0b2',
    ],
    ['does nothing without operations', [], '', ''],
    [
      'does nothing for operations of no bytes',
      [
        [COPY, 0],
        [SKIP, 0],
        [ADD, 0],
      ],
      '',
      '',
    ],
    ['may leave old bytes', [[COPY, 1]], '', '0'],
    [
      'goes to the ends of both sides',
      [
        [COPY, 10],
        [ADD, 2],
      ],
      'ab',
      '0123456789ab',
    ],
    ['may leave bytes of its own, as flatpak lets it', [[ADD, 1]], 'ab', 'a'],
  ] as const)('%s', (_, operations, added, expected) => {
    expect(apply(deltaOf(operations, added))).toBe(expected);
  });

  it.each([
    ['copies past the old summary', [[COPY, 11]], ''],
    [
      'copies what it skipped',
      [
        [SKIP, 5],
        [COPY, 6],
      ],
      '',
    ],
    ['skips past the old summary', [[SKIP, 11]], ''],
    ['adds more than it has', [[ADD, 3]], 'ab'],
    [
      'adds its bytes twice',
      [
        [ADD, 2],
        [ADD, 1],
      ],
      'ab',
    ],
    ['copies as much as an operation can say', [[COPY, 2 ** 28 - 1]], ''],
    ['has an operation 3', [[3, 0]], ''],
    ['has an operation 8', [[8, 1]], ''],
    ['has an operation 15', [[15, 2 ** 28 - 1]], ''],
    [
      'has a bad operation after good ones',
      [
        [COPY, 10],
        [4, 0],
      ],
      '',
    ],
  ] as const)('refuses a delta that %s', (_, operations, added) => {
    expect(refusalOf(() => apply(deltaOf(operations, added)))).toMatch(/^summary delta: expected /);
  });

  it('refuses a delta that was cut anywhere', () => {
    const delta = deltaOf(
      [
        [COPY, 4],
        [ADD, 3],
        [SKIP, 1],
        [COPY, 2],
      ],
      'abc',
    );
    for (let length = 0; length < delta.length; length++) {
      expect(
        refusalOf(() => apply(delta.subarray(0, length))),
        `${length} bytes`,
      ).toBeDefined();
    }
    expect(apply(delta)).toBe('0123abc56');
  });

  it('refuses a different head, and more operations than it has', () => {
    const delta = deltaOf([[COPY, 1]]);
    for (const head of ['xadg', 'XADF', 'BSDI', '\x1f\x8b\x08\0', '\0\0\0\0']) {
      const bytes = delta.slice();
      bytes.set(Buffer.from(head, 'latin1'));
      expect(refusalOf(() => apply(bytes))).toBe('summary delta: expected a head "xadf", found something else');
    }
    for (const count of [2, 0x4000_0000, 0xffff_ffff]) {
      const bytes = delta.slice();
      new DataView(bytes.buffer).setUint32(4, count, true);
      expect(refusalOf(() => apply(bytes))).toBe(`summary delta: expected ${count} operations, found 12 bytes`);
    }
  });

  it('refuses a result that is too long before it has been made', () => {
    const delta = deltaOf(
      [
        [COPY, 10],
        [ADD, 2],
      ],
      'ab',
    );
    expect(apply(delta, 12)).toBe('0123456789ab');
    for (const maxSize of [11, 10, 9, 0]) {
      expect(refusalOf(() => apply(delta, maxSize))).toBe(
        `summary delta: expected at most ${maxSize} bytes, found more`,
      );
    }
  });

  it('reads a delta wherever it lies in a larger buffer', () => {
    const delta = deltaOf(
      [
        [COPY, 2],
        [ADD, 1],
      ],
      'a',
    );
    const room = concatBytes([new Uint8Array(5), delta]);
    expect(apply(room.subarray(5))).toBe('01a');
  });

  it('never crashes, whatever the bytes', () => {
    const words = fc.array(fc.oneof(fc.nat({ max: 0xffff_ffff }), fc.constantFrom(0, 1, 0x1000_0001, 0x2000_0001)));
    fc.assert(
      fc.property(words, fc.string({ maxLength: 9 }), (operations, added) => {
        const delta = deltaOf(
          operations.map((word) => [word >>> 28, word & 0xfff_ffff] as const),
          added,
        );
        refusalOf(() => apply(delta, 100));
      }),
    );
  });
});

describe('outlineSummaryDelta', () => {
  it('sums up the operations of each kind, in the order of their numbers', () => {
    const delta = deltaOf(
      [
        [ADD, 2],
        [COPY, 5],
        [ADD, 1],
      ],
      'new',
    );
    expect(outlineSummaryDelta(delta)).toEqual([
      { kind: 'copy', count: 1, bytes: 5 },
      { kind: 'skip', count: 0, bytes: 0 },
      { kind: 'add', count: 2, bytes: 3 },
    ]);
  });

  it('refuses an operation of no known kind', () => {
    expect(refusalOf(() => outlineSummaryDelta(deltaOf([[3, 1]])))).toBe(
      'summary delta: expected an operation from 0 to 2, found 3',
    );
  });
});

type Operation = readonly [kind: number, size: number];

function deltaOf(operations: readonly Operation[], added = ''): Uint8Array {
  const head = new Uint8Array(8 + 4 * operations.length);
  const view = new DataView(head.buffer);
  head.set(encodeText('xadf'));
  view.setUint32(4, operations.length, true);
  for (const [i, [kind, size]] of operations.entries()) view.setUint32(8 + 4 * i, kind * 2 ** 28 + size, true);
  return concatBytes([head, encodeText(added)]);
}

function operationsOf(delta: Uint8Array): readonly Operation[] {
  const view = new DataView(delta.buffer, delta.byteOffset, delta.length);
  return Array.from({ length: view.getUint32(4, true) }, (_, i) => {
    const word = view.getUint32(8 + 4 * i, true);
    return [word >>> 28, word & 0xfff_ffff];
  });
}
