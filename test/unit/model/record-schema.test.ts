import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../../src/model/parse-record.ts';
import schema from '../../../src/model/record.schema.json' with { type: 'json' };
import { matchesSchema } from './matches-schema.ts';
import { badRecords, goodRecords, record } from './record-vectors.ts';

describe('the published schema of a record', () => {
  it.each(goodRecords)('accepts what the parser accepts: %s', (_title, fields) => {
    expect(matchesSchema(fields, schema)).toBe(true);
  });

  it.each(badRecords.filter(({ beyondSchema }) => !beyondSchema))(
    'refuses what the parser refuses: $title',
    ({ fields }) => {
      expect(matchesSchema(fields, schema)).toBe(false);
    },
  );

  it.each(badRecords.filter(({ beyondSchema }) => beyondSchema))(
    'accepts what only the parser can refuse: $title',
    ({ fields }) => {
      expect(matchesSchema(fields, schema)).toBe(true);
    },
  );

  it('describes every property', () => {
    expect(Object.values(schema.properties).map(({ description }) => description)).not.toContain(undefined);
  });

  it.each(Object.keys(schema.properties))('names only fields that the parser knows: %s', (field) => {
    // No field that is known may be an object of this kind, and any field of the user's own may.
    expect(parseRecord(record({ [field]: { own: [null] } }))).toHaveProperty(
      field === 'details' ? 'record' : 'problems',
    );
  });
});
