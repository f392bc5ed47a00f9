import { describe, expect, it } from 'vitest';
import { checkNormal } from '../../../../src/glib/gvariant/check-normal.ts';
import { Variant } from '../../../../src/glib/gvariant/variant.ts';
import { refusalOf } from './refusal.ts';
import { badVectors, goodVectors } from './vectors.ts';

function isNormal(type: string, bytes: Uint8Array): boolean {
  return refusalOf(() => checkNormal(new Variant(type, bytes))) === undefined;
}

describe('checkNormal', () => {
  it.each(goodVectors)('accepts what GLib calls normal: $title', ({ type, bytes, bigEndian, normal }) => {
    expect([bytes, bigEndian ?? bytes, ...normal].filter((one) => !isNormal(type, one))).toEqual([]);
  });

  it.each(goodVectors.filter(({ notNormal }) => notNormal.length > 0))(
    'refuses the variations that GLib does not call normal: $title',
    ({ type, notNormal }) => {
      expect(notNormal.filter((one) => isNormal(type, one))).toEqual([]);
    },
  );

  it.each(badVectors)('refuses what GLib does not call normal: $title', ({ type, bytes }) => {
    expect(isNormal(type, bytes)).toBe(false);
  });
});
