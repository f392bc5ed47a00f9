/**
 * The files that come with this package. Their place is relative to this module, which is equally deep in `src/` and in
 * `dist/`.
 */
import { fileURLToPath } from 'node:url';
import { compareText } from '../model/order.ts';
import { listTree, readIfPresent } from './files/read-files.ts';

/** One file of a template. */
export interface TemplateFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * What a repository of a layout starts with, in the order of paths: everything in `templates/<layout>/`, hidden files too,
 * and `templates/hosts/`, which is the same for all.
 */
export async function readTemplates(layout: string): Promise<readonly TemplateFile[]> {
  const directory = fileURLToPath(new URL('../../templates', import.meta.url));
  const files = [...(await readAll(directory, `${layout}/`, '')), ...(await readAll(directory, 'hosts/', 'hosts/'))];
  return files.sort((a, b) => compareText(a.path, b.path));
}

async function readAll(directory: string, from: string, to: string): Promise<readonly TemplateFile[]> {
  const files: TemplateFile[] = [];
  for (const { path } of await listTree(`${directory}/${from}`)) {
    const bytes = await readIfPresent(`${directory}/${from}${path}`);
    if (bytes !== undefined) files.push({ path: `${to}${path}`, bytes });
  }
  return files;
}
