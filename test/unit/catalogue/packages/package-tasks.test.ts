import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batchSlot, readFileKeys } from '../../../../src/catalogue/batch.ts';
import { openCatalogue } from '../../../../src/catalogue/catalogue.ts';
import { completeBatchTask, hashFilesTask } from '../../../../src/catalogue/packages/package-tasks.ts';
import { eachRecord } from '../../../../src/catalogue/packages/whole-records.ts';
import { digestOf } from '../../../../src/platform/hash/sha256.ts';
import { makeWorkspace, sha256Of } from '../../../workspace.ts';
import { makeTools, openBatch, readBatch } from './batches.ts';

const tools = await makeTools();
const { workspace } = tools;
const sha256 = digestOf(new TextEncoder().encode('content'));

describe('completing a batch', () => {
  it('adds what records lack, keeps what they have, and decides on their subsets again', async () => {
    const records = [
      { name: 'lacks-both', version: '1', arch: 'all', path: 'pool/a', note: 'kept' },
      { name: 'lacks-size', version: '1', arch: 'x', path: 'pool/b', sha256: sha256Of('b') },
      { name: 'has-both', version: '1', arch: 'x', path: 'pool/c', size: 7, sha256: sha256Of('c') },
      { name: 'no-path', version: '1', arch: 'y' },
      { name: 'moved', version: '1', arch: 'x', path: 'pool/e', changelog: 'secret' },
    ];
    const before = await readBatch(tools, records);
    const name = batchSlot.nameOf('completed');
    const files = [
      { path: 'pool/a', size: 7, sha256 },
      { path: 'pool/b', size: 1000, sha256: digestOf(new TextEncoder().encode('b')) },
      { path: 'pool/e', size: 7, sha256 },
    ];
    completeBatchTask({ name, from: before.name, files }, tools);
    const after = openBatch(tools, name, 1);
    const found = [...eachRecord(name, after.head, workspace)].sort((a, b) => a.line - b.line);
    expect(found.map(({ whole }) => whole())).toEqual([
      { ...records[0], size: 7, sha256 },
      { ...records[1], size: 1000 },
      records[2],
      records[3],
      { ...records[4], size: 7, sha256 },
    ]);
    // A size decides on the subset, and so does a field that is in details.
    expect(found.map(({ subsets }) => subsets)).toEqual([[0], [], [0], [], []]);
    expect(found.map(({ chunk, line }) => [chunk, line])).toEqual([1, 2, 3, 4, 5].map((line) => [0, line]));
    expect(after.head.arches).toEqual(before.head.arches);
    expect(after.head.use).toEqual({ ...before.head.use, subsets: [0] });
    expect(readFileKeys(name, after.head, workspace).length).toBe(4 * 4);
    const catalogue = openCatalogue([after], workspace);
    expect(catalogue.documents).toHaveLength(1);
    expect(new TextDecoder().decode(catalogue.readDocument(catalogue.documents[0]?.sha256 ?? sha256))).toBe(
      '{"changelog":"secret"}',
    );
  });
});

describe('hashing files', () => {
  it('gives a digest for each, or the reason why there is none', async () => {
    const file = join(makeWorkspace(), 'a');
    writeFileSync(file, 'content');
    expect(await hashFilesTask({ files: [file, `${file}.none`] })).toEqual([
      { sha256, stamp: expect.objectContaining({ size: 7 }) },
      { reason: 'cannot read: no such file or directory' },
    ]);
  });
});
