/**
 * Samples a directory of unknown metadata: a few documents of each kind of file, however many files there are and however long
 * they are.
 */
import { concatBytes } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import type { SampleDocument } from '../../mapping/guess-mapping.ts';
import { fileInUtf8 } from '../../platform/encoding/transcode.ts';
import { type InputFile, openInputFile } from '../../platform/files/input-file.ts';
import { listFiles } from '../../platform/files/list-files.ts';
import { parseJsonPrefix } from '../../readers/json/json-prefix.ts';
import type { Reader } from '../../readers/reader.ts';
import { readerFor } from '../../readers/readers.ts';

/** Files of one kind: with the same suffix, read by the same reader. */
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

/** Samples a directory; the kinds with most files come first. Throws what `listFiles` throws. */
export async function sampleInput(directory: string): Promise<readonly SampledFiles[]> {
  const { files } = await listFiles(directory, { select: () => true, leadsInto: () => 'anywhere' });
  const kinds = new Map<string, string[]>();
  for (const { path } of files) {
    const kind = kindOf(path);
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [path]);
    else known.push(path);
  }
  const sampled: SampledFiles[] = [];
  for (const paths of [...kinds.values()].sort((a, b) => b.length - a.length)) {
    const sample = await sampleKind(directory, paths);
    if (sample !== undefined) sampled.push(sample);
  }
  return sampled;
}

/** The suffix of a file, or its name if it has none. */
function kindOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:gz|xz|bz2|zst)$/, '');
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : name;
}

async function sampleKind(directory: string, paths: readonly string[]): Promise<SampledFiles | undefined> {
  const step = Math.max(1, Math.floor(paths.length / SAMPLED_FILES));
  const documents: SampleDocument[] = [];
  let reader: Reader | undefined;
  for (let i = 0; i < paths.length; i += step) {
    const path = paths[i] ?? '';
    try {
      const file = await fileInUtf8(await openInputFile(`${directory}/${path}`, path), undefined);
      const own = readerFor(file) ?? (looksLikeJson(file) ? readerFor({ name: 'x.json', head: file.head }) : undefined);
      reader ??= own;
      if (own === undefined || own !== reader) continue;
      for (const value of await readDocuments(file, own)) documents.push({ path, value });
    } catch (error) {
      // A file that cannot be read is the build's to report.
      if (!(error instanceof RepomillError)) throw error;
    }
  }
  const [first = ''] = paths;
  if (reader === undefined || documents.length === 0) return undefined;
  const name = first.slice(first.lastIndexOf('/') + 1);
  return { reader: reader.name, isRecognised: reader.recognises({ name, head: new Uint8Array() }), paths, documents };
}

function looksLikeJson({ head }: InputFile): boolean {
  return /^\ufeff?\s*[[{]\s*["{}\]]/.test(new TextDecoder().decode(head));
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
