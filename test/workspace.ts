/**
 * Directories that tests build from and into, and what can be said of a directory: which bytes it holds, and whether anybody
 * touched it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The Debian sample of the repository, in its first release. */
export const DEBIAN: string = fileURLToPath(new URL('../examples/debian', import.meta.url));

/** The same in its second release; it has no configuration of its own. */
export const DEBIAN_UPDATE: string = join(DEBIAN, 'update');

/** The configuration of both releases. */
export const DEBIAN_CONFIG: string = join(DEBIAN, 'repomill.yaml');

/** A new empty directory, removed after the tests of the file. */
export function makeWorkspace(): string {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes files below a directory, in the order given, and returns the directory. */
export function writeFiles(directory: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  mkdirSync(directory, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return directory;
}

/** The paths of all files below a directory, sorted; empty where there is no such directory. */
export function listPaths(directory: string): readonly string[] {
  return entriesOf(directory)
    .filter((entry) => entry.kind === 'file')
    .map((entry) => entry.path);
}

/** SHA-256 of every file below a directory, by path: equal for trees that are the same to the byte. */
export function digestsOf(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(listPaths(directory).map((path) => [path, sha256Of(readFileSync(join(directory, path)))]));
}

/** Like `digestsOf`, with every directory and with what a write would change even if it wrote the same bytes. */
export function stateOf(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entriesOf(directory).map(({ path, kind }) => {
      const file = join(directory, path);
      const { mtimeNs, ctimeNs, ino } = statSync(file, { bigint: true });
      const content = kind === 'file' ? sha256Of(readFileSync(file)) : 'directory';
      return [path, `${content} inode ${ino} modified ${mtimeNs} changed ${ctimeNs}`];
    }),
  );
}

/** SHA-256 in hexadecimal digits. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

interface Entry {
  /** Relative to the directory; empty for the directory itself. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
}

function entriesOf(directory: string): readonly Entry[] {
  if (statSync(directory, { throwIfNoEntry: false }) === undefined) return [];
  const below = readdirSync(directory, { recursive: true, withFileTypes: true }).map(
    (entry): Entry => ({
      path: relative(directory, join(entry.parentPath, entry.name)),
      kind: entry.isDirectory() ? 'directory' : 'file',
    }),
  );
  return [{ path: '', kind: 'directory' } as const, ...below].sort((a, b) => (a.path < b.path ? -1 : 1));
}
