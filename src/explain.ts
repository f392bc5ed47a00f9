/**
 * Explains how the records of one file are read: each before and after the mapping, and where each field came from. Reads no
 * other file and writes nothing.
 */
import { explainFile, type FileExplanation } from './catalogue/read/explain-file.ts';
import { listInputs } from './catalogue/read/list-inputs.ts';
import { readConfig } from './config/read-config.ts';
import { RepomillError } from './errors.ts';
import { knownNames } from './known-names.ts';
import { DEFAULT_LAYOUT, type LayoutName, layoutNamed, layouts } from './layouts/layouts.ts';
import type { PackageRecord } from './model/record.ts';
import { typedPathInside } from './platform/files/resolve-inside.ts';
import { publishedIn, publishedMembership, treeMembership } from './publish/published-trees.ts';

/** What to explain. */
export interface ExplainRequest {
  /** The directory of package metadata. */
  readonly input: string;
  /** The file: relative to `input`, or as any other path. By default the first one that is read. */
  readonly file?: string;
  /** The configuration file; by default `repomill.yaml` in the input, if there is one. */
  readonly config?: string;
  /** The directory of the published tree, and its layout, if a build would write into the input: its files are not input. */
  readonly out?: string;
  readonly layout?: LayoutName;
  /** How many records to explain; by default 10. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 10;

/**
 * Explains how a build reads a file.
 *
 * @throws RepomillError `usage` for a bad configuration or a file that no input reads, `not-found` for a missing directory,
 *   `format` or `transport` for a file that cannot be read
 *
 * @example
 * const explanation = await explain({ input: 'packages', file: 'hello.yaml' });
 * for (const { line, fields, origins } of explanation.records) console.log(line, fields, origins);
 */
export async function explain(request: ExplainRequest): Promise<FileExplanation> {
  const { input, file, config: named, limit = DEFAULT_LIMIT } = request;
  const config = await readConfig(input, named, knownNames);
  const { files } = await listInputs(input, { config, excludes: await treeFilesOf(request) });
  const found = file === undefined ? files[0] : findFile(files, input, file);
  if (found !== undefined) return explainFile(input, found, { config, limit });
  const patterns = config.inputs.map((rule) => rule.files).join(', ');
  throw new RepomillError('usage', 'no input reads this file', {
    path: file ?? input,
    hint: `inputs read: ${patterns}`,
  });
}

/**
 * The first valid records of a directory, from as many files as there are, as a build would read them. Throws what `explain`
 * throws.
 */
export async function previewRecords(request: ExplainRequest, most: number): Promise<readonly PackageRecord[]> {
  const { input, config: named } = request;
  const config = await readConfig(input, named, knownNames);
  const { files } = await listInputs(input, { config, excludes: await treeFilesOf(request) });
  const limit = Math.max(1, Math.ceil(most / Math.max(1, files.length)));
  const records: PackageRecord[] = [];
  for (const file of files.slice(0, PREVIEWED_FILES)) {
    const explained = await explainFile(input, file, { config, limit });
    records.push(...explained.records.flatMap(({ fields }) => fields ?? []));
    if (records.length >= most) break;
  }
  return records.slice(0, most);
}

/** Files that are read for a preview, whatever is in them. */
const PREVIEWED_FILES = 50;

/** The file of a name: a path from the working directory or, if there is none, from the input directory. */
function findFile<File extends { readonly path: string }>(
  files: readonly File[],
  input: string,
  name: string,
): File | undefined {
  const paths = [name, `${input}/${name}`].map((typed) => typedPathInside(input, typed));
  return paths.flatMap((path) => files.find((file) => file.path === path) ?? [])[0];
}

/** Which files a build would leave out because they are published: those of its own tree, and of any other. */
async function treeFilesOf({ out, layout }: ExplainRequest): Promise<(realPath: string) => boolean> {
  if (out === undefined) return publishedMembership(layouts);
  return treeMembership(out, [layoutNamed(layout ?? DEFAULT_LAYOUT), ...publishedIn(out, layouts)], layouts);
}
