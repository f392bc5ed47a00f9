/**
 * The files that come with this package. Found from here, so that it does not matter whether `src/` runs or `dist/`: both
 * have this module at the same depth.
 */
import { fileURLToPath } from 'node:url';
import { compareText } from '../model/order.ts';
import { listTree, readIfPresent } from './files.ts';

/** One file of a template. */
export interface TemplateFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Everything in `templates/`, hidden files too, in the order of paths. */
export async function readTemplates(): Promise<readonly TemplateFile[]> {
  const directory = fileURLToPath(new URL('../../templates', import.meta.url));
  const files: TemplateFile[] = [];
  for (const { path } of await listTree(directory)) {
    const bytes = await readIfPresent(`${directory}/${path}`);
    if (bytes !== undefined) files.push({ path, bytes });
  }
  return files.sort((a, b) => compareText(a.path, b.path));
}
