import { describe, expect, it } from 'vitest';
import { findPathConflicts } from '../../../../src/catalogue/packages/path-conflicts.ts';
import { formatProblem } from '../../../../src/errors.ts';
import { sampleRecord } from '../../../sample-records.ts';
import { sha256Of } from '../../../workspace.ts';
import { makeTools, readBatch } from './batches.ts';

const tools = await makeTools();
const record = (name: string, path: string, content: string, version = '1') =>
  sampleRecord(name, version, 'x', { path, sha256: sha256Of(content) });

async function conflictsIn(...batches: readonly (readonly object[])[]): Promise<readonly string[]> {
  const read = [];
  for (const records of batches) read.push(await readBatch(tools, records));
  return (await findPathConflicts(read, tools.workspace)).map(formatProblem);
}

describe('one path with two digests', () => {
  it('is a conflict that names both records, in one file', async () => {
    expect(await conflictsIn([record('a', 'pool/a', 'one'), record('a', 'pool/a', 'two', '2')])).toEqual([
      '0.jsonl:2: a 2 (x): path "pool/a" is also that of a 1 (x) at 0.jsonl:1, with a different sha256',
    ]);
  });

  it('is a conflict among records with different names, in different batches, each time it occurs', async () => {
    const others = Array.from({ length: 500 }, (_, i) => record(`other-${i}`, `pool/other-${i}`, `${i}`));
    const first = [...others, record('a', 'pool/a', 'one'), record('b', 'pool/b', 'b')];
    const second = [record('c', 'pool/a', 'two'), record('d', 'pool/a', 'three'), record('e', 'pool/b', 'e')];
    expect(await conflictsIn(first, second)).toEqual([
      '0.jsonl:1: c 1 (x): path "pool/a" is also that of a 1 (x) at 0.jsonl:501, with a different sha256',
      '0.jsonl:2: d 1 (x): path "pool/a" is also that of a 1 (x) at 0.jsonl:501, with a different sha256',
      '0.jsonl:3: e 1 (x): path "pool/b" is also that of b 1 (x) at 0.jsonl:502, with a different sha256',
    ]);
  });

  it('is a conflict with the file of a package delta', async () => {
    const packageDeltas = [{ from: '0', size: 1, sha256: sha256Of('delta'), path: 'pool/a' }];
    expect(await conflictsIn([{ ...record('a', 'pool/a', 'one'), packageDeltas }])).toEqual([
      '0.jsonl:1: a 1 (x): path "pool/a" is also that of a 1 (x) at 0.jsonl:1, with a different sha256',
    ]);
  });

  it.each<[string, readonly object[]]>([
    ['twice the same digest', [record('a', 'pool/a', 'one'), record('b', 'pool/a', 'one')]],
    ['a record without a digest', [record('a', 'pool/a', 'one'), { ...record('b', 'pool/a', ''), sha256: undefined }]],
    ['the same digest at two paths', [record('a', 'pool/a', 'one'), record('b', 'pool/b', 'one')]],
    ['paths that differ in case', [record('a', 'pool/a', 'one'), record('b', 'Pool/a', 'two')]],
    ['no records', []],
  ])('is not: %s', async (_title, records) => {
    expect(await conflictsIn(records)).toEqual([]);
  });

  it('is looked for once among the same batches', async () => {
    const batch = await readBatch(tools, [record('once', 'pool/once', 'one')]);
    expect(await findPathConflicts([batch], tools.workspace)).toEqual([]);
    // Were the keys read again, these would be outside of the batch.
    const cut = { ...batch.head.fileKeys, start: 1_000_000 };
    expect(await findPathConflicts([{ ...batch, head: { ...batch.head, fileKeys: cut } }], tools.workspace)).toEqual(
      [],
    );
  });
});
