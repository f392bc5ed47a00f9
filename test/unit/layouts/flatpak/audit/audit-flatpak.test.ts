import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { packInt32, packString, packTuple, packUint32, packUint64 } from '../../../../../src/glib/gvariant/pack.ts';
import { type Digest, isDigest } from '../../../../../src/model/digest.ts';
import { deltaIndexPath, objectPath } from '../../../../../src/ostree/paths.ts';
import type { Audited } from '../../../../audited.ts';
import {
  APP,
  APPSTREAM,
  ARM_APP,
  auditFiles,
  type CommitDraft,
  type Draft,
  digestOf,
  draftRepository,
  LOCALE,
  OTHER,
  packDeltaIndex,
  type RefDraft,
  type Written,
  writeRepository,
} from './tiny-repository.ts';

/** The report on a repository in a directory. */
const audit = ({ files }: Written): Promise<Audited> => auditFiles(files);

async function findingsOf(written: Written): Promise<string> {
  const { findings } = await audit(written);
  return findings.map(({ path, message }) => `${path}: ${message}`).join('\n');
}

/** A repository that says something wrong from the start, and its findings. */
async function drafted(fault: (draft: Draft) => void, commits?: Record<string, Partial<CommitDraft>>): Promise<string> {
  const draft = draftRepository(commits);
  fault(draft);
  return findingsOf(writeRepository(draft));
}

/** A right repository, some of whose files are changed. */
async function harmed(fault: (written: Written) => void): Promise<string> {
  const written = writeRepository(draftRepository());
  fault(written);
  return findingsOf(written);
}

const refOf = (draft: Draft, name: string): RefDraft => {
  const ref = draft.refs.find((one) => one.name === name);
  if (ref === undefined) throw new TypeError(name);
  return ref;
};
const summaryOf = (draft: Draft, name: string) => {
  const summary = draft.summaries.find((one) => one.name === name);
  if (summary === undefined) throw new TypeError(name);
  return summary;
};
const bytesOf = ({ files }: Written, path: string): Uint8Array => files.get(path) ?? new Uint8Array(0);
const newestOf = ({ newest }: Written, name = 'x86_64'): Digest => newest.get(name) ?? sha('');
const olderOf = ({ older }: Written, name = 'x86_64'): Digest => older.get(name) ?? sha('');
const gzOf = (written: Written): string => `summaries/${newestOf(written)}.gz`;
const deltaOf = (written: Written): string => `summaries/${olderOf(written)}-${newestOf(written)}.delta`;
const sha = (text: string): Digest => digestOf(encodeText(text));
const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

