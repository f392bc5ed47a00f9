/**
 * Batches of records in a workspace, as reading writes them.
 */
import { batchSlot } from '../../../../src/catalogue/batch.ts';
import type { Batch } from '../../../../src/catalogue/catalogue.ts';
import { type ReadTools, readChunksTask } from '../../../../src/catalogue/read/read-tasks.ts';
import { NamePlacer } from '../../../../src/model/bucket-placement.ts';
import { loadFingerprint } from '../../../../src/platform/hash/fingerprint.ts';
import { loadVersionOrder } from '../../../../src/platform/versions/load-version-order.ts';
import { openWorkspace } from '../../../../src/platform/workspace/workspace.ts';
import { asLines } from '../../../sample-records.ts';
import { makeWorkspace, sha256Of } from '../../../workspace.ts';

/** What tasks work with: a subset of small packages, and a workspace of the test's own. */
export async function makeTools(): Promise<ReadTools> {
  return {
    workspace: openWorkspace({ cache: undefined, temporary: makeWorkspace() }),
    placer: new NamePlacer(await loadFingerprint()),
    details: ['details', 'packageDeltas', 'changelog'],
    order: await loadVersionOrder('debian'),
    subsets: [{ matches: ({ size, changelog }) => Number(size) < 100 && changelog !== 'secret' }],
  };
}

/** Reads records, one a line, as a batch; each list of records is a file, `0.jsonl` and so on. */
export async function readBatch(tools: ReadTools, ...files: readonly (readonly object[])[]): Promise<Batch> {
  const chunks = files.map((records, i) => ({
    reader: 'json-lines',
    omit: [],
    given: [],
    file: `${i}.jsonl`,
    bytes: new TextEncoder().encode(asLines(records)),
  }));
  const name = batchSlot.nameOf(chunks.map(({ file, bytes }) => [file, sha256Of(bytes)]));
  const { problems } = await readChunksTask({ name, chunks }, tools);
  if (problems.length > 0) throw new Error(problems[0]?.message);
  return openBatch(tools, name, files.length);
}

/** Opens a batch of `count` files. */
export function openBatch({ workspace }: ReadTools, name: string, count: number): Batch {
  const head = batchSlot.read(name, workspace);
  if (head === undefined) throw new Error(`no batch ${name}`);
  const places = Array.from({ length: count }, (_, i) => ({ file: `${i}.jsonl`, firstLine: 1, listedBy: [] }));
  return { name, head, places };
}
