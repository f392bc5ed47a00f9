/**
 * The state file, `dists/repomill.json`: what the next build has to know and the archive itself does not say. Since when files
 * are no longer named, so that they can stay as long as clients and caches may ask for them; which files of packages are ours.
 * Clients never read it.
 */
import { decodeText, encodeText } from '../../../bytes/bytes.ts';
import { isObject, parseJsonObject } from '../../../bytes/json.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { isSafePath } from '../../../model/field-checks.ts';
import { compareText } from '../../../model/order.ts';
import { distsPathKind } from './paths.ts';

/** The format of the file. */
const STATE_FORMAT = 'repomill-apt/1';

/** A file that no entry point leads to any more. */
export interface RetainedFile {
  readonly path: string;
  /** Stored bytes. */
  readonly size: number;
  /** When it was replaced: the date of the publication, in seconds since 1970. */
  readonly replaced: number;
}

/** What the file says. */
export interface AptState {
  /** The date of the newest publication, in seconds since 1970. */
  readonly date: number;
  /** The name of the repository, which the files for users have: `<name>.sources`, `<name>.asc`. */
  readonly name?: string;
  /** The suites, in order. */
  readonly suites: readonly string[];
  /** Files for clients with an older entry point, in the order of paths. */
  readonly retained: readonly RetainedFile[];
  /** The list of the packages' files that are published with the tree. */
  readonly packageFiles?: {
    readonly sha256: Digest;
    readonly size: number;
    readonly storedSize: number;
    readonly files: number;
  };
}

/** The bytes of the file. */
export function encodeState({ date, name, suites, retained, packageFiles }: AptState): Uint8Array {
  const rows = retained
    .toSorted((a, b) => compareText(a.path, b.path))
    .map(({ path, size, replaced }) => `\n${JSON.stringify([path, size, replaced])}`);
  const head = JSON.stringify({
    format: STATE_FORMAT,
    date,
    name,
    suites,
    ...(packageFiles && { packageFiles }),
  }).slice(0, -1);
  return encodeText(`${head},"retained":[${rows.join(',')}]}\n`);
}

/** Whether a file with the name of the state file is one, of any version. */
export function looksLikeState(bytes: Uint8Array): boolean {
  // Never refuses bytes: any file may be asked about.
  return /^\s*\{\s*"format"\s*:\s*"repomill-apt\//.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

/** Parses the file. Throws a format error for anything else, which may be of a newer version. */
export function decodeState(bytes: Uint8Array): AptState {
  const value = parseJsonObject(decodeText(bytes), 'state');
  const { format, date, name, suites, retained, packageFiles } = value;
  if (format !== STATE_FORMAT) throw malformed(`the format "${STATE_FORMAT}"`);
  if (!isCount(date)) throw malformed('a date in seconds');
  if (name !== undefined && (typeof name !== 'string' || !isSegment(name))) throw malformed('a name');
  if (!Array.isArray(suites) || !suites.every(isSegment)) throw malformed('a list of suites');
  if (!Array.isArray(retained)) throw malformed('a list of retained files');
  return {
    date,
    ...defined({ name }),
    suites,
    retained: retained.map(parseRetained),
    ...(packageFiles === undefined ? {} : { packageFiles: parseEntry(packageFiles) }),
  };
}

function parseRetained(row: unknown): RetainedFile {
  const [path, size, replaced]: readonly unknown[] = Array.isArray(row) ? row : [];
  if (typeof path === 'string' && distsPathKind(path) !== undefined && isCount(size) && isCount(replaced)) {
    return { path, size, replaced };
  }
  throw malformed('a path below dists/, a size and a time for each retained file');
}

function parseEntry(value: unknown): NonNullable<AptState['packageFiles']> {
  const { sha256, size, storedSize, files } = isObject(value) ? value : {};
  if (isDigest(sha256) && isCount(size) && isCount(storedSize) && isCount(files))
    return { sha256, size, storedSize, files };
  throw malformed('a digest and sizes of the list of package files');
}

/** Whether a value can be a part of a path below `dists/`. */
function isSegment(value: unknown): value is string {
  return typeof value === 'string' && isSafePath(value) && !value.includes('/');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function malformed(expected: string): RepomillError {
  return new RepomillError('format', `state: expected ${expected}`);
}