describe('verify, of a flatpak repository that is right', () => {
  it('finds nothing, and counts what it has looked at', async () => {
    expect(await audit(writeRepository(draftRepository()))).toEqual({
      layout: 'flatpak',
      lastModified: 1_600_000_000,
      summaries: 4,
      refs: 5,
      commits: 5,
      deltas: 4,
      staticDeltas: 1,
      clients: 4 * 5,
      signatures: 0,
      goodSignatures: 0,
      findings: [],
      remarks: [],
      foreign: [],
    });
  });

  it('says nothing of what is OSTree’s, and names a stranger’s file among the summaries', async () => {
    const written = writeRepository(draftRepository());
    for (const path of ['.lock', 'state/x', 'tmp/cache/y', 'extensions/z', 'summaries/README']) {
      written.files.set(path, encodeText('x'));
    }
    expect(await audit(written)).toMatchObject({ findings: [], foreign: ['summaries/README'] });
  });

  it('leaves alone what is kept for clients with an older index', async () => {
    const written = writeRepository(draftRepository());
    const older = encodeText('an older summary');
    written.files.set(`summaries/${digestOf(older)}.gz`, gzipSync(older));
    written.files.set(
      `summaries/${digestOf(older)}-${olderOf(written)}.delta`,
      encodeText('to a version of the history'),
    );
    expect(await findingsOf(written)).toBe('');
  });

  it('lets the old summary have fewer architectures, as config says', async () => {
    const found = await drafted((draft) => {
      draft.config += 'summary-arches=x86_64;\n';
      draft.oldRefs = draft.oldRefs.filter((name) => name !== ARM_APP);
    });
    expect(found).toBe('');
  });

  it('lets a ref stand where another one of the same commit belongs, as flatpak does', async () => {
    const draft = draftRepository();
    const app = refOf(draft, APP);
    const twin = { ...refOf(draft, ARM_APP), ...app, name: ARM_APP };
    draft.refs = draft.refs.map((ref) => (ref.name === ARM_APP ? twin : ref));
    draft.files.set(`refs/heads/${ARM_APP}`, encodeText(app.commit));
    for (const summary of draft.summaries) summary.refs = [...new Set([ARM_APP, APP, ...summary.refs])].sort();
    const found = await findingsOf(writeRepository(draft));
    expect(found).not.toContain('does not belong');
  });

  it('does without the old summary, and without deltas of commits', async () => {
    const found = await harmed(({ files }) => {
      for (const path of [...files.keys()]) if (/^delta/.test(path) || path === 'summary') files.delete(path);
    });
    expect(found).toBe('');
  });

  it('remarks refs that clients never see because they stand in the summary of their own architecture alone', async () => {
    const draft = draftRepository();
    const arm = refOf(draft, ARM_APP);
    const name = ARM_APP.replace('aarch64', 'arm');
    draft.refs.push({ ...arm, name });
    draft.summaries.splice(1, 0, { name: 'arm', refs: [name, OTHER], version: 1, history: [] });
    const { remarks } = await audit(writeRepository(draft));
    expect(remarks).toEqual([expect.objectContaining({ message: expect.stringContaining('1 refs') })]);
  });

  it('remarks that there are no objects to compare with', async () => {
    const written = writeRepository(draftRepository());
    for (const path of [...written.files.keys()]) if (/^(objects|refs)\//.test(path)) written.files.delete(path);
    expect(await audit(written)).toMatchObject({
      commits: 0,
      findings: [],
      remarks: [{ path: 'objects', message: expect.stringContaining('not compared') }],
    });
  });
});

type Fault = readonly [what: string, finding: RegExp, fault: (draft: Draft) => void];

const INDEX_FAULTS: readonly Fault[] = [
  [
    'summaries out of order',
    /^summary\.idx: aarch64: out of order \(after free-aarch64\); clients' binary search misses it$/m,
    (draft) => void draft.summaries.reverse(),
  ],
  [
    'a summary that stands twice',
    /^summary\.idx: aarch64: listed twice$/m,
    (draft) => draft.summaries.unshift(summaryOf(draft, 'aarch64')),
  ],
  [
    'a summary that clients split elsewhere',
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
    'a version that stands twice in a history',
    /^summary\.idx: x86_64: its history lists a version twice$/m,
    (draft) => {
      summaryOf(draft, 'x86_64').history = [sha('a'), sha('a')];
    },
  ],
  [
    'a version in a history that is not there',
    /^summaries\/\w+\.gz: expected a file, found none/m,
    (draft) => {
      summaryOf(draft, 'x86_64').history = [sha('a')];
    },
  ],
  [
    'no summaries',
    /^summary\.idx: expected summaries, found none/m,
    (draft) => {
      draft.summaries = [];
    },
  ],
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
    'another title than config',
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
    'a config of another mode',
    /^config: \[core\] mode: expected archive-z2, found bare/m,
    (draft) => {
      draft.config = draft.config.replace('archive-z2', 'bare');
    },
  ],
  [
    'a config that is none',
    /^config: expected a key file/m,
    (draft) => {
      draft.config = 'mode';
    },
  ],
];

