import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { drafted, type Fault, sha, summaryOf } from './faults.ts';
import { APP, type CommitDraft } from './tiny-repository.ts';

const FAULTS: readonly Fault[] = [
  [
    'no summary of an architecture',
    /^summary\.idx: aarch64: expected a summary, found none/m,
    (draft) => {
      draft.summaries = draft.summaries.filter(({ name }) => name !== 'aarch64');
    },
  ],
  [
    'no summary of a subset',
    /^summary\.idx: free-aarch64: expected a summary, found none/m,
    (draft) => {
      draft.summaries = draft.summaries.filter(({ name }) => name !== 'free-aarch64');
    },
  ],
  [
    'a ref that is missing',
    /^summaries\/\w+\.gz: runtime\/.*\.Locale\/.*: missing, although it belongs here$/m,
    (draft) => void summaryOf(draft, 'free-x86_64').refs.pop(),
  ],
  [
    'a ref that is in no summary',
    /^refs\/heads: app\/org\.test\.New\/.*: missing from every summary$/m,
    (draft) => void draft.files.set('refs/heads/app/org.test.New/x86_64/stable', encodeText(sha('new'))),
  ],
  [
    'a ref that no longer exists',
    /^refs\/heads: app\/.*: in a summary, but there is no such ref$/m,
    (draft) => void draft.files.delete(`refs/heads/${APP}`),
  ],
  [
    'a ref that has a different commit',
    /^refs\/heads: app\/.*: expected its commit \w{64} in the summaries, found \w{64}$/m,
    (draft) => void draft.files.set(`refs/heads/${APP}`, encodeText(sha('new'))),
  ],
  [
    'a file that is not a ref',
    /^refs\/heads\/broken: expected a ref that holds the digest of a commit$/m,
    (draft) => void draft.files.set('refs/heads/broken', encodeText('main')),
  ],
  [
    'an architecture with a hyphen',
    /^refs\/heads: app\/a\/x86-64\/b: expected no "-"/m,
    (draft) => void draft.files.set('refs/heads/app/a/x86-64/b', encodeText(sha('new'))),
  ],
];

describe('the audit of refs', () => {
  it.each(FAULTS)('finds %s', async (_, finding, fault) => {
    expect(await drafted(fault)).toMatch(finding);
  });

  it.each<[string, RegExp, Partial<CommitDraft>]>([
    ['is of a different subset', /: its commit is not in subset free$/m, { subsets: ['none'] }],
    [
      'is of a subset with a hyphen',
      /expected no "-" in its arch and subsets: clients split names of summaries there$/m,
      { subsets: ['not-free'] },
    ],
  ])('finds an app whose commit %s', async (_, finding, commit) => {
    expect(await drafted(() => {}, { [APP]: commit })).toMatch(finding);
  });

  it('counts what it does not show if every ref is wrong', async () => {
    const found = await drafted((draft) => {
      for (let i = 0; i < 30; i++) draft.files.set(`refs/heads/app/org.test.New/x86_64/${i}`, encodeText(sha('new')));
    });
    expect(found.match(/missing from every summary/g)).toHaveLength(20);
    expect(found).toContain('refs/heads: 10 more like these');
  });
});
