/** The conductor of inspection: asks each layout in turn what a file is. */
import { isGzip } from './bytes/bytes.ts';
import { RepomillError } from './errors.ts';
import { type Inspection, layouts } from './layouts/layouts.ts';
import { defined } from './model/defined.ts';
import { MAX_SUMMARY_SIZE } from './model/limits.ts';
import { gunzipWithin } from './platform/zlib/gzip.ts';

/** What is known of a file besides its bytes. */
export interface InspectOptions {
  /** Its path or URL: some files do not say what they are. */
  readonly path?: string;
}

/**
 * Describes a file of a published tree: an index, a summary, a delta, signatures. Says what is in the bytes; whether they are
 * right is for `verify`.
 *
 * @throws RepomillError `format` for a file of no kind that a layout writes, and for a broken one
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { inspect } from 'repomill';
 *
 * const inspection = await inspect(await readFile('public/index.json'));
 * if (inspection.kind === 'index') console.log(inspection.index.version);
 */
export async function inspect(bytes: Uint8Array, options: InspectOptions = {}): Promise<Inspection> {
  const { path } = options;
  const content = isGzip(bytes) ? gunzipWithin(bytes, MAX_SUMMARY_SIZE) : bytes;
  for (const { name, load } of layouts) {
    const inspector = await load.inspector();
    const found = await inspector.inspect({ content, storedSize: bytes.length, path });
    // Each layout describes its own kinds of files, and `Inspection` lists those of all.
    if (found !== undefined) return { layout: name, ...found } as Inspection;
  }
  throw new RepomillError('format', 'expected an index, a summary, a delta or signatures, found something else', {
    ...defined({ path }),
  });
}
