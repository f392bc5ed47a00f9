/**
 * An archive as Debian's own tools make it: gzip, xz, `diff --ed`, `apt-ftparchive release`, gpg. What the tests expect of apt is
 * tried on it first, so that a failure says something of our tree, and not of a test.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sha256Of } from '../../workspace.ts';
import { type Environment, mustRun, runProgram } from '../run-program.ts';

/** What is published, and how. */
export interface ReferencePublication {
  /** Stanzas by `main/binary-amd64` or `main/source`. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** The time of the publication, in seconds since 1970. */
  readonly seconds: number;
  /** Fingerprints of keys of gpg. */
  readonly sign: readonly string[];
  readonly suite?: string;
  /** Fields of `Release` that are different from what they would be; an empty one is left out. */
  readonly release?: Readonly<Record<string, string>>;
  /** Changes a list before anything is made of it. */
  readonly meddle?: (list: string) => string;
  /** The name of the patch that leads here; without it, the time. */
  readonly patchName?: string;
  /** The hashes that are listed. */
  readonly hashes?: readonly ('MD5' | 'SHA1' | 'SHA256' | 'SHA512')[];
  /** Paths that `Release` is not to list. */
  readonly unlisted?: RegExp;
}

/** Publishes into a directory, which may have an older publication; by-hash files and patches are kept for ever. */
export async function publishReference(
  directory: string,
  publication: ReferencePublication,
  environment: Environment,
): Promise<void> {
  const { lists, suite = 'stable', meddle = (list) => list } = publication;
  const folder = join(directory, 'dists', suite);
  for (const [path, stanzas] of Object.entries(lists)) {
    const { seconds, patchName = String(seconds) } = publication;
    await publishList(join(folder, path), meddle(stanzas.join('\n')), patchName, environment);
  }
  await publishRelease(directory, folder, publication, environment);
}

async function publishList(folder: string, list: string, name: string, environment: Environment): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, folder.endsWith('/source') ? 'Sources' : 'Packages');
  const older = existsSync(file) ? readFileSync(file) : undefined;
  if (older !== undefined && older.toString() !== list) {
    writeFileSync(`${file}.new`, list);
    await addPatch(file, older, Buffer.from(list), name, environment);
    rmSync(`${file}.new`);
  }
  writeFileSync(file, list);
  await mustRun('xz', ['-6', '--keep', '--force', file], environment);
  writeFileSync(`${file}.gz`, gzipSync(list));
}

/**
 * Adds the patch from the last list to the new one to an index that clients go through step by step. apt applies several patches in
 * the order of their names, whatever the index says.
 */
async function addPatch(
  file: string,
  older: Buffer,
  newer: Buffer,
  name: string,
  environment: Environment,
): Promise<void> {
  const patches = `${file}.diff`;
  mkdirSync(patches, { recursive: true });
  const { stdout: patch } = await runProgram('diff', ['--ed', file, `${file}.new`], environment);
  const zipped = gzipSync(patch);
  writeFileSync(join(patches, `${name}.gz`), zipped);
  const index = join(patches, 'Index');
  const entries = existsSync(index) ? readFileSync(index, 'utf8') : '';
  const lines = (section: string): string => new RegExp(`^${section}:\n((?: .*\n)*)`, 'm').exec(entries)?.[1] ?? '';
  const line = (bytes: string | Uint8Array, label: string): string =>
    ` ${sha256Of(bytes)} ${Buffer.byteLength(bytes)} ${label}\n`;
  const text = [
    `SHA256-Current: ${sha256Of(newer)} ${newer.length}\n`,
    `SHA256-History:\n${lines('SHA256-History')}${line(older, name)}`,
    `SHA256-Patches:\n${lines('SHA256-Patches')}${line(patch, name)}`,
    `SHA256-Download:\n${lines('SHA256-Download')}${line(zipped, `${name}.gz`)}`,
  ];
  writeFileSync(index, text.join(''));
}

async function publishRelease(
  directory: string,
  folder: string,
  { seconds, sign, suite = 'stable', lists, release = {}, hashes = ['SHA256'], unlisted }: ReferencePublication,
  environment: Environment,
): Promise<void> {
  const paths = Object.keys(lists);
  const fields: Readonly<Record<string, string>> = {
    Origin: 'Example',
    Label: 'Example',
    Suite: suite,
    Codename: suite,
    Date: new Date(seconds * 1000).toUTCString(),
    Architectures: [...new Set(paths.flatMap((path) => path.split('binary-').slice(1)))].join(' '),
    Components: [...new Set(paths.map((path) => path.replace(/\/.*/, '')))].join(' '),
    'Acquire-By-Hash': 'yes',
    ...release,
  };
  for (const name of ['InRelease', 'Release', 'Release.gpg']) rmSync(join(folder, name), { force: true });
  const off = (['MD5', 'SHA1', 'SHA256', 'SHA512'] as const).filter((hash) => !hashes.includes(hash));
  const options = off.flatMap((hash) => ['-o', `APT::FTPArchive::Release::${hash}=false`]);
  const listed = await mustRun('apt-ftparchive', [...options, 'release', folder], environment);
  const sums = listed
    .replace(/^Date:.*\n/m, '')
    .split('\n')
    .filter((line) => !/by-hash|\.diff\/[0-9a-f]+\.gz/.test(line) && !(unlisted?.test(line) ?? false));
  const head = Object.entries(fields).filter(([, value]) => value !== '');
  const text = `${head.map(([name, value]) => `${name}: ${value}\n`).join('')}${sums.join('\n')}`;
  const file = join(folder, 'Release');
  writeFileSync(file, text);
  for (const [name, hash] of namesAndHashes(text)) {
    const copy = join(folder, dirname(name), 'by-hash', hash, digestOf(hash, readFileSync(join(folder, name))));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(folder, name), copy);
  }
  if (sign.length > 0) {
    const words = ['--batch', '--yes', ...sign.flatMap((key) => ['--local-user', key])];
    await mustRun('gpg', [...words, '--output', join(folder, 'InRelease'), '--clearsign', file], environment);
    await mustRun('gpg', [...words, '--armor', '--output', `${file}.gpg`, '--detach-sign', file], environment);
  }
  for (const name of ['InRelease', 'Release', 'Release.gpg']) {
    const path = join(directory, 'dists', suite, name);
    if (existsSync(path)) utimesSync(path, seconds, seconds);
  }
}

/** Each file that a `Release` lists, with each hash that it lists it by. */
function* namesAndHashes(release: string): Generator<readonly [name: string, hash: string]> {
  for (const [, hash = '', lines = ''] of release.matchAll(/^(MD5Sum|SHA1|SHA256|SHA512):\n((?: .*\n?)*)/gm)) {
    for (const [, name = ''] of lines.matchAll(/^ [0-9a-f]+ +\d+ (.*)$/gm)) yield [name, hash];
  }
}

function digestOf(hash: string, bytes: Uint8Array): string {
  return createHash(hash === 'MD5Sum' ? 'md5' : hash)
    .update(bytes)
    .digest('hex');
}
