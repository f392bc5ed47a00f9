/**
 * `Packages.diff/Index` (PDIFFS.md, "Index"): which older versions of a Packages file have a patch, and the digests of all three. Each
 * patch leads straight to the current version (`X-Patch-Precedence: merged`), so that a client fetches one. Refuses an index of any
 * other kind, names that are no file names, and sizes beyond limits. Fields that are unknown here are passed over.
 */
import { encodeText } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { MAX_HISTORY, MAX_INPUT_SIZE } from '../../../model/limits.ts';
import { quote } from '../../../text/printable.ts';
import { decodeLatin1 } from './line-patch.ts';

/** Bytes of an uncompressed index. Debian's largest, with patches of two weeks and each twice, has 64 kB. */
export const MAX_PDIFF_INDEX_SIZE: number = 1024 * 1024;

/** Bytes of a patch, compressed or not: five times the largest that Debian's files could have. */
export const MAX_PATCH_SIZE: number = 64 * 1024 * 1024;

/** The digest of a file, and its size in bytes. */
export interface FileDigest {
  readonly sha256: Digest;
  readonly size: number;
}

/** An older version that has a patch to the current one. */
export interface PdiffEntry {
  /** The file of the patch is `<name>.gz`. */
  readonly name: string;
  /** The older version. */
  readonly from: FileDigest;
  /** The patch, uncompressed. */
  readonly patch: FileDigest;
  /** The patch as it is served. */
  readonly download: FileDigest;
}

/** A parsed index. */
export interface PdiffIndex {
  readonly current: FileDigest;
  /** Oldest first. apt until 2.0 adds up the sizes of a patch and all after it, and takes the whole file if that is more. */
  readonly entries: readonly PdiffEntry[];
}

const CURRENT = 'SHA256-Current';
const HISTORY = 'SHA256-History';
const PATCHES = 'SHA256-Patches';
const DOWNLOAD = 'SHA256-Download';
const PRECEDENCE = 'X-Patch-Precedence';
const MERGED = 'merged';

/** An index, uncompressed. apt needs every one of these fields. */
export function formatPdiffIndex({ current, entries }: PdiffIndex): Uint8Array {
  const list = (field: string, lines: readonly string[]): readonly string[] => [`${field}:`, ...lines];
  const lines = [
    `${CURRENT}: ${current.sha256} ${current.size}`,
    ...list(
      HISTORY,
      entries.map(({ name, from }) => ` ${from.sha256} ${from.size} ${name}`),
    ),
    ...list(
      PATCHES,
      entries.map(({ name, patch }) => ` ${patch.sha256} ${patch.size} ${name}`),
    ),
    ...list(
      DOWNLOAD,
      entries.map(({ name, download }) => ` ${download.sha256} ${download.size} ${name}.gz`),
    ),
    `${PRECEDENCE}: ${MERGED}`,
  ];
  return encodeText(`${lines.join('\n')}\n`);
}

/** Parses an index. Throws a format error, with the number of the line where there is one. */
export function parsePdiffIndex(bytes: Uint8Array): PdiffIndex {
  if (bytes.length > MAX_PDIFF_INDEX_SIZE)
    throw new RepomillError('format', `expected at most ${MAX_PDIFF_INDEX_SIZE} bytes, found ${bytes.length}`);
  const fields = parseFields(decodeLatin1(bytes));
  const precedence = fieldOf(fields, PRECEDENCE);
  if (precedence.value !== MERGED) throw refusal(precedence.line, `${PRECEDENCE}: ${MERGED}`, precedence.value);
  const current = parseCurrent(fieldOf(fields, CURRENT));
  const history = parseList(fieldOf(fields, HISTORY), MAX_INPUT_SIZE, '');
  const patches = parseList(fieldOf(fields, PATCHES), MAX_PATCH_SIZE, '');
  const downloads = parseList(fieldOf(fields, DOWNLOAD), MAX_PATCH_SIZE, '.gz');
  checkNames(PATCHES, history, patches);
  checkNames(DOWNLOAD, history, downloads);
  checkVersions(current, history);
  const entries = [...history].flatMap(([name, { file: from }]) => {
    const patch = patches.get(name)?.file;
    const download = downloads.get(name)?.file;
    return patch === undefined || download === undefined ? [] : [{ name, from, patch, download }];
  });
  return { current, entries };
}

