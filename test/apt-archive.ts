/**
 * Archives that tests build, and what a client makes of one: read and unpacked by Node alone, patched by a reader of ed scripts that
 * shares nothing with the one that is shipped.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type BuildRequest, build } from '../src/build.ts';
import { unxz } from '../src/platform/zlib/xz.ts';
import type { BuildReport } from '../src/publish/build-report.ts';
import { controlOf, makeDeb } from './debian-package.ts';
import { sha256Of } from './workspace.ts';

/** The time of a first publication, and a day: both in seconds. */
export const START = 1_700_000_000;
export const DAY = 86_400;

/** Builds an archive at a time in seconds since 1970. */
export function buildArchive(
  input: string,
  out: string,
  { at = START, ...request }: Partial<BuildRequest> & { readonly at?: number } = {},
): Promise<BuildReport> {
  return build({ layout: 'apt', input, out, now: new Date(at * 1000), ...request });
}

/** What a client reads from: the bytes at a path, or undefined. */
export type ReadFile = (path: string) => Uint8Array | undefined;

/** Reads files below a directory. */
export function filesIn(directory: string): ReadFile {
  return (path) =>
    statSync(join(directory, path), { throwIfNoEntry: false })?.isFile()
      ? readFileSync(join(directory, path))
      : undefined;
}

/** A line of the list of a Release file, or of an index of patches. */
export interface ListedFile {
  readonly sha256: string;
  readonly size: number;
  readonly path: string;
}

/** The fields of a Release file or of an index of patches, and its lists by their names. */
export interface ParsedFields {
  readonly fields: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, readonly ListedFile[]>>;
}

/** Parses fields, with or without a signature around them. */
export function parseFields(text: string): ParsedFields {
  const fields: Record<string, string> = {};
  const lists: Record<string, ListedFile[]> = {};
  let list = '';
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    const [, sha256 = '', size = '', path = ''] = /^ ([0-9a-f]{64}) ([0-9]+) (\S+)$/.exec(line) ?? [];
    if (name !== '') {
      fields[name] = value;
      list = name;
    } else if (sha256 !== '') {
      lists[list] ??= [];
      lists[list]?.push({ sha256, size: Number(size), path });
    }
  }
  return { fields, lists };
}

/** The Release file of a suite. */
export function releaseOf(directory: string, suite = 'stable'): ParsedFields {
  return parseFields(readFileSync(join(directory, `dists/${suite}/Release`), 'utf8'));
}

/** The text of an index, by a path below `dists/`, in whatever compression its name says. */
export async function readIndex(directory: string, path: string): Promise<string> {
  const bytes = readFileSync(join(directory, 'dists', path));
  if (path.endsWith('.gz')) return gunzipSync(bytes).toString();
  return Buffer.from(path.endsWith('.xz') ? await unxz(bytes, 1e8) : bytes).toString();
}

/** `name version arch` of each stanza of a text, in its order. */
export function stanzaKeys(text: string): readonly string[] {
  return text
    .split('\n\n')
    .filter((stanza) => stanza !== '')
    .map((stanza) =>
      ['Package', 'Version', 'Architecture']
        .map((field) => new RegExp(`^${field}: (.*)$`, 'm').exec(stanza)?.[1])
        .join(' '),
    );
}

/** The stanzas of `Packages` of a suite: `stanzaKeys` of the uncompressed file. */
export async function packagesOf(directory: string, place = 'stable/main/binary-amd64'): Promise<readonly string[]> {
  return stanzaKeys(await readIndex(directory, `${place}/Packages`));
}

/**
 * What a client misses that has an entry point: files that are not served by their digests, and packages that cannot be
 * fetched.
 *
 * @param entry - the text of an `InRelease` or a `Release`, which may be of an earlier day
 */