const SUMMARY_FAULTS: readonly Fault[] = [
  [
    'refs out of order',
    /^summaries\/\w+\.gz: app\/.*: out of order \(after appstream2\/x86_64\); clients' binary search misses it$/m,
    (draft) => void summaryOf(draft, 'x86_64').refs.reverse(),
  ],
  [
    'a ref that stands twice',
    /^summaries\/\w+\.gz: app\/.*: listed twice$/m,
    (draft) => void summaryOf(draft, 'x86_64').refs.unshift(APP),
  ],
  [
    'a ref of another architecture',
    /^summaries\/\w+\.gz: app\/org\.test\.App\/aarch64\/stable: does not belong to x86_64$/m,
    (draft) => void summaryOf(draft, 'x86_64').refs.unshift(ARM_APP),
  ],
  [
    'the appstream of everything in a subset',
    /: appstream2\/x86_64: does not belong to x86_64, subset free$/m,
    (draft) => void summaryOf(draft, 'free-x86_64').refs.splice(1, 0, APPSTREAM),
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
    'a ref that is no more',
    /^refs\/heads: app\/.*: in a summary, but there is no such ref$/m,
    (draft) => void draft.files.delete(`refs/heads/${APP}`),
  ],
  [
    'a ref that has another commit',
    /^refs\/heads: app\/.*: expected its commit \w{64} in the summaries, found \w{64}$/m,
    (draft) => void draft.files.set(`refs/heads/${APP}`, encodeText(sha('new'))),
  ],
  [
    'a file in place of a ref',
    /^refs\/heads\/broken: expected a ref that holds the digest of a commit$/m,
    (draft) => void draft.files.set('refs/heads/broken', encodeText('main')),
  ],
  [
    'an architecture with a hyphen',
    /^refs\/heads: app\/a\/x86-64\/b: expected no "-"/m,
    (draft) => void draft.files.set('refs/heads/app/a/x86-64/b', encodeText(sha('new'))),
  ],
  [
    'a version that clients do not know',
    /^summaries\/\w+\.gz: xa\.summary-version: expected 1, found 2/m,
    (draft) => {
      summaryOf(draft, 'x86_64').version = 2;
    },
  ],
];

const VALUE_FAULTS: readonly Fault[] = [
  [
    'an app without sizes and metadata',
    /^summaries\/\w+\.gz: app\/.*: expected xa\.data, found none/m,
    (draft) => {
      summaryOf(draft, 'aarch64').facts = (facts) => facts.filter(([key]) => key !== 'xa.data');
    },
  ],
  [
    'an app of which two summaries say different things',
    /^summaries\/\w+\.gz: app\/.*: in another summary, timestamp: expected \d+, found 1/m,
    (draft) => {
      summaryOf(draft, 'x86_64').facts = (facts) =>
        facts.map(([key, value]) => [key, key === 'ot.ts' ? packUint64(1n, 'big') : value]);
    },
  ],
  [
    'a fact of a ref that stands twice',
    /^summaries\/\w+\.gz: app\/.*: ot\.ts is listed twice$/m,
    (draft) => {
      summaryOf(draft, 'x86_64').facts = (facts) => [...facts, ...facts.slice(-1)];
    },
  ],
  [
    'a fact of another type than clients look for',
    /^summaries\/\w+\.gz: app\/.*: expected tokt of type i, found u/m,
    (draft) => {
      summaryOf(draft, 'x86_64').facts = (facts) =>
        facts.map(([key, value]) => [key, key === 'tokt' ? packUint32(2) : value]);
    },
  ],
  [
    'a summary that is not in normal form',
    /^summaries\/\w+\.gz: GVariant of type .*: expected zeros/m,
    (draft) => {
      summaryOf(draft, 'x86_64').harm = withDirtyPadding;
    },
  ],
  [
    'facts in the old summary of a ref that it has not',
    /^summary: app\/zzz: has facts in the cache, but is not listed as a ref$/m,
    (draft) => void draft.oldStrays.push('app/zzz'),
  ],
];

