/**
 * Runs the command line as a user does, as a process of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../bin/repomill.js', import.meta.url));

/** What a process did. */
export interface Run {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs, and the promise of its end. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Run>;
}

/** Settings of a process. */
export interface RunOptions {
  readonly cwd?: string;
  /** Beside PATH and the tests' own cache directory. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs `repomill WORDS…` to its end. Never rejects because of the exit code. */
export function repomill(words: readonly string[], options: RunOptions = {}): Promise<Run> {
  return startRepomill(words, options).ended;
}

/** Starts `repomill WORDS…`. */
export function startRepomill(words: readonly string[], { cwd, environment = {} }: RunOptions = {}): Running {
  const child = spawn(process.execPath, [LAUNCHER, ...words], {
    env: { ...baseEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then((): Run => {
    const { exitCode, signalCode } = child;
    return { exitCode, signal: signalCode, stdout, stderr };
  });
  return { process: child, ended };
}

/** What every process is given: where programs are, and a cache directory of the tests' own (`global-setup.ts`). */
export function baseEnvironment(): NodeJS.ProcessEnv {
  const { PATH, XDG_CACHE_HOME } = process.env;
  return { PATH, XDG_CACHE_HOME };
}
