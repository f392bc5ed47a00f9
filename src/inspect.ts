/** Inspects a file: asks each layout in turn whether it recognises it. */
import { isGzip } from './bytes/bytes.ts';
import { RepomillError, withPath } from './errors.ts';
import type { Layout } from './layouts/layout.ts';
import { type Inspection, layouts } from './layouts/layouts.ts';
import { defined } from './model/defined.ts';
import { MAX_SUMMARY_SIZE } from './model/limits.ts';
import { gunzipWithin } from './platform/zlib/gzip.ts';

/** What is known about a file besides its bytes. */
export interface InspectOptions {
  /** Its path or URL. Some kinds of files can only be recognised by it. */
  readonly path?: string;
}

/**
 * Describes a file of a published tree: an index, a summary, a delta or signatures. Only describes the bytes; `verify` checks
 * them.
 *
 * @throws RepomillError `format` if the file is damaged or of no kind that a layout writes
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
  const content = await aboutPath(path, unpack(bytes));
  // What only one layout writes is not shown to others, which may take it for something damaged of their own.
  const own = layouts.filter((layout: Layout) => layout.recognises?.(content) === true);
  for (const { name, load } of own.length > 0 ? own : layouts) {
    const inspector = await load.inspector();
    const found = await aboutPath(path, inspector.inspect({ content, storedSize: bytes.length, path }));
    // `Inspection` is the union of what the layouts' inspectors return.
    if (found !== undefined) return { layout: name, ...found } as Inspection;
  }
  throw new RepomillError('format', 'expected an index, a summary, a delta or signatures, found something else', {
    ...defined({ path }),
  });
}

async function unpack(bytes: Uint8Array): Promise<Uint8Array> {
  return isGzip(bytes) ? gunzipWithin(bytes, MAX_SUMMARY_SIZE) : bytes;
}

/** Waits for work, and says in its error which file it was about. */
async function aboutPath<Result>(path: string | undefined, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof RepomillError ? withPath(error, path) : error;
  }
}