const FACT_FAULTS: readonly Fault[] = (
  [
    ['commit size', /commit size: expected \d+, found 1$/m, { size: 1n }],
    ['time', /timestamp: expected 1500000000, found 1$/m, { timestamp: 1n }],
    ['installed size', /installed size: expected 4873, found 1$/m, { installed: 1n }],
    ['download size', /download size: expected 1777, found 1$/m, { download: 1n }],
    ['metadata', /metadata: the texts differ$/m, { metadata: 'x' }],
    ['end of life', /end of life: expected "use Better", found none/m, { eol: undefined }],
    ['rebase', /end of life rebase: expected "app\/org.test.Better\/x86_64\/stable", found "x"/m, { eolr: 'x' }],
    ['token type', /token type: expected 2, found 3/m, { token: 3 }],
    ['extra data', /extra data: expected 1 of 777 bytes, found 2 of 777/m, { extra: { sources: 2, size: 777n } }],
  ] as const
).map(([what, finding, wrong]) => [what, finding, (draft) => Object.assign(refOf(draft, APP).shown, wrong)]);

const OLD_FAULTS: readonly Fault[] = [
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
    'a ref that the old summary has although config names other architectures',
    /^summary: app\/.*\/aarch64\/.*: not of summary-arches$/m,
    (draft) => {
      draft.config += 'summary-arches=x86_64\n';
    },
  ],
  ['refs of the old summary out of order', /^summary: .*: out of order/m, (draft) => void draft.oldRefs.reverse()],
  [
    'another title in the old summary',
    /^summary: metadata: xa\.title differs from config$/m,
    (draft) => change(draft.oldMetadata, 'xa.title', packString('Other')),
  ],
  [
    'another digest of a static delta in the old summary',
    /^summary: static delta \w+: expected \w+, found/m,
    (draft) => {
      draft.staticDeltas[0] = [draft.staticDeltas[0]?.[0] ?? '', sha('other')];
    },
  ],
];

describe('verify, of a flatpak repository', () => {
  it.each([...INDEX_FAULTS, ...SUMMARY_FAULTS, ...VALUE_FAULTS, ...FACT_FAULTS, ...OLD_FAULTS])(
    'finds %s',
    async (_, finding, fault) => {
      expect(await drafted(fault)).toMatch(finding);
    },
  );

  it.each<[string, RegExp, Partial<CommitDraft>]>([
    ['is bound to another ref', /clients refuse its commit, which is bound to app\/x/, { binding: ['app/x'] }],
    ['is of another subset', /: its commit is not in subset free$/m, { subsets: ['none'] }],
    [
      'is of a subset with a hyphen',
      /expected no "-" in its arch and subsets: clients split names of summaries there$/m,
      { subsets: ['not-free'] },
    ],
  ])('finds an app whose commit %s', async (_, finding, commit) => {
    expect(await drafted(() => {}, { [APP]: commit })).toMatch(finding);
  });

  it('finds commits without the collection that clients are told of', async () => {
    const announce = (draft: Draft): void => {
      draft.config = draft.config.replace('[flatpak]', 'collection-id=org.test\n[flatpak]\ndeploy-collection-id=true');
    };
    const all = Object.fromEntries([APP, ARM_APP, APPSTREAM, LOCALE].map((name) => [name, { collection: 'org.test' }]));
    const missing = /collection of its commit: expected org\.test, found none/;
    expect(await drafted(announce)).toMatch(missing);
    expect(await drafted(announce, all)).not.toMatch(missing);
  });

  it.each<[string, Partial<RefDraft['shown']>, RegExp]>([
    ['sizes', { installed: 1n }, /appstream2\/x86_64: installed size: expected 512, found 1/],
    ['metadata', { metadata: '' }, /appstream2\/x86_64: metadata: the texts differ/],
  ])('takes %s from the tree of a commit that does not tell', async (_, wrong, finding) => {
    expect(await drafted((draft) => Object.assign(refOf(draft, APPSTREAM).shown, wrong))).toMatch(finding);
  });

  it('counts what it does not show where every ref is wrong', async () => {
    const found = await drafted((draft) => {
      for (let i = 0; i < 30; i++) draft.files.set(`refs/heads/app/org.test.New/x86_64/${i}`, encodeText(sha('new')));
    });
    expect(found.match(/missing from every summary/g)).toHaveLength(20);
    expect(found).toContain('refs/heads: 10 more like these');
  });
});

