/**
 * The files that come with this package. Their place is relative to this module, which is equally deep in `src/` and in
 * `dist/`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareText } from '../model/order.ts';
import { listTree, readIfPresent } from './files/read-files.ts';

const templates = fileURLToPath(new URL('../../templates', import.meta.url));

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
  const files = [...(await readAll(templates, `${layout}/`, '')), ...(await readAll(templates, 'hosts/', 'hosts/'))];
  return files.sort((a, b) => compareText(a.path, b.path));
}

/** The presets in `templates/presets/`, in order. */
export const presets: { readonly names: readonly string[]; read(name: string): string } = {
  get names() {
    return readdirSync(join(templates, 'presets'))
      .map((file) => basename(file, '.yaml'))
      .sort(compareText);
  },
  read: (name) => readFileSync(join(templates, 'presets', `${name}.yaml`), 'utf8'),
};

async function readAll(directory: string, from: string, to: string): Promise<readonly TemplateFile[]> {
  const files: TemplateFile[] = [];
  for (const { path } of await listTree(`${directory}/${from}`)) {
    const bytes = await readIfPresent(`${directory}/${from}${path}`);
    if (bytes !== undefined) files.push({ path: `${to}${path}`, bytes });
  }
  return files;
}
