/**
 * Runs flatpak, ostree and gpg in a home of their own: nothing of the user or of the machine's installations is read or
 * written, no D-Bus is asked, no trigger runs in a sandbox.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../../launcher.ts';
import { requireProgram } from '../programs.ts';

/** What a program is started with, instead of the environment of the tests. */
export type Environment = Readonly<Record<string, string>>;

/** Whether the machine has what all tests of this folder need. Loud where it has not, as in `requireProgram`. */
export function requireFlatpak(): boolean {
  return ['flatpak', 'ostree', 'gpg', 'gpg-agent', 'gpgconf'].map(requireProgram).every(Boolean);
}

/** Makes a home below an empty directory. The path should be short: gpg's agent puts a socket there. */
export function makeHome(directory: string): Environment {
  const below = (name: string): string => join(directory, name);
  for (const name of ['data', 'config', 'cache', 'run', 'triggers', 'gpg']) {
    mkdirSync(below(name), { recursive: true, mode: 0o700 });
  }
  return {
    PATH: process.env.PATH ?? '',
    LC_ALL: 'C.UTF-8',
    HOME: directory,
    XDG_DATA_HOME: below('data'),
    XDG_CONFIG_HOME: below('config'),
    XDG_CACHE_HOME: below('cache'),
    XDG_RUNTIME_DIR: below('run'),
    GNUPGHOME: below('gpg'),
    GIO_USE_VFS: 'local',
    GSETTINGS_BACKEND: 'memory',
    FLATPAK_USER_DIR: below('user'),
    FLATPAK_SYSTEM_DIR: below('system'),
    FLATPAK_CONFIG_DIR: below('etc'),
    FLATPAK_TRIGGERSDIR: below('triggers'),
  };
}

/** Runs a program to its end. Never rejects because of the exit code. */
export async function runProgram(program: string, words: readonly string[], environment: Environment): Promise<Run> {
  const child = spawn(program, words, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  return { exitCode: child.exitCode, signal: child.signalCode, stdout, stderr };
}

/** Like `runProgram`, for what must succeed: resolves to stdout. Rejects with what the program said. */
export async function mustRun(program: string, words: readonly string[], environment: Environment): Promise<string> {
  return successOf(await runProgram(program, words, environment), `${program} ${words.join(' ')}`);
}

/** What a run printed. Throws where it failed. */
export function successOf(run: Run, what: string): string {
  if (run.exitCode === 0) return run.stdout;
  throw new Error(`${what}: ended with ${run.exitCode ?? run.signal}\n${run.stderr}${run.stdout}`);
}
