/** Records that hold whatever a record may hold, the corners of the format first. */
import fc from 'fast-check';
import { compareRecords, type FieldValue, type PackageRecord, recordKey } from '../../../../../src/model/record.ts';

/** Texts that a cell could take for something else. */
const awkwardText = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('\x00', '\x01', '\x02', '\x03', '\x04', '\x1f', '\n', '"', '\\'),
      fc.string({ maxLength: 6 }),
    )
    .map(([first, rest]) => first + rest),
  fc.constantFrom('', '\0', 'a\0b', 'a\x1fb', '\x01AAA', '\x02""', '\x030', '\uFEFF', '🔧', 'é', '\uffff', '\x7f'),
);

/** Few, and long enough for the string table, so that a bucket of a dozen records repeats them. */
const repeatedText = fc.constantFrom('repeated text', 'another repeated text', '["repeated list"]');

const anyText = fc.oneof(repeatedText, awkwardText, fc.string({ unit: 'binary', maxLength: 12 }));

// As a pattern, digests would take a third of the time of a test.
const anyDigest = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map((number) => number.toString(16).padStart(64, '0'));

const anySize = fc.oneof(fc.nat(), fc.constantFrom(0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER));

const anyNumber = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((number) => (Object.is(number, -0) ? 0 : number));

const anyJson: fc.Arbitrary<FieldValue> = fc.letrec<{ value: FieldValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(anyText, anyNumber, anySize, fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      anyText.filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 3, noNullPrototype: true },
    ),
    fc.constantFrom({ rule: 0 }, [{ rule: 1 }]),
  ),
})).value;

/** A field that every record has, some have, or none. `kinds` of one field are mixed now and then. */
const anyField: fc.Arbitrary<FieldValue | undefined> = fc.oneof(
  fc.constant(undefined),
  anyText,
  anySize,
  anyDigest,
  fc.array(anyText, { maxLength: 4 }),
  anyJson,
);

/** A text without what `parseRecord` refuses in a name. */
const anyName = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 3 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((name) => !/[/\\\p{Cc}]/u.test(name)),
);

const anyRecord: fc.Arbitrary<PackageRecord> = fc.record(
  {
    name: anyName,
    version: fc.oneof(anyName, anyDigest),
    arch: fc.oneof(anyName, fc.uniqueArray(anyName, { minLength: 1, maxLength: 3 })),
    // One kind for each, so that columns of every kind come up; the last mixes them all.
    size: fc.option(anySize, { nil: undefined, freq: 8 }),
    sha256: fc.option(anyDigest, { nil: undefined, freq: 8 }),
    summary: fc.option(anyText, { nil: undefined, freq: 8 }),
    tags: fc.option(fc.array(anyText, { maxLength: 4 }), { nil: undefined, freq: 8 }),
    plain: fc.option(fc.array(fc.constantFrom('one', 'two', ''), { maxLength: 4 }), { nil: undefined, freq: 8 }),
    json: anyJson,
    path: fc.option(fc.oneof(anyText, fc.constantFrom('a_1', 'b_2')), { nil: undefined, freq: 8 }),
    constructor: fc.option(anyText, { nil: undefined }),
    mixed: anyField,
  },
  { requiredKeys: ['name', 'version', 'arch'], noNullPrototype: true },
);

/** The records of a bucket: in order, each name, version and arch once. */
export const anyRecords: fc.Arbitrary<readonly PackageRecord[]> = fc
  .uniqueArray(anyRecord, { selector: recordKey, minLength: 1, maxLength: 24 })
  .map((records) => records.sort(compareRecords));
