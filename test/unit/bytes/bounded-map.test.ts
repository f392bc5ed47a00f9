import { expect, it } from 'vitest';
import { BoundedMap } from '../../../src/bytes/bounded-map.ts';

function mapOf(...entries: readonly (readonly [key: string, size: number])[]): BoundedMap<string, object> {
  const map = new BoundedMap<string, object>(10);
  for (const [key, size] of entries) map.set(key, {}, size);
  return map;
}

function keptIn(map: BoundedMap<string, object>): readonly string[] {
  return ['a', 'b', 'c'].filter((key) => map.get(key) !== undefined);
}

it('keeps values that fit', () => {
  const map = mapOf();
  const [first, second] = [{}, {}];
  map.set('a', first, 5);
  map.set('b', second, 5);
  expect(map.get('a')).toBe(first);
  expect(map.get('b')).toBe(second);
});

it('drops the least recently used value', () => {
  const map = mapOf(['a', 5], ['b', 5]);
  map.get('a');
  map.set('c', {}, 1);
  expect(keptIn(map)).toEqual(['a', 'c']);
});

it('drops as many values as necessary', () => {
  expect(keptIn(mapOf(['a', 4], ['b', 4], ['c', 9]))).toEqual(['c']);
});

it('does not keep a value that is larger than its bound', () => {
  expect(keptIn(mapOf(['a', 11]))).toEqual([]);
});

it('counts a value once if it is set again', () => {
  expect(keptIn(mapOf(['a', 5], ['a', 5], ['b', 5]))).toEqual(['a', 'b']);
});
