/**
 * Runs the programs of others, in an environment that the tests made for them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Run } from '../launcher.ts';

/** What a program is started with, instead of the environment of the tests. */
export type Environment = Readonly<Record<string, string>>;

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