type FileFault = readonly [what: string, finding: (written: Written) => string, fault: (written: Written) => void];

const replace = (path: (written: Written) => string, change: (bytes: Uint8Array) => Uint8Array | undefined) => {
  return (written: Written): void => {
    const bytes = change(bytesOf(written, path(written)));
    if (bytes === undefined) written.files.delete(path(written));
    else written.files.set(path(written), bytes);
  };
};
const commitPath = (written: Written): string => {
  const digest = new TextDecoder().decode(bytesOf(written, `refs/heads/${APP}`)).trim();
  return isDigest(digest) ? objectPath(digest, 'commit') : '';
};
const indexOfDeltas = (written: Written): string =>
  [...written.files.keys()].find((path) => path.endsWith('.index')) ?? '';

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
  ['no summary', (all) => `${gzOf(all)}: expected a file, found none`, replace(gzOf, () => undefined)],
  ['a summary that is cut off', (all) => `${gzOf(all)}: gzip: `, replace(gzOf, (bytes) => bytes.subarray(0, -1))],
  [
    'bytes behind a summary',
    (all) => `${gzOf(all)}: gzip: `,
    replace(gzOf, (bytes) => Buffer.concat([bytes, bytes.subarray(0, 1)])),
  ],
  [
    'a summary in two members, of which clients read the first',
    (all) => `${gzOf(all)}: gzip: expected one member, found several`,
    replace(gzOf, inTwoMembers),
  ],
  ['a summary that is not compressed', (all) => `${gzOf(all)}: gzip: `, replace(gzOf, (bytes) => gunzipSync(bytes))],
  [
    'another summary under the name',
    (all) => `${gzOf(all)}: SHA-256: expected ${newestOf(all)}`,
    replace(gzOf, (bytes) => gzipSync(flipped(gunzipSync(bytes), 3))),
  ],
  [
    'a web page in place of a summary',
    (all) => `${gzOf(all)}: expected gzip, found a web page`,
    replace(gzOf, () => encodeText('<!DOCTYPE html>')),
  ],
  [
    'no older version',
    (all) => `summaries/${olderOf(all)}.gz: expected a file, found none`,
    replace(
      (all) => `summaries/${olderOf(all)}.gz`,
      () => undefined,
    ),
  ],
  [
    'another older version',
    (all) => `summaries/${olderOf(all)}.gz: SHA-256: expected ${olderOf(all)}`,
    replace(
      (all) => `summaries/${olderOf(all)}.gz`,
      () => gzipSync('x'),
    ),
  ],
  ['no delta', (all) => `${deltaOf(all)}: expected a file, found none`, replace(deltaOf, () => undefined)],
  ['a delta that is cut off', (all) => `${deltaOf(all)}: gzip: `, replace(deltaOf, (bytes) => bytes.subarray(0, -1))],
  [
    'a delta that leads elsewhere',
    (all) => `${deltaOf(all)}: applying it does not give ${newestOf(all)}`,
    replace(deltaOf, lastFlipped),
  ],
  [
    'a delta with an operation that is none',
    (all) => `${deltaOf(all)}: summary delta: expected an operation`,
    replace(deltaOf, (bytes) =>
      gzipSync(
        flipped(
          gunzipSync(bytes).map((byte, i) => (i === 15 ? 0x30 : byte)),
          12,
        ),
      ),
    ),
  ],
  ['no commit', (all) => `${commitPath(all)}: `, replace(commitPath, () => undefined)],
  [
    'another commit under the name',
    (all) => `${commitPath(all)}: SHA-256: expected`,
    replace(commitPath, withLastFlipped),
  ],
  ['no index of static deltas', (all) => `${indexOfDeltas(all)}: `, (all) => void all.files.delete(indexOfDeltas(all))],
  [
    'an index of a static delta that has changed',
    (all) => `${indexOfDeltas(all)}: `,
    (all) => void all.files.set(indexOfDeltas(all), packDeltaIndex(commitName(all), sha('other'))),
  ],
  [
    'an index of static deltas to another commit',
    (all) => `${indexOfDeltas(all)}: expected static deltas to ${commitName(all)}`,
    (all) => void all.files.set(indexOfDeltas(all), packDeltaIndex(sha('other'), sha('superblock'))),
  ],
  [
    'an index of static deltas that are no more',
    () => `${deltaIndexPath(sha('gone'))}: no static delta leads to its commit`,
    (all) => void all.files.set(deltaIndexPath(sha('gone')), new Uint8Array(0)),
  ],
  [
    'a folder in deltas/ with another name',
    () => 'deltas/ab/c/superblock: expected a folder named after commits',
    (all) => void all.files.set('deltas/ab/c/superblock', new Uint8Array(0)),
  ],
  [
    'an old summary that is cut off',
    () => 'summary: GVariant',
    replace(
      () => 'summary',
      (bytes) => bytes.subarray(0, -1),
    ),
  ],
  [
    'a left delta to nothing',
    () => `summaries/${sha('a')}-${sha('b')}.delta: leads to a summary that is missing`,
    (all) => void all.files.set(`summaries/${sha('a')}-${sha('b')}.delta`, new Uint8Array(0)),
  ],
  [
    'a left summary that is broken',
    () => `summaries/${sha('a')}.gz: SHA-256: expected ${sha('a')}`,
    (all) => void all.files.set(`summaries/${sha('a')}.gz`, gzipSync('b')),
  ],
  [
    'a signature that is none',
    () => 'summary.idx.sig: ',
    (all) => void all.files.set('summary.idx.sig', encodeText('x')),
  ],
];

