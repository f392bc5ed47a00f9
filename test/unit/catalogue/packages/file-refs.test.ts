import { describe, expect, it } from 'vitest';
import { readFileRefs } from '../../../../src/catalogue/packages/file-refs.ts';
import { sampleRecord } from '../../../sample-records.ts';
import { sha256Of } from '../../../workspace.ts';
import { makeTools, readBatch } from './batches.ts';

const tools = await makeTools();
const sha256 = sha256Of('content');

describe('the files that the records of a batch name', () => {
  it('are in input order, with the places of their records, and the files of package deltas that were moved to details', async () => {
    const delta = { from: '1', size: 3, sha256, path: 'pool/b-1-2.delta' };
    const batch = await readBatch(
      tools,
      [
        { name: 'z', version: '1', arch: 'all', path: 'pool/z' },
        { name: 'a', version: '1', arch: 'all', url: 'https://example.org/a' },
        { name: 'b', version: '2', arch: ['x', 'y'], path: 'pool/b', size: 9, packageDeltas: [delta] },
      ],
      [{ name: 'm', version: '1', arch: 'all', path: 'pool/m', sha256 }],
    );
    const expected = [
      { path: 'pool/z', record: 'z 1 (all)', version: '1', place: { file: '0.jsonl', line: 1 } },
      { path: 'pool/b', size: 9, record: 'b 2 (x, y)', version: '2', place: { file: '0.jsonl', line: 3 } },
      {
        path: 'pool/b-1-2.delta',
        size: 3,
        sha256,
        record: 'b 2 (x, y)',
        version: '2',
        place: { file: '0.jsonl', line: 3 },
      },
      { path: 'pool/m', sha256, record: 'm 1 (all)', version: '1', place: { file: '1.jsonl', line: 1 } },
    ];
    expect(readFileRefs(batch, tools.workspace)).toEqual(expected);
    // The second time, they are remembered, wherever the batch is in the input now.
    const moved = { ...batch, places: batch.places.map((place) => ({ ...place, file: 'moved', firstLine: 11 })) };
    expect(readFileRefs(moved, tools.workspace).map(({ place }) => `${place.file}:${place.line}`)).toEqual([
      'moved:11',
      'moved:13',
      'moved:13',
      'moved:11',
    ]);
  });

  it('are none where no record has a path', async () => {
    const batch = await readBatch(tools, [{ ...sampleRecord('a', '1', 'x'), path: undefined }]);
    expect(readFileRefs(batch, tools.workspace)).toEqual([]);
  });
});
