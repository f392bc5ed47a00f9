import fc from 'fast-check';
import { concatBytes } from '../../../../src/bytes/bytes.ts';

/** Old and new bytes that have much in common: chunks of the old ones, with others between. */
export const relatedFiles: fc.Arbitrary<readonly [old: Uint8Array, next: Uint8Array]> = fc
  .uint8Array({ maxLength: 300, max: 5 })
  .chain((old) => {
    const chunk = fc.tuple(fc.nat(old.length), fc.nat(120)).map(([at, size]) => old.subarray(at, at + size));
    const chunks = fc.array(fc.oneof(chunk, fc.uint8Array({ maxLength: 30, max: 5 })), { maxLength: 6 });
    return fc.tuple(
      fc.constant(old),
      chunks.map((list) => concatBytes(list)),
    );
  });
