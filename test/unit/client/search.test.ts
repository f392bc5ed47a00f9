import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../../src/bytes/bounded-map.ts';
import { memoryStore } from '../../../src/client/in-memory.ts';
import { searchSummaries } from '../../../src/client/search.ts';
import { openStoredSummary, type Summary } from '../../../src/client/summaries/open-summary.ts';
import type { PackageRecord } from '../../../src/model/record.ts';
import { compareVersions } from '../../../src/model/versions/debian.ts';
import { publishTiny } from './tiny-tree.ts';

/** Words that overlap, differ in case, change length with it, or look like marks of the format. */
const anyWord = fc.constantFrom(
  'edit',
  'Editor',
  'EDITOR',
  'Straße',
  'İstanbul',
  'ΟΔΟΣ',
  'K',
  'ﬁ',
  '😀',
  '\u0001w1T',
  '\u0002"edit"',
  '\u001f',
  'a\0b',
  '',
);
const anyText = fc.array(anyWord, { maxLength: 4 }).map((words) => words.join(' '));
const anyRecord = fc.record(
  {
    summary: anyText,
    description: fc.oneof(anyText, fc.constantFrom(7, 'ab'.repeat(32), 'a text that is long enough to be repeated')),
    tags: fc.oneof(fc.array(anyWord, { maxLength: 3 }), fc.constantFrom<PackageRecord['tags']>([1, 'edit'], 'Edit')),
  },
  { requiredKeys: [] },
);
const anyTerm = fc.oneof(anyWord, anyText, fc.constantFrom('e', 'repeated', 'ς', 'σ', 'i', 'k', 'b', 'ab', '7', 'n1'));

/** The search as its description says it, record by record. */
function expectedNames(records: readonly PackageRecord[], terms: readonly string[]): readonly string[] {
  const texts = records.map((record) => ({
    name: record.name,
    text: ['name', 'summary', 'description', 'tags']
      .map((field) => record[field])
      .flatMap((value) => (typeof value === 'string' ? [value] : Array.isArray(value) ? [value.join('\0')] : []))
      .map((value) => `${value}\0`)
      .join('')
      .toLowerCase(),
  }));
  return texts
    .filter(({ text }) => terms.every((term) => text.includes(term.toLowerCase())))
    .map(({ name }) => name)
    .sort();
}

async function summaryOf(records: readonly PackageRecord[]): Promise<Summary> {
  const tree = await publishTiny([{ arch: 'x', records }]);
  const [entry] = tree.signed.summaries;
  if (entry === undefined) throw new Error('no summary');
  const canonical = tree.canonical.get(entry.sha256) ?? new Uint8Array();
  return openStoredSummary(
    memoryStore(new Map([[`summaries/${entry.sha256}`, canonical]])),
    entry,
    new BoundedMap(1 << 20),
  );
}

describe('a search', () => {
  it('finds exactly the records that contain every term, whatever their content', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRecord, { minLength: 1, maxLength: 30 }),
        fc.array(fc.array(anyTerm, { maxLength: 3 }), { minLength: 4, maxLength: 4 }),
        async (fields, searches) => {
          // One first syllable for all of them, so that they share buckets.
          const records = fields.map((some, i) => ({ name: `pkg-n${i}`, version: '1', arch: 'x', ...some }));
          const summary = await summaryOf(records);
          for (const terms of searches) {
            const { hits } = await searchSummaries([summary], {
              terms,
              compare: compareVersions,
              decide: compareVersions,
            });
            expect(hits.map(({ name }) => name).sort()).toEqual(expectedNames(records, terms));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