describe('verify, of the files of a flatpak repository', () => {
  it.each(FILE_FAULTS)('finds and names %s', async (_, finding, fault) => {
    const expected = finding(writeRepository(draftRepository()));
    expect(await harmed(fault)).toContain(expected);
  });

  it('finds a directory of a tree that is another', async () => {
    const tree = (written: Written): string =>
      [...written.files.keys()].find((path) => path.endsWith('.dirtree')) ?? '';
    const found = await harmed(replace(tree, withLastFlipped));
    expect(found).toContain('.dirtree: expected the bytes of its digest, found others');
  });

  it('remarks an old summary that is too large for old clients', async () => {
    const draft = draftRepository();
    draft.oldMetadata.push(['x', packString('x'.repeat(10 * 1024 * 1024))]);
    const { findings, remarks } = await audit(writeRepository(draft));
    expect(findings).toEqual([]);
    expect(remarks).toEqual([{ path: 'summary', message: expect.stringContaining('reads at most 10485760') }]);
  });

  it('does not say of each ref again that its summary is broken', async () => {
    const found = await harmed(replace(gzOf, () => undefined));
    expect(found.split('\n')).toHaveLength(1);
  });
});

function change(metadata: Draft['metadata'], key: string, value: ReturnType<typeof packUint32>): void {
  const at = metadata.findIndex(([name]) => name === key);
  metadata[at] = [key, value];
}

function commitName(written: Written): string {
  return new TextDecoder().decode(bytesOf(written, `refs/heads/${APP}`)).trim();
}

function inTwoMembers(bytes: Uint8Array): Uint8Array {
  const content = gunzipSync(bytes);
  return Buffer.concat([gzipSync(content.subarray(0, 10)), gzipSync(content.subarray(10))]);
}

function lastFlipped(bytes: Uint8Array): Uint8Array {
  const content = gunzipSync(bytes);
  return gzipSync(flipped(content, content.length - 1));
}

function withLastFlipped(bytes: Uint8Array): Uint8Array {
  return flipped(bytes, bytes.length - 1);
}

/** A zero between two entries made another byte: those start at multiples of eight. */
function withDirtyPadding(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).indexOf(`${APP}\0`);
  const at = text + APP.length + 1;
  if (text < 0 || at % 8 === 0) throw new TypeError('no padding behind the name');
  return flipped(bytes, at);
}

/** The same parts with bytes behind them that belong to none. */
function withPadding(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes, ...packTuple([packUint32(1)]).bytes]);
}
