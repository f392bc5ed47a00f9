/**
 * The package as npm would publish it: packed once for all tests of a file, and unpacked as an installed package.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeWorkspace } from '../workspace.ts';

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** A packed package. */
export interface PackedPackage {
  readonly tarball: ArrayBuffer;
  /** Paths of its files, sorted. */
  readonly paths: readonly string[];
  /** A directory in which it is installed, with nothing but the types of Node next to it. */
  readonly consumer: string;
  /** The directory of the installed package. */
  readonly directory: string;
}

/** Packs `dist/` as it is, and installs it in a new directory. */
export function packPackage(): PackedPackage {
  const workspace = makeWorkspace();
  const consumer = join(workspace, 'consumer');
  const modules = join(consumer, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', workspace];
  const [packed] = JSON.parse(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', shell: isWindows() }));
  const file = join(workspace, packed.filename);
  execFileSync('tar', ['-xzf', packed.filename, '-C', 'consumer/node_modules'], { cwd: workspace });
  renameSync(join(modules, 'package'), join(modules, 'repomill'));
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name), 'junction');
  }
  const bytes = new Uint8Array(readFileSync(file));
  const paths = packed.files.map(({ path }: { readonly path: string }) => path).sort();
  return { tarball: bytes.buffer, paths, consumer, directory: join(modules, 'repomill') };
}

/** Runs the TypeScript compiler in a directory. Returns what it finds; empty where all is right. */
export function typeCheck(directory: string, options: readonly string[]): string {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [compiler, ...options], { cwd: directory, encoding: 'utf8' });
    return '';
  } catch (error) {
    return String(Object(error).stdout);
  }
}

// There, npm is a script of the shell.
function isWindows(): boolean {
  return process.platform === 'win32';
}
