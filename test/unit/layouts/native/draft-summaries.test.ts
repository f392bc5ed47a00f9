import { describe, expect, it } from 'vitest';
import { draftSummaries, type SummaryDraft } from '../../../../src/layouts/native/draft-summaries.ts';
import { SummaryEncoder } from '../../../../src/layouts/native/summaries.ts';
import type { SummaryContent } from '../../../../src/model/partition.ts';
import { silent } from '../../../../src/model/progress.ts';
import type { PackageRecord } from '../../../../src/model/record.ts';
import type { SignedIndex, SubsetEntry } from '../../../../src/model/repository-index.ts';
import { loadFingerprint } from '../../../../src/platform/fingerprint.ts';

const records: readonly PackageRecord[] = ['a', 'b', 'c'].map((name) => ({ name, version: '1', arch: 'x' }));
const whole = { arch: 'x', records };
const subset = { arch: 'x', subset: 's', records: records.slice(1) };
const rule = { name: 's', where: 'name:b' };
const fingerprint = await loadFingerprint();

/** Drafts the contents; `encoded` lists what was encoded for it, as `arch` or `arch/subset`. */
async function draft(
  contents: readonly SummaryContent[],
  subsets: readonly SubsetEntry[],
  published?: SignedIndex,
): Promise<{ readonly drafts: readonly SummaryDraft[]; readonly encoded: readonly string[] }> {
  const encoder = new SummaryEncoder({ fingerprint, pathRules: [] });
  const encoded: string[] = [];
  const encode = encoder.encode.bind(encoder);
  encoder.encode = (content) => {
    encoded.push([content.arch, content.subset].filter((part) => part !== undefined).join('/'));
    return encode(content);
  };
  const drafts = await draftSummaries(contents, subsets, published, encoder, silent);
  return { drafts, encoded: [...encoded] };
}

const first = await draft([whole, subset], [rule]);
const published: SignedIndex = {
  format: 'repomill/1',
  version: 1,
  name: 'sample',
  subsets: [rule],
  summaries: first.drafts.map(({ entry }) => ({ ...entry, history: [] })),
};

describe('drafting summaries', () => {
  it('encodes every one where nothing was published', () => {
    expect(first.encoded).toEqual(['x', 'x/s']);
    expect(first.drafts.map(({ changed, before }) => ({ changed, before }))).toEqual([
      { changed: true, before: undefined },
      { changed: true, before: undefined },
    ]);
  });

  it('does not encode a subset of an unchanged whole, until it is asked for', async () => {
    const { drafts, encoded } = await draft([whole, subset], [rule], published);
    expect(encoded).toEqual(['x']);
    expect(drafts.map(({ changed }) => changed)).toEqual([false, false]);
    expect(drafts.map(({ entry }) => entry)).toEqual(first.drafts.map(({ entry }) => entry));
    expect(await drafts[1]?.file.content()).toEqual(await first.drafts[1]?.file.content());
  });

  it('does not encode a subset by tags of an unchanged whole', async () => {
    const tagged = { name: 's' };
    expect((await draft([whole, subset], [tagged], { ...published, subsets: [tagged] })).encoded).toEqual(['x']);
  });

  it.each<[string, readonly SubsetEntry[], Partial<SignedIndex>]>([
    ['whose rule changed', [{ ...rule, where: 'name:c' }], {}],
    ['whose rule went', [{ name: 's' }], {}],
    ['whose rule came', [rule], { subsets: [{ name: 's' }] }],
    ['whose name had another rule', [rule], { subsets: [{ ...rule, name: 't' }] }],
    ['that had no rules published', [rule], { subsets: [] }],
    ['that was not published', [rule], { summaries: published.summaries.slice(0, 1) }],
    ['of an arch that was not published', [rule], { summaries: published.summaries.slice(1) }],
  ])('encodes a subset of an unchanged whole %s', async (_title, subsets, change) => {
    const { encoded } = await draft([whole, subset], subsets, { ...published, ...change });
    expect(encoded).toEqual(['x', 'x/s']);
  });

  it('finds the change where a rule of the same count of packages gives others', async () => {
    const others = { ...subset, records: records.slice(0, 2) };
    const { drafts } = await draft([whole, others], [{ ...rule, where: 'name:a' }], published);
    expect(drafts.map(({ changed }) => changed)).toEqual([false, true]);
  });

  it('encodes a subset with another count of packages, whatever its rule says', async () => {
    const { encoded } = await draft([whole, { ...subset, records: [] }], [rule], published);
    expect(encoded).toEqual(['x', 'x/s']);
  });

  it('encodes a subset of a changed whole, and keeps it where it did not change', async () => {
    const changed = records.map((record, i) => (i === 0 ? { ...record, version: '2' } : record));
    const { drafts, encoded } = await draft([{ arch: 'x', records: changed }, subset], [rule], published);
    expect(encoded).toEqual(['x', 'x/s']);
    expect(drafts.map(({ changed }) => changed)).toEqual([true, false]);
    expect(drafts[0]?.before).toBe(published.summaries[0]);
  });
});
