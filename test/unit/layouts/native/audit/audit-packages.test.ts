import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { memorySource } from '../../../../../src/client/in-memory.ts';
import { INDEX_PATH, packageListPath } from '../../../../../src/layouts/native/format/paths.ts';
import {
  decodeIndex,
  encodeIndex,
  type PackageListEntry,
} from '../../../../../src/layouts/native/format/repository-index.ts';
import type { PackageFile } from '../../../../../src/model/package-file.ts';
import { encodePackageList, type ListedPackageFile } from '../../../../../src/model/package-list.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';
import { gzip } from '../../../../../src/platform/zlib/gzip.ts';
import { verify } from '../../../../../src/verify.ts';
import { allFindings } from '../../../../audited.ts';
import { tinyRecord } from '../../../client/tiny-records.ts';
import { publishTiny } from '../../../client/tiny-tree.ts';

function packageFile(path: string, text: string): PackageFile {
  return { path, size: text.length, sha256: digestOf(encodeText(text)) };
}

interface Published {
  /** What the records say, and what the list says. */
  readonly records: readonly PackageFile[];
  readonly list: readonly ListedPackageFile[];
  /** What is there. */
  readonly files: Readonly<Record<string, string>>;
  readonly entry?: Partial<PackageListEntry>;
}

/** A full audit of a tree with package files. */
async function findingsOf({ records, list, files, entry }: Published): Promise<readonly unknown[]> {
  const named = records.map((file, i) => ({ ...tinyRecord(`p${i}`, 'amd64'), ...file }));
  const tree = await publishTiny([{ arch: 'amd64', records: named }]);
  const bytes = encodePackageList(list);
  const stored = gzip(bytes);
  const sha256 = digestOf(bytes);
  const { signed } = decodeIndex(tree.files.get(INDEX_PATH) ?? new Uint8Array());
  const packageFiles = { sha256, size: bytes.length, storedSize: stored.length, files: list.length, ...entry };
  const all = new Map(tree.files)
    .set(INDEX_PATH, encodeIndex({ signed: { ...signed, packageFiles }, signatures: [] }))
    .set(packageListPath(sha256), stored);
  for (const [path, text] of Object.entries(files)) all.set(path, encodeText(text));
  return allFindings(await verify({ tree: memorySource(all), full: true }));
}

describe('the audit of package files', () => {
  const [a, b] = [packageFile('pool/a', 'aaa'), packageFile('pool/b', 'bbbb')];
  const files = { 'pool/a': 'aaa', 'pool/b': 'bbbb' };

  it('finds nothing where all are there, ours and those of others', async () => {
    expect(await findingsOf({ records: [a, b], list: [a], files })).toEqual([]);
    expect(await findingsOf({ records: [a], list: [a, { ...b, lastNamed: 1 }], files })).toEqual([]);
  });

  it.each<[string, Published, readonly object[]]>([
    [
      'a file that is missing',
      { records: [a], list: [a, { ...b, lastNamed: 1 }], files: { 'pool/a': 'aaa' } },
      [{ path: 'pool/b', message: 'expected a file, found none' }],
    ],
    [
      'a file that is different',
      { records: [a], list: [a], files: { 'pool/a': 'AAA' } },
      [{ path: 'pool/a', message: `SHA-256: expected ${a.sha256}, found ${digestOf(encodeText('AAA'))}` }],
    ],
    [
      'a file that is longer',
      { records: [a], list: [a], files: { 'pool/a': 'aaa and more' } },
      [{ path: 'pool/a', message: 'expected at most 3 bytes, found 12' }],
    ],
    [
      'a record with a different digest',
      { records: [{ ...a, sha256: b.sha256 }], list: [a], files },
      [
        { path: 'pool/a', message: `SHA-256: expected ${b.sha256}, found ${a.sha256}` },
        {
          path: packageListPath(digestOf(encodePackageList([a]))),
          message: `pool/a: expected sha256 ${b.sha256}, as in its record, found ${a.sha256}`,
        },
      ],
    ],
    [
      'a record that leads out of the tree',
      { records: [{ ...a, path: '../../etc/passwd' }], list: [], files: {} },
      [{ path: '../../etc/passwd', message: 'leads out of the tree' }],
    ],
    [
      'a wrong number of files',
      { records: [a], list: [a], files, entry: { files: 2 } },
      [{ path: packageListPath(digestOf(encodePackageList([a]))), message: 'files: expected 2, found 1' }],
    ],
  ])('finds %s', async (_title, published, expected) => {
    expect(await findingsOf(published)).toEqual(expected);
  });
});
