import { describe, expect, it } from 'vitest';
import { hashOrder } from '../../../src/glib/hash-order.ts';
import { sha256Of } from '../../workspace.ts';
import { DIGESTS, ORDERS } from './hash-order-vectors.ts';

describe('hashOrder gives keys in the order of GLib’s hash table', () => {
  it.each(ORDERS)('$title', ({ keys, order }) => {
    expect(hashOrder(keys)).toEqual(order);
  });

  it.each(DIGESTS)('%i keys, put in one after the other', (count, sha256) => {
    const keys = Array.from({ length: count }, (_, i) => `key-${i}`);
    expect(sha256Of(hashOrder(keys).join('\n'))).toBe(sha256);
  });
});
