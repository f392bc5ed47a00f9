import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { memorySource } from '../../../../../src/client/in-memory.ts';
import { detailsPath, INDEX_PATH, parseTreePath, summaryPath } from '../../../../../src/layouts/native/format/paths.ts';
import { decodeIndex, encodeIndex } from '../../../../../src/layouts/native/format/repository-index.ts';
import type { PackageRecord } from '../../../../../src/model/record.ts';
import { verify } from '../../../../../src/verify.ts';
import { allFindings, onlyLayout } from '../../../../audited.ts';
import { noDigest } from '../../../../ostree-repository.ts';
import { tinyRecord } from '../../../client/tiny-records.ts';
import { publishTiny, type TinyTree, withDetails } from '../../../client/tiny-tree.ts';

const PACKAGES = 300;
const DICTIONARY = encodeText('what all of them say. '.repeat(40));

/** A tree whose every package has details. */
async function publishDetails(change: (record: PackageRecord, i: number) => PackageRecord): Promise<TinyTree> {
  const details = new Map<string, Uint8Array>();
  const records: PackageRecord[] = [];
  for (let i = 0; i < PACKAGES; i++) {
    const name = `p${String(i).padStart(3, '0')}`;
    records.push(change(await withDetails(tinyRecord(name, 'amd64'), { of: name }, details, DICTIONARY), i));
  }
  const tree = await publishTiny([{ arch: 'amd64', records }], { dictionary: DICTIONARY });
  for (const [path, bytes] of details) tree.files.set(path, bytes);
  // In the order of members that a build writes.
  const index = decodeIndex(tree.files.get(INDEX_PATH) ?? new Uint8Array());
  tree.files.set(INDEX_PATH, encodeIndex(index));
  return tree;
}

const intact = await publishDetails((record) => record);
/** The only file of a kind. */
function fileOf({ files }: TinyTree, kind: 'summary' | 'dictionary'): string {
  return [...files.keys()].find((path) => parseTreePath(path)?.kind === kind) ?? '';
}

async function findingsOf(files: ReadonlyMap<string, Uint8Array>): Promise<readonly unknown[]> {
  return allFindings(await verify({ tree: memorySource(files) }));
}

describe('the audit of a native tree', () => {
  it('finds nothing in a tree that is intact', async () => {
    expect(intact.files.size).toBe(PACKAGES + 3);
    expect(await findingsOf(intact.files)).toEqual([]);
  });

  it.each(['summary', 'dictionary'] as const)('finds a damaged %s, and blames no other file for it', async (kind) => {
    const path = fileOf(intact, kind);
    const files = new Map(intact.files).set(path, new Uint8Array(8));
    expect(await findingsOf(files)).toEqual([{ path, message: expect.any(String) }]);
  });

  it('remarks on files that nothing refers to, which an interrupted build leaves', async () => {
    const lost = detailsPath(noDigest(), intact.signed.dictionary?.sha256);
    const files = new Map(intact.files).set(lost, new Uint8Array(8));
    const { findings, remarks } = onlyLayout(await verify({ tree: memorySource(files) }));
    expect(findings).toEqual([]);
    expect(remarks).toEqual([{ path: lost, message: 'nothing refers to it: the next build will remove it' }]);
  });

  it('finds details without a size, which clients refuse', async () => {
    const tree = await publishDetails(({ detailsSize, ...record }, i) => {
      return i < 2 ? record : { ...record, detailsSize };
    });
    const digest = /"[0-9a-f]{64}"/.source;
    const refused = new RegExp(
      `^details of p000: expected a digest and a size of at most \\d+ bytes, found \\[${digest},null\\] \\(also in 1 other record\\)$`,
    );
    expect(await findingsOf(tree.files)).toEqual([
      { path: fileOf(tree, 'summary'), message: expect.stringMatching(refused) },
    ]);
  });
});

describe('the audit of summaries of all', () => {
  const docs = tinyRecord('docs', 'all');
  const manual = tinyRecord('manual', 'all');
  const tool = tinyRecord('tool', 'amd64');

  /** Findings in a tree of these summaries, with the arch of the summary in place of its path. */
  async function findingsIn(contents: Parameters<typeof publishTiny>[0]): Promise<readonly string[]> {
    const { files, signed } = await publishTiny(contents);
    files.set(INDEX_PATH, encodeIndex(decodeIndex(files.get(INDEX_PATH) ?? new Uint8Array())));
    const report = await verify({ tree: memorySource(files) });
    return allFindings(report).map(({ path, message }) => {
      const entry = signed.summaries.find(({ sha256 }) => path === summaryPath(sha256));
      return `${entry?.arch} ${entry?.subset ?? ''}: ${message}`;
    });
  }

  it('finds nothing if every other arch has their records', async () => {
    expect(
      await findingsIn([
        { arch: 'all', records: [docs] },
        { arch: 'all', subset: 'free', records: [] },
        { arch: 'amd64', records: [docs, tool] },
        { arch: 'amd64', subset: 'free', records: [tool] },
      ]),
    ).toEqual([]);
    expect(await findingsIn([{ arch: 'all', records: [docs] }])).toEqual([]);
  });

  it('finds records that another arch lacks, wherever all is in the index', async () => {
    const lacking = { arch: 'amd64', records: [tool] };
    const all = { arch: 'all', records: [docs, manual] };
    const expected = ['amd64 : docs 1.0 (all) is in the summary of all, but not here (and 1 more)'];
    expect(await findingsIn([all, lacking])).toEqual(expected);
    expect(await findingsIn([lacking, all])).toEqual(expected);
  });

  it('compares subsets with the same subset', async () => {
    expect(
      await findingsIn([
        { arch: 'all', records: [docs, manual] },
        { arch: 'all', subset: 'free', records: [manual] },
        { arch: 'amd64', records: [docs, manual] },
        { arch: 'amd64', subset: 'free', records: [docs] },
      ]),
    ).toEqual(['amd64 free: manual 1.0 (all) is in the summary of all, but not here']);
  });

  it('finds records that are not for every arch', async () => {
    expect(await findingsIn([{ arch: 'all', records: [docs, tool] }])).toEqual([
      'all : tool 1.0 (amd64) is not for every arch',
    ]);
  });
});

describe('the audit of an order of versions', () => {
  it('remarks on one that is unknown', async () => {
    const { files } = await publishTiny([{ arch: 'amd64', records: [tinyRecord('a', 'amd64')] }], {
      versions: 'calver',
    });
    files.set(INDEX_PATH, encodeIndex(decodeIndex(files.get(INDEX_PATH) ?? new Uint8Array())));
    const { layouts } = await verify({ tree: memorySource(files) });
    expect(layouts.map(({ findings, remarks }) => ({ findings, remarks }))).toEqual([
      { findings: [], remarks: [{ path: INDEX_PATH, message: 'versions: unknown order "calver"' }] },
    ]);
  });
});