/** A field: its value on the first line, the lines after it, and the number of its first line. */
interface Field {
  readonly line: number;
  readonly value: string;
  readonly rest: string[];
}

function parseFields(text: string): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  let last: Field | undefined;
  if (!text.endsWith('\n')) throw new RepomillError('format', 'expected a line end at the end, found none');
  for (const [i, content] of text.slice(0, -1).split('\n').entries()) {
    if (content.startsWith(' ') && last !== undefined) {
      last.rest.push(content);
      continue;
    }
    const [, name, value] = /^([A-Za-z0-9-]+): *(.*)$/s.exec(content) ?? [];
    if (name === undefined || value === undefined) throw refusal(i + 1, 'a field', content);
    if (fields.has(name)) throw refusal(i + 1, 'each field once', name);
    last = { line: i + 1, value, rest: [] };
    fields.set(name, last);
  }
  return fields;
}

function fieldOf(fields: ReadonlyMap<string, Field>, name: string): Field {
  const field = fields.get(name);
  if (field === undefined) throw new RepomillError('format', `expected a field ${name}, found none`);
  return field;
}

function parseCurrent({ line, value, rest }: Field): FileDigest {
  const [, sha256, size] = /^(\S+) +(\S+)$/.exec(value) ?? [];
  if (sha256 === undefined || size === undefined || rest.length > 0) throw refusal(line, 'a digest and a size', value);
  return { sha256: parseSha256(line, sha256), size: parseSize(line, size, MAX_INPUT_SIZE) };
}

/** A line of a list. */
interface ListedFile {
  readonly line: number;
  readonly file: FileDigest;
}

function parseList(field: Field, maxSize: number, suffix: string): ReadonlyMap<string, ListedFile> {
  const files = new Map<string, ListedFile>();
  if (field.value !== '') throw refusal(field.line, 'files on the lines after this', field.value);
  if (field.rest.length > MAX_HISTORY) throw refusal(field.line, `at most ${MAX_HISTORY} files`, field.rest.length);
  for (const [i, content] of field.rest.entries()) {
    const line = field.line + 1 + i;
    const [, sha256, size, path] = /^ +(\S+) +(\S+) +(\S+)$/.exec(content) ?? [];
    if (sha256 === undefined || size === undefined || path === undefined)
      throw refusal(line, 'a digest, a size and a name', content);
    const name = path.endsWith(suffix) ? path.slice(0, path.length - suffix.length) : '';
    if (!isPatchName(name)) throw refusal(line, `the name of a patch${suffix && ` with ${suffix}`}`, path);
    if (files.has(name)) throw refusal(line, 'each name once', path);
    files.set(name, { line, file: { sha256: parseSha256(line, sha256), size: parseSize(line, size, maxSize) } });
  }
  return files;
}

/** Whether a text may name a patch: a plain file name, the same in a URL and on every disk. */
export function isPatchName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,127}$/.test(name) && !name.includes('..');
}

function parseSha256(line: number, text: string): Digest {
  if (!isDigest(text)) throw refusal(line, 'a SHA-256 digest', text);
  return text;
}

function parseSize(line: number, text: string, max: number): number {
  const size = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!(size <= max)) throw refusal(line, `a size of at most ${max} bytes`, text);
  return size;
}

function checkNames(
  field: string,
  history: ReadonlyMap<string, ListedFile>,
  files: ReadonlyMap<string, ListedFile>,
): void {
  for (const [name, { line }] of files) {
    if (!history.has(name)) throw refusal(line, `a name in ${HISTORY}`, name);
  }
  for (const [name, { line }] of history) {
    if (!files.has(name)) throw refusal(line, `a name in ${field}`, name);
  }
}

function checkVersions(current: FileDigest, history: ReadonlyMap<string, ListedFile>): void {
  const versions = new Set([current.sha256]);
  for (const { line, file } of history.values()) {
    if (versions.has(file.sha256)) throw refusal(line, 'each version once', file.sha256);
    versions.add(file.sha256);
  }
}

function refusal(line: number, expected: string, found: string | number): RepomillError {
  const shown = typeof found === 'number' ? found : quote(found);
  return new RepomillError('format', `line ${line}: expected ${expected}, found ${shown}`);
}
