/**
 * The files in `details/`: documents that were moved out of the records, each compressed by itself with the shared
 * dictionary. FORMAT.md, section "Details". One task compresses many, because there are as many documents as packages, and
 * the dictionary is larger than most of them.
 */

import { type DocumentRef, readDocument } from '../../../../catalogue/batch.ts';
import type { Catalogue } from '../../../../catalogue/catalogue.ts';
import { defined } from '../../../../model/defined.ts';
import type { Digest } from '../../../../model/digest.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { deflate } from '../../../../platform/zlib/gzip.ts';
import type { PlannedFile } from '../../../../publish/tree-plan.ts';
import { detailsPath, dictionaryPath } from '../../format/paths.ts';
import type { Dictionary } from './choose-dictionary.ts';

/** Documents to compress. */
export interface CompressJob {
  readonly documents: readonly (DocumentRef & { readonly batch: string })[];
  readonly dictionary?: Uint8Array;
}

/** The tasks of this stage. */
export interface DetailsTasks {
  compressDocuments(job: CompressJob): Promise<readonly Uint8Array[]>;
}

/** Documents of a task: enough that handing them over costs little, few enough to keep in memory. */
const DOCUMENTS_PER_TASK = 64;

/** The task: compresses documents, each to a zlib stream. */
export function compressDocumentsTask(
  { documents, dictionary }: CompressJob,
  workspace: Workspace,
): readonly Uint8Array[] {
  return documents.map((document) => deflate(readDocument(document.batch, document, workspace), dictionary));
}

/** Plans the files. Documents that the tree has already are not compressed, unless they share a task with others. */
export function planDetails(
  { documents }: Catalogue,
  dictionary: Dictionary | undefined,
  tasks: DetailsTasks,
): readonly PlannedFile[] {
  const started = new Map<number, Promise<ReadonlyMap<Digest, Uint8Array>>>();
  const compress = async (task: number): Promise<ReadonlyMap<Digest, Uint8Array>> => {
    const some = documents.slice(task * DOCUMENTS_PER_TASK, (task + 1) * DOCUMENTS_PER_TASK);
    const stored = await tasks.compressDocuments(defined({ documents: some, dictionary: dictionary?.bytes }));
    return new Map(some.map(({ sha256 }, i) => [sha256, stored[i] ?? new Uint8Array()]));
  };
  // Files are written in this order, a few at a time: nothing asks for the results of the task before the last any more.
  const resultsFor = (position: number): Promise<ReadonlyMap<Digest, Uint8Array>> => {
    const task = Math.floor(position / DOCUMENTS_PER_TASK);
    const results = started.get(task) ?? compress(task);
    started.set(task, results).delete(task - 2);
    return results;
  };
  const files: PlannedFile[] = documents.map(({ sha256 }, position) => ({
    path: detailsPath(sha256, dictionary?.sha256),
    content: async () => (await resultsFor(position)).get(sha256) ?? new Uint8Array(),
  }));
  if (dictionary === undefined) return files;
  const { bytes } = dictionary;
  return [{ path: dictionaryPath(dictionary.sha256), size: bytes.length, content: async () => bytes }, ...files];
}
