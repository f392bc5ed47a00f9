/**
 * Finds the reader of files that no reader recognises by their names: the first that reads some of them without a problem.
 */
import { RepomillError } from '../../errors.ts';
import { missingFields } from '../../model/parse-record.ts';
import { fileInUtf8 } from '../../platform/encoding/transcode.ts';
import { type InputFile, openInputFile } from '../../platform/files/input-file.ts';
import type { Reader } from '../../readers/reader.ts';
import { readerNamed } from '../../readers/readers.ts';

/** A reader that reads some files. */
export interface FittingReader {
  readonly reader: Reader;
  /** Whether their records have all that a record needs. */
  readonly hasRecords: boolean;
}

/** Files that are tried, and bytes of each: longer files are not. */
const TRIED_FILES = 3;
const TRIED_BYTES = 1 << 20;

/** The readers that refuse what is not theirs. Anything could be a table of one column. */
const triedReaders: readonly string[] = ['json', 'json-lines', 'jsonc', 'toml', 'deb822', 'yaml'];

/**
 * The reader that reads some of the files; undefined if none does.
 *
 * @param paths - relative to the directory, of one kind
 */
export async function findFittingReader(
  directory: string,
  paths: readonly string[],
): Promise<FittingReader | undefined> {
  const files: InputFile[] = [];
  for (const path of spread(paths, TRIED_FILES)) {
    const file = await openTried(directory, path);
    if (file === undefined) return undefined;
    files.push(file);
  }
  for (const reader of triedReaders.flatMap((name) => readerNamed(name) ?? [])) {
    const drafts = await readAll(reader, files);
    if (drafts === undefined) continue;
    return { reader, hasRecords: drafts.every((fields) => missingFields(fields).length === 0) };
  }
  return undefined;
}

/** The first, the last and some between them. */
function spread(paths: readonly string[], most: number): readonly string[] {
  const step = Math.max(1, (paths.length - 1) / (most - 1));
  return paths.length <= most ? paths : Array.from({ length: most }, (_, i) => paths[Math.round(i * step)] ?? '');
}

async function openTried(directory: string, path: string): Promise<InputFile | undefined> {
  try {
    const file = await openInputFile(`${directory}/${path}`, path, TRIED_BYTES);
    return file.head.includes(0) ? undefined : await fileInUtf8(file, undefined);
  } catch (error) {
    if (error instanceof RepomillError) return undefined;
    throw error;
  }
}

/** The records of all files; undefined if there is a file without, or a problem. */
async function readAll(
  reader: Reader,
  files: readonly InputFile[],
): Promise<readonly Readonly<Record<string, unknown>>[] | undefined> {
  const found: Readonly<Record<string, unknown>>[] = [];
  for (const file of files) {
    const before = found.length;
    try {
      for await (const { drafts, problems } of reader.read(file)) {
        if (problems.length > 0) return undefined;
        found.push(...drafts.map(({ fields }) => fields));
      }
    } catch (error) {
      if (error instanceof RepomillError) return undefined;
      throw error;
    }
    if (found.length === before) return undefined;
  }
  return found;
}
