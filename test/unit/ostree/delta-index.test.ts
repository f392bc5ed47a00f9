import { describe, expect, it } from 'vitest';
import { checkNormal } from '../../../src/glib/gvariant/check-normal.ts';
import { Variant } from '../../../src/glib/gvariant/variant.ts';
import { hashOrder } from '../../../src/glib/hash-order.ts';
import {
  encodeDeltaIndex,
  packStaticDeltas,
  type StaticDelta,
  staticDeltaName,
} from '../../../src/ostree/delta-index.ts';
import { digestOf } from '../layouts/flatpak/format/sample-refs.ts';

const TO = digestOf(1);
const DELTAS: readonly StaticDelta[] = [9, 200, 10, 30].map((from) => {
  return { from: digestOf(from), to: TO, superblock: digestOf(from + 1) };
});
const WHOLE: StaticDelta = { to: TO, superblock: digestOf(2) };

describe('an index of static deltas', () => {
  const listed = (bytes: Uint8Array): Variant | undefined =>
    checkNormal(new Variant('a{sv}', bytes)).lookup('ostree.static-deltas', 'a{sv}');
  const entriesOf = (deltas?: Variant): readonly (readonly [string, string])[] =>
    [...(deltas?.children() ?? [])].map((entry) => {
      return [entry.child(0).string(), Buffer.from(entry.child(1).inner().byteArray()).toString('hex')];
    });

  it('names each delta after its commits, with the digest of its first file', () => {
    expect(entriesOf(listed(encodeDeltaIndex([WHOLE])))).toEqual([[TO, digestOf(2)]]);
    expect(entriesOf(listed(encodeDeltaIndex(DELTAS.slice(0, 1))))).toEqual([[`${digestOf(9)}-${TO}`, digestOf(10)]]);
  });

  it('is the same in whatever order the deltas are', () => {
    const all = [WHOLE, ...DELTAS];
    expect(encodeDeltaIndex(all.toReversed())).toEqual(encodeDeltaIndex(all));
    expect(entriesOf(listed(encodeDeltaIndex(all)))).toHaveLength(5);
  });

  it('has deltas in the order of a hash table', () => {
    const found = entriesOf(new Variant('a{sv}', packStaticDeltas(DELTAS).bytes)).map(([name]) => name);
    expect(found).toEqual(hashOrder(DELTAS.map(staticDeltaName)));
    expect(found).not.toEqual(found.toSorted());
  });

  it('is well-formed without deltas', () => {
    expect(entriesOf(listed(encodeDeltaIndex([])))).toEqual([]);
  });
});