export function findMissing(entry: string, suite: string, read: ReadFile): readonly string[] {
  const missing: string[] = [];
  const listed = parseFields(entry).lists.SHA256 ?? [];
  const isCompressed = (path: string): boolean => listed.some((file) => file.path === `${path}.gz`);
  for (const { sha256, size, path } of listed) {
    // Clients fetch no name without a suffix where there is one with it.
    if (isCompressed(path)) continue;
    const directory = `dists/${suite}/${path.slice(0, path.lastIndexOf('/'))}`;
    const bytes = read(`${directory}/by-hash/SHA256/${sha256}`);
    if (bytes === undefined || bytes.length !== size || sha256Of(bytes) !== sha256) {
      missing.push(`${path} ${sha256}`);
    } else if (path.endsWith('/Packages.gz')) {
      for (const stanza of gunzipSync(bytes).toString().split('\n\n')) {
        const [filename = '', digest = ''] = ['Filename', 'SHA256'].map(
          (field) => new RegExp(`^${field}: (.*)$`, 'm').exec(stanza)?.[1],
        );
        const file = filename === '' ? new Uint8Array() : read(filename);
        if (filename !== '' && (file === undefined || sha256Of(file) !== digest)) missing.push(filename);
      }
    }
  }
  return missing;
}

/** Applies a patch as ed would: commands a, c and d, from the end of the file to its start. */
export function applyEd(text: string, script: string): string {
  const lines = text.split('\n').slice(0, -1);
  const commands = script.split('\n').slice(0, -1);
  let at = 0;
  while (at < commands.length) {
    const [, from = '', to = from, verb = ''] = /^([0-9]+)(?:,([0-9]+))?([acd])$/.exec(commands[at++] ?? '') ?? [];
    const added: string[] = [];
    if (verb === 'a' || verb === 'c') {
      while (commands[at] !== '.') added.push(commands[at++] ?? '');
      at++;
    } else if (verb !== 'd') throw new Error(`no command: ${commands[at - 1]}`);
    const first = verb === 'a' ? Number(from) : Number(from) - 1;
    lines.splice(first, verb === 'a' ? 0 : Number(to) - first, ...added);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * What a client with an older index gets by its patch: the new text, or undefined if it has to fetch the whole file.
 *
 * @param older - the text of the index that the client has
 * @param place - the path of the uncompressed index, below `dists/`
 */
export function patchByClient(older: string, place: string, read: ReadFile): string | undefined {
  const index = read(`dists/${place}.diff/Index`);
  if (index === undefined) return undefined;
  const { fields, lists } = parseFields(Buffer.from(index).toString());
  const start = lists['SHA256-History']?.find(({ sha256 }) => sha256 === sha256Of(older));
  const patch = lists['SHA256-Patches']?.find(({ path }) => path === start?.path);
  const download = lists['SHA256-Download']?.find(({ path }) => path === `${start?.path}.gz`);
  const stored = download && read(`dists/${place}.diff/${download.path}`);
  if (stored === undefined || sha256Of(stored) !== download?.sha256) return undefined;
  const script = gunzipSync(stored);
  if (sha256Of(script) !== patch?.sha256) return undefined;
  const text = applyEd(older, script.toString());
  return fields['SHA256-Current'] === `${sha256Of(text)} ${Buffer.byteLength(text)}` ? text : undefined;
}

/** Packages with these names, versions and architectures as files, by their path: `debs/hello_1.0_amd64.deb`. */
export async function makeDebs(
  packages: readonly string[],
  { filler = 0, directory = 'debs' }: { readonly filler?: number; readonly directory?: string } = {},
): Promise<Readonly<Record<string, Uint8Array>>> {
  const entries = packages.map(async (words) => {
    const [Package = '', Version = '', Architecture = 'amd64'] = words.split(' ');
    const control = controlOf({ Package, Version, Architecture });
    const data = [['./file', new Uint8Array(filler).map((_, i) => (i * 7919) >> 3)]] as const;
    return [`${directory}/${Package}_${Version}_${Architecture}.deb`, await makeDeb({ control, data })] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
