/**
 * Refs and summaries for tests that need some, whatever is in them.
 */
import fc from 'fast-check';
import { Variant } from '../../../../../src/glib/gvariant/variant.ts';
import { packRef, packSummary, SUMMARY_TYPE } from '../../../../../src/layouts/flatpak/format/summary.ts';
import { type Digest, isDigest } from '../../../../../src/model/digest.ts';
import { compareText } from '../../../../../src/model/order.ts';
import type { Ref } from '../../../../../src/ostree/repository.ts';
import { EPOCH } from '../../../../ostree-repository.ts';

/** The digest that repeats one number, from 0 to 255. */
export function digestOf(number: number): Digest {
  const hex = number.toString(16).padStart(2, '0').repeat(32);
  if (isDigest(hex)) return hex;
  throw new TypeError(`expected a number from 0 to 255, found ${number}`);
}

/** A ref with some facts. */
export function sampleRef(name: string, facts: Partial<Ref['facts']> = {}, commit = 1): Ref {
  const size = { size: 300, timestamp: EPOCH, installedSize: 2048n, downloadSize: 1000n };
  return { name, commit: digestOf(commit), facts: { ...size, metadata: '[Application]\n', subsets: [], ...facts } };
}

/** A summary of refs, which are put in order. */
export function summaryOf(refs: readonly Ref[]): Variant {
  const sorted = refs.toSorted((a, b) => compareText(a.name, b.name));
  return new Variant(SUMMARY_TYPE, packSummary(sorted.map(packRef)).bytes);
}

/** Summaries of up to forty refs, of a few names, so that two of them have much in common. */
export const arbitrarySummary: fc.Arbitrary<Variant> = fc
  .uniqueArray(
    fc.record({
      name: fc.integer({ min: 0, max: 60 }).map((number) => `app/org.a.B${number}/x86_64/stable`),
      commit: fc.integer({ min: 0, max: 3 }),
      metadata: fc.oneof(fc.constant('[Application]\n'), fc.string({ maxLength: 40 }).map(withoutZeros)),
      endOfLife: fc.option(fc.constantFrom('', 'over'), { nil: undefined }),
    }),
    { selector: ({ name }) => name, maxLength: 40 },
  )
  .map((refs) =>
    summaryOf(
      refs.map(({ name, commit, metadata, endOfLife }) =>
        sampleRef(name, { metadata, ...(endOfLife === undefined ? {} : { endOfLife }) }, commit),
      ),
    ),
  );

function withoutZeros(text: string): string {
  return text.replaceAll('\0', '');
}
