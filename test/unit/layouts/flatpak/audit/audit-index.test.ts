import { describe, expect, it } from 'vitest';
import { packInt32, packString } from '../../../../../src/glib/gvariant/pack.ts';
import { change, drafted, type Fault, type FileFault, harmed, replace, sha, summaryOf, withPadding } from './faults.ts';
import { draftRepository, writeRepository } from './tiny-repository.ts';

const FAULTS: readonly Fault[] = [
  [
    'summaries out of order',
    /^summary\.idx: aarch64: out of order \(after free-aarch64\); clients' binary search misses it$/m,
    (draft) => void draft.summaries.reverse(),
  ],
  [
    'a summary that is listed twice',
    /^summary\.idx: aarch64: listed twice$/m,
    (draft) => draft.summaries.unshift(summaryOf(draft, 'aarch64')),
  ],
  [
    'a summary whose name clients split elsewhere',
    /^summary\.idx: more-free-x86_64: clients split names at the first "-"; they read subset "more" of "free-x86_64", which no client asks for$/m,
    (draft) => {
      summaryOf(draft, 'free-x86_64').name = 'more-free-x86_64';
    },
  ],
  [
    'a history with the newest',
    /^summary\.idx: x86_64: its history lists its newest version$/m,
    (draft) => {
      const { newest } = writeRepository(draftRepository());
      summaryOf(draft, 'x86_64').history = [newest.get('x86_64') ?? sha('')];
    },
  ],
  [
    'a version that is listed twice in a history',
    /^summary\.idx: x86_64: its history lists a version twice$/m,
    (draft) => {
      summaryOf(draft, 'x86_64').history = [sha('a'), sha('a')];
    },
  ],
  [
    'no summaries, although there are refs',
    /^refs\/heads: app\/org\.test\.App\/x86_64\/stable: missing from every summary$/m,
    (draft) => {
      draft.summaries = [];
    },
  ],
  [
    'a title that differs from config',
    /^summary\.idx: metadata: xa\.title differs from config$/m,
    (draft) => change(draft.metadata, 'xa.title', packString('Other')),
  ],
  [
    'deltas in the summary, and not in their indexes',
    /^summary\.idx: metadata: expected ostree\.summary\.indexed-deltas/m,
    (draft) => {
      draft.metadata = draft.metadata.filter(([key]) => key !== 'ostree.summary.indexed-deltas');
    },
  ],
  [
    'a number of the wrong type',
    /^summary\.idx: metadata: xa\.cache-version differs from config$/m,
    (draft) => change(draft.metadata, 'xa.cache-version', packInt32(2)),
  ],
  [
    'a fact twice',
    /^summary\.idx: metadata: xa\.title is listed twice$/m,
    (draft) => void draft.metadata.push(['xa.title', packString('Tiny')]),
  ],
  [
    'no time of the last change',
    /^summary\.idx: expected a time/m,
    (draft) => {
      draft.metadata = draft.metadata.filter(([key]) => !key.endsWith('last-modified'));
    },
  ],
  [
    'a config without indexed deltas',
    /^config: \[core\] indexed-deltas: expected true/m,
    (draft) => {
      draft.config = draft.config.replace('indexed-deltas=true\n', '');
    },
  ],
  [
    'a config of a different mode',
    /^config: \[core\] mode: expected archive-z2, found bare/m,
    (draft) => {
      draft.config = draft.config.replace('archive-z2', 'bare');
    },
  ],
  [
    'a config that is not a key file',
    /^config: expected a key file/m,
    (draft) => {
      draft.config = 'mode';
    },
  ],
];

const FILE_FAULTS: readonly FileFault[] = [
  [
    'an index that is cut off',
    () => 'summary.idx: GVariant',
    replace(
      () => 'summary.idx',
      (bytes) => bytes.subarray(0, -1),
    ),
  ],
  [
    'an empty index',
    () => 'summary.idx: GVariant',
    replace(
      () => 'summary.idx',
      () => new Uint8Array(0),
    ),
  ],
  ['an index not in normal form', () => 'summary.idx: ', replace(() => 'summary.idx', withPadding)],
  [
    'no config',
    () => 'config: expected a file',
    replace(
      () => 'config',
      () => undefined,
    ),
  ],
];

describe('the audit of summary.idx and config', () => {
  it.each(FAULTS)('finds %s', async (_, finding, fault) => {
    expect(await drafted(fault)).toMatch(finding);
  });

  it.each(FILE_FAULTS)('finds and names %s', async (_, finding, fault) => {
    const expected = finding(writeRepository(draftRepository()));
    expect(await harmed(fault)).toContain(expected);
  });
});
