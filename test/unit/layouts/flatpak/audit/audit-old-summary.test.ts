import { describe, expect, it } from 'vitest';
import { packString } from '../../../../../src/glib/gvariant/pack.ts';
import {
  audit,
  change,
  drafted,
  FACT_FAULTS,
  type Fault,
  type FileFault,
  harmed,
  refOf,
  replace,
  sha,
} from './faults.ts';
import { APP, ARM_APP, type Draft, draftRepository, writeRepository } from './tiny-repository.ts';

const FAULTS: readonly Fault[] = [
  ...FACT_FAULTS.map(([what, finding, wrong]): Fault => {
    const inOld = new RegExp(`^summary: .*${finding.source.replace('commit size', 'size')}`, 'm');
    const fault = (draft: Draft): void => {
      const right = { ...refOf(draft, APP).shown };
      wrong(draft);
      refOf(draft, APP).shownOld = refOf(draft, APP).shown;
      refOf(draft, APP).shown = right;
    };
    return [`${what} in the old summary`, inOld, fault];
  }),
  [
    'a ref that the old summary lacks',
    /^summary: runtime\/.*: missing, although it is in a summary$/m,
    (draft) => void draft.oldRefs.pop(),
  ],
  [
    'a ref in the old summary although config names other architectures',
    /^summary: app\/.*\/aarch64\/.*: not of summary-arches$/m,
    (draft) => {
      draft.config += 'summary-arches=x86_64\n';
    },
  ],
  ['refs of the old summary out of order', /^summary: .*: out of order/m, (draft) => void draft.oldRefs.reverse()],
  [
    'a title that differs from config in the old summary',
    /^summary: metadata: xa\.title differs from config$/m,
    (draft) => change(draft.oldMetadata, 'xa.title', packString('Other')),
  ],
  [
    'a different digest of a static delta in the old summary',
    /^summary: static delta \w+: expected \w+, found/m,
    (draft) => {
      draft.staticDeltas[0] = [draft.staticDeltas[0]?.[0] ?? '', sha('other')];
    },
  ],
  [
    'facts in the old summary about a ref that it does not list',
    /^summary: app\/zzz: has facts in the cache, but is not listed as a ref$/m,
    (draft) => void draft.oldStrays.push('app/zzz'),
  ],
];

const FILE_FAULTS: readonly FileFault[] = [
  [
    'an old summary that is cut off',
    () => 'summary: GVariant',
    replace(
      () => 'summary',
      (bytes) => bytes.subarray(0, -1),
    ),
  ],
];

describe('the audit of the old summary', () => {
  it.each(FAULTS)('finds %s', async (_, finding, fault) => {
    expect(await drafted(fault)).toMatch(finding);
  });

  it.each(FILE_FAULTS)('finds and names %s', async (_, finding, fault) => {
    const expected = finding(writeRepository(draftRepository()));
    expect(await harmed(fault)).toContain(expected);
  });

  it('accepts fewer architectures, if config says so', async () => {
    const found = await drafted((draft) => {
      draft.config += 'summary-arches=x86_64;\n';
      draft.oldRefs = draft.oldRefs.filter((name) => name !== ARM_APP);
    });
    expect(found).toBe('');
  });

  it('accepts a repository without one, and without static deltas', async () => {
    const found = await harmed(({ files }) => {
      for (const path of [...files.keys()]) if (/^delta/.test(path) || path === 'summary') files.delete(path);
    });
    expect(found).toBe('');
  });

  it('remarks an old summary that is too large for old clients', async () => {
    const draft = draftRepository();
    draft.oldMetadata.push(['x', packString('x'.repeat(10 * 1024 * 1024))]);
    const { findings, remarks } = await audit(writeRepository(draft));
    expect(findings).toEqual([]);
    expect(remarks).toEqual([{ path: 'summary', message: expect.stringContaining('reads at most 10485760') }]);
  });
});
