import { describe, expect, it } from 'vitest';
import { completeBatchTask, hashFilesTask } from '../../../../src/catalogue/packages/package-tasks.ts';
import { listInputs } from '../../../../src/catalogue/read/list-inputs.ts';
import { readInputs } from '../../../../src/catalogue/read/read-inputs.ts';
import { readChunksTask, readFileTask, readOwnFilesTask } from '../../../../src/catalogue/read/read-tasks.ts';
import { defaultConfig } from '../../../../src/config/config.ts';
import { NamePlacer } from '../../../../src/model/bucket-placement.ts';
import { silent } from '../../../../src/model/progress.ts';
import { loadFingerprint } from '../../../../src/platform/hash/fingerprint.ts';
import { loadVersionOrder } from '../../../../src/platform/versions/load-version-order.ts';
import { openWorkspace } from '../../../../src/platform/workspace/workspace.ts';
import { asLines, sampleRecord } from '../../../sample-records.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const record = (i: number): ReturnType<typeof sampleRecord> =>
  sampleRecord(`record-${i}`, '1', 'amd64', { note: 'x'.repeat(1000) });
const fingerprint = await loadFingerprint();

/** Reads a directory in this thread; `onBatch` is called after each batch of chunks, with their number. */
async function readAll(
  files: Readonly<Record<string, string>>,
  onBatch: (count: number) => void,
  signal?: AbortSignal,
) {
  const directory = writeFiles(makeWorkspace(), files);
  const workspace = openWorkspace({ cache: undefined, temporary: makeWorkspace() });
  const tools = {
    workspace,
    placer: new NamePlacer(fingerprint),
    details: [],
    subsets: [],
    order: await loadVersionOrder(),
  };
  const config = defaultConfig('test');
  let count = 0;
  return await readInputs(await listInputs(directory, { config }), {
    config,
    workspace,
    tasks: {
      async readChunks(job) {
        const report = await readChunksTask(job, tools);
        onBatch(++count);
        return report;
      },
      readFile: (job) => readFileTask(job, tools),
      readOwnFiles: (job) => readOwnFilesTask(job, tools),
      hashFiles: hashFilesTask,
      completeBatch: async (job) => completeBatchTask(job, tools),
    },
    startedAt: 0n,
    maxPending: 1,
    progress: silent,
    signal,
  });
}

describe('reading', () => {
  const large = asLines(Array.from({ length: 1000 }, (_, i) => record(i)));

  it('ends with an error between two chunks of a large file once the signal is aborted', async () => {
    const controller = new AbortController();
    let batches = 0;
    const reading = readAll(
      { 'a.jsonl': large },
      (count) => {
        batches = count;
        if (count === 2) controller.abort();
      },
      controller.signal,
    );
    await expect(reading).rejects.toMatchObject({ code: 'interrupted' });
    expect(batches).toBe(2);
  });

  it('ends with an error between two files once the signal is aborted, and is not a problem of a file', async () => {
    const controller = new AbortController();
    controller.abort();
    const reading = readAll({ 'a.json': '{', 'b.jsonl': large }, () => undefined, controller.signal);
    await expect(reading).rejects.toMatchObject({ code: 'interrupted', problems: [] });
  });

  it('gives all records if the signal is not aborted', async () => {
    const { signal } = new AbortController();
    let batches = 0;
    const files = { 'a.jsonl': large, 'b.json': '{"name":"b","version":"1","arch":"x"}', 'README.md': '' };
    const { catalogue, files: count, skipped } = await readAll(files, (total) => (batches = total), signal);
    expect([...catalogue.arches]).toEqual(['amd64', 'x']);
    expect([count, skipped]).toEqual([2, ['README.md']]);
    expect(batches).toBeGreaterThan(3);
  });
});
