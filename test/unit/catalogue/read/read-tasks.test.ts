import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batchSlot, readBatchSlice, readRecords } from '../../../../src/catalogue/batch.ts';
import {
  type BatchReport,
  type ReadTools,
  readChunksTask,
  readFileTask,
} from '../../../../src/catalogue/read/read-tasks.ts';
import { NamePlacer } from '../../../../src/model/bucket-placement.ts';
import { loadFingerprint } from '../../../../src/platform/hash/fingerprint.ts';
import { loadVersionOrder } from '../../../../src/platform/versions/load-version-order.ts';
import { openWorkspace } from '../../../../src/platform/workspace/workspace.ts';
import { asLines, type SampleRecord, sampleRecord } from '../../../sample-records.ts';
import { makeWorkspace, sha256Of } from '../../../workspace.ts';

const directory = makeWorkspace();
const workspace = openWorkspace({ cache: undefined, temporary: makeWorkspace() });
const tools: ReadTools = {
  workspace,
  placer: new NamePlacer(await loadFingerprint()),
  details: [],
  subsets: [],
  order: await loadVersionOrder(),
};
const rule = { omit: [], given: [] };
let counter = 0;
const freshName = (): string => `batch/${sha256Of(String(counter++))}`;

// Large records, so that few of them fill a batch.
const NOTE = 'x'.repeat(1000);

function recordsNamed(count: number, prefix = 'r'): readonly SampleRecord[] {
  return Array.from({ length: count }, (_, i) =>
    sampleRecord(`${sha256Of(`${i}`).slice(0, 3)}-${prefix}${i}`, '1', 'amd64', { note: NOTE }),
  );
}

/** Everything that the batches of a report hold: the records, and where each was read. */
function contentOf({ batches }: BatchReport, files: readonly string[]) {
  return batches.flatMap((name) => {
    const places = files.map((file) => ({ file, firstLine: 1, listedBy: [] }));
    const slices = batchSlot.read(name, workspace)?.slices ?? [];
    const listings = slices.flatMap((slice) => readBatchSlice(name, slice, places, workspace));
    const records = readRecords(
      listings.map(({ content }) => content),
      workspace,
    );
    return listings.map(({ place }, i) => ({ place: `${place.file}:${place.line}`, record: records[i] }));
  });
}

const byName = (a: { record: unknown }, b: { record: unknown }): number =>
  JSON.stringify(a.record) < JSON.stringify(b.record) ? -1 : 1;

describe('a file that is read as a whole', () => {
  it.each([0, 1, 300, 1200])('gives %i records, each once, in batches of bounded size', async (count) => {
    const records = recordsNamed(count);
    const path = join(directory, `${counter++}.json`);
    writeFileSync(path, `[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n]`);
    const report = await readFileTask({ ...rule, reader: 'json', path, file: 'a.json', name: freshName() }, tools);
    expect(report.problems).toEqual([]);
    expect(report.batches.length).toBe(new Set(report.batches).size);
    expect(report.batches.length).toBeGreaterThanOrEqual(Math.max(1, Math.floor(count / 500)));
    const expected = records.map((record, i) => ({ place: `a.json:${i + 2}`, record }));
    expect(contentOf(report, ['a.json']).sort(byName)).toEqual(expected.sort(byName));
  });

  it('gives no batch if there is a problem, and reports every problem', async () => {
    const path = join(directory, `${counter++}.json`);
    writeFileSync(
      path,
      `[\n${recordsNamed(1000)
        .map((record, i) => (i % 200 === 199 ? '7' : JSON.stringify(record)))
        .join(',\n')}\n]`,
    );
    const report = await readFileTask({ ...rule, reader: 'json', path, file: 'a.json', name: freshName() }, tools);
    expect(report.batches).toEqual([]);
    expect(report.problems.map(({ line }) => line)).toEqual([201, 401, 601, 801, 1001]);
  });

  it('is decoded, and bytes that its encoding does not have are a problem with their place', async () => {
    const path = join(directory, `${counter++}.json`);
    const job = { ...rule, reader: 'json', encoding: 'shift_jis', path, file: 'a.json' };
    writeFileSync(path, Buffer.from('[{"name": "a", "version": "1", "arch": "all",\n"note": "\x83\x41"}]', 'latin1'));
    const { batches, problems } = await readFileTask({ ...job, name: freshName() }, tools);
    expect(problems).toEqual([]);
    expect(
      contentOf({ batches, problems, lines: [], lacking: [], kinds: [] }, ['a.json']).map(({ record }) => record?.note),
    ).toEqual(['ア']);
    writeFileSync(path, Buffer.from('[\n"\xff"]', 'latin1'));
    expect((await readFileTask({ ...job, name: freshName() }, tools)).problems).toEqual([
      { chunk: 0, line: 2, column: 2, message: 'expected shift_jis text, found the byte ff' },
    ]);
  });

  it('that does not exist is a problem without a line', async () => {
    const job = { ...rule, reader: 'json', path: join(directory, 'nowhere'), file: 'a.json', name: freshName() };
    expect((await readFileTask(job, tools)).problems).toEqual([
      { chunk: 0, message: 'cannot read: no such file or directory' },
    ]);
  });
});

describe('chunks that are read together', () => {
  const chunk = (file: string, content: string) => ({
    ...rule,
    reader: 'json-lines',
    file,
    bytes: Buffer.from(content),
  });

  it('are one batch, in which each record knows its file and line', async () => {
    const [one, other] = [recordsNamed(10), recordsNamed(5, 's')];
    const chunks = [chunk('one', `\n${asLines(one)}`), chunk('empty', ''), chunk('other', asLines(other))];
    const report = await readChunksTask({ name: freshName(), chunks }, tools);
    expect(report).toMatchObject({ batches: [expect.any(String)], lines: [11, 0, 5], problems: [] });
    const expected = [
      ...one.map((record, i) => ({ place: `one:${i + 2}`, record })),
      ...other.map((record, i) => ({ place: `other:${i + 1}`, record })),
    ];
    expect(contentOf(report, ['one', 'empty', 'other']).sort(byName)).toEqual(expected.sort(byName));
  });

  it('are no batch if one has a problem, and the problems of all of them are reported', async () => {
    const chunks = [chunk('one', '{'), chunk('other', asLines(recordsNamed(3))), chunk('third', '\n\n[]\n{}')];
    const { batches, problems, lacking } = await readChunksTask({ name: freshName(), chunks }, tools);
    expect(batches).toEqual([]);
    expect(problems.map(({ chunk: position, line }) => [position, line])).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(lacking).toEqual([
      {
        missing: ['name', 'version', 'arch'],
        called: ['name', 'version', 'arch'],
        count: 1,
        chunk: 2,
        line: 4,
        has: [],
        texts: [],
      },
    ]);
  });
});
