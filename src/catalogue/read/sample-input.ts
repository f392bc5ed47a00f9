/**
 * Samples a directory of unknown metadata: a few documents of each kind of file, however many files there are and however long
 * they are. Files of one kind whose documents have nothing in common are kinds of their own.
 */
import { concatBytes } from '../../bytes/bytes.ts';
import { CONFIG_NAME } from '../../config/config.ts';
import { mayBeMetadata, suffixOrName } from '../../config/pattern/file-kinds.ts';
import { RepomillError } from '../../errors.ts';
import type { SampleDocument } from '../../mapping/guess-mapping.ts';
import { likeness, shapeOf } from '../../mapping/guess-records.ts';
import { fileInUtf8 } from '../../platform/encoding/transcode.ts';
import { type InputFile, openInputFile } from '../../platform/files/input-file.ts';
import { listFiles } from '../../platform/files/list-files.ts';
import { withoutCompression } from '../../platform/zlib/compressions.ts';
import { parseJsonPrefix } from '../../readers/json/json-prefix.ts';
import type { Reader } from '../../readers/reader.ts';
import { isCompanion, readerFor } from '../../readers/readers.ts';
import { findFittingReader } from './try-readers.ts';

/** Files of one kind, read by the same reader. */
export interface SampledFiles {
  readonly reader: string;
  /** Whether the reader recognises the files by itself. */
  readonly isRecognised: boolean;
  /** The paths of all of them, sorted. */
  readonly paths: readonly string[];
  readonly documents: readonly SampleDocument[];
}

/** Files of each kind that are opened, and records of each that are looked at. */
const SAMPLED_FILES = 25;
const SAMPLED_RECORDS = 50;

/** Bytes of a JSON file that are looked at. */
const SAMPLED_BYTES = 1 << 20;

/** The most shapes into which many files are divided: of more, the keys are names rather than fields. */
const MAX_SHAPES = 3;
const MAX_DIVIDED = 12;

/** The share of keys that documents of one shape have in common. */
const ALIKE = 0.25;

/**
 * Samples a directory; the kinds with most files come first. Throws what `listFiles` throws.
 *
 * @param excludes - whether a file, given by its real path, is not part of the input
 */
export async function sampleInput(
  directory: string,
  excludes: (realPath: string) => boolean,
): Promise<readonly SampledFiles[]> {
  const select = (path: string): true | undefined => (path !== CONFIG_NAME && mayBeMetadata(path) ? true : undefined);
  const { files } = await listFiles(directory, { select, leadsInto: () => 'anywhere', excludes });
  const kinds: SampledFiles[] = [];
  for (const paths of divideByName(files.map(({ path }) => path))) {
    const sample = await sampleKind(directory, paths);
    if (sample !== undefined) kinds.push(...divideByShape(sample));
  }
  return kinds.sort((a, b) => b.paths.length - a.paths.length);
}

/** Files by suffix, by name where a name occurs again and again, and all others together. */
function divideByName(paths: readonly string[]): readonly (readonly string[])[] {
  const names = groupBy(paths, baseName);
  const isKind = (path: string): boolean => (names.get(baseName(path))?.length ?? 0) > 1;
  const kinds = groupBy(paths, (path) => {
    const kind = suffixOrName(path);
    return isKind(path) ? `/${baseName(path)}` : kind.startsWith('.') ? kind : '';
  });
  return [...kinds.values()].sort((a, b) => b.length - a.length);
}

function baseName(path: string): string {
  return withoutCompression(path.slice(path.lastIndexOf('/') + 1));
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

async function sampleKind(directory: string, paths: readonly string[]): Promise<SampledFiles | undefined> {
  const step = Math.max(1, Math.floor(paths.length / SAMPLED_FILES));
  const documents: SampleDocument[] = [];
  const companions = new Set<string>();
  let reader: Reader | undefined;
  let isRecognised = true;
  for (let i = 0; i < paths.length; i += step) {
    const path = paths[i] ?? '';
    try {
      const file = await fileInUtf8(await openInputFile(`${directory}/${path}`, path), undefined);
      if (isCompanion(file)) {
        companions.add(path);
        continue;
      }
      const own = readerFor(file);
      if (reader === undefined) {
        isRecognised = own !== undefined;
        reader = own ?? (await findFittingReader(directory, paths))?.reader;
        if (reader === undefined) return undefined;
      }
      if (own !== undefined && own !== reader) continue;
      for (const value of await readDocuments(file, reader)) documents.push({ path, value });
    } catch (error) {
      // A file that cannot be read is the build's to report.
      if (!(error instanceof RepomillError)) throw error;
    }
  }
  if (reader === undefined || documents.length === 0) return undefined;
  const { name } = reader;
  return { reader: name, isRecognised, paths: paths.filter((path) => !companions.has(path)), documents };
}

/** Divides files whose documents have nothing in common. Files that were not opened are of the kind with most files. */
function divideByShape(files: SampledFiles): readonly SampledFiles[] {
  const shapes: { readonly keys: ReadonlySet<string>; readonly paths: Set<string> }[] = [];
  for (const [path, [first]] of groupBy(files.documents, (document) => document.path)) {
    const keys = shapeOf(first?.value) ?? new Set();
    const known = shapes.find((shape) => likeness(shape.keys, keys) >= ALIKE);
    if (known === undefined) shapes.push({ keys, paths: new Set([path]) });
    else known.paths.add(path);
  }
  const areFew = shapes.length <= MAX_SHAPES || files.paths.length <= MAX_DIVIDED;
  if (shapes.length < 2 || !areFew) return [files];
  const [largest] = shapes.toSorted((a, b) => b.paths.size - a.paths.size);
  const shapeAt = (path: string): (typeof shapes)[number] | undefined =>
    shapes.find(({ paths }) => paths.has(path)) ?? largest;
  return shapes.map((shape) => ({
    ...files,
    paths: files.paths.filter((path) => shapeAt(path) === shape),
    documents: files.documents.filter(({ path }) => shapeAt(path) === shape),
  }));
}

async function readDocuments(file: InputFile, reader: Reader): Promise<readonly unknown[]> {
  if (reader.name === 'json') return readJson(file);
  const values: unknown[] = [];
  for await (const { drafts } of reader.read(file)) {
    values.push(...drafts.map(({ fields }) => fields));
    if (values.length >= SAMPLED_RECORDS) break;
  }
  return values.slice(0, SAMPLED_RECORDS);
}

async function readJson(file: InputFile): Promise<readonly unknown[]> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of file.chunks()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= SAMPLED_BYTES) break;
  }
  const text = new TextDecoder().decode(concatBytes(chunks));
  const value = parseJsonPrefix(text);
  return value === undefined ? [] : [value];
}
