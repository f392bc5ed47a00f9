/**
 * The files in `details/`: documents that were moved out of the records, each compressed by itself with the shared
 * dictionary. FORMAT.md, section "Details". Compressed many at a time, because there are as many as packages and the
 * dictionary costs each of them more than its own bytes do.
 */

import { type DocumentRef, readDocument } from '../../../../catalogue/batch.ts';
import type { Catalogue } from '../../../../catalogue/catalogue.ts';
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

/** Documents of a task: enough that handing them over does not show, few enough to hold. */
const AT_ONCE = 64;

/** Compresses documents: a zlib stream of each. */
export function compressDocumentsTask(
  { documents, dictionary }: CompressJob,
  workspace: Workspace,
): readonly Uint8Array[] {
  return documents.map((document) => deflate(readDocument(document.batch, document, workspace), dictionary));
}

/** Plans the files. What the tree has already is not compressed. */
export function planDetails(
  { documents }: Catalogue,
  dictionary: Dictionary | undefined,
  tasks: DetailsTasks,
): readonly PlannedFile[] {
  const groups = new Map<number, Promise<ReadonlyMap<Digest, Uint8Array>>>();
  const compress = async (group: number): Promise<ReadonlyMap<Digest, Uint8Array>> => {
    const some = documents.slice(group * AT_ONCE, (group + 1) * AT_ONCE);
    const bytes = dictionary === undefined ? {} : { dictionary: dictionary.bytes };
    const stored = await tasks.compressDocuments({ documents: some, ...bytes });
    return new Map(some.map(({ sha256 }, i) => [sha256, stored[i] ?? new Uint8Array()]));
  };
  // Files are written in this order, a few at a time: two groups behind, nobody asks for one any more.
  const groupOf = (position: number): Promise<ReadonlyMap<Digest, Uint8Array>> => {
    const group = Math.floor(position / AT_ONCE);
    const known = groups.get(group) ?? compress(group);
    groups.set(group, known).delete(group - 2);
    return known;
  };
  const files: PlannedFile[] = documents.map(({ sha256 }, position) => ({
    path: detailsPath(sha256, dictionary?.sha256),
    content: async () => (await groupOf(position)).get(sha256) ?? new Uint8Array(),
  }));
  if (dictionary === undefined) return files;
  const { bytes } = dictionary;
  return [{ path: dictionaryPath(dictionary.sha256), size: bytes.length, content: async () => bytes }, ...files];
}
