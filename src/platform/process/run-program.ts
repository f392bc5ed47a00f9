/**
 * Runs a program that the user has installed: arguments as a list, never through a shell; bytes in on stdin and out on stdout, both
 * bounded. What it prints for people is kept for messages.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import { explainFailure } from '../files/system-error.ts';

/** What is run. */
export interface ProgramRun {
  /** What it is about, in front of messages. */
  readonly subject: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: readonly Uint8Array[];
  /** What helps if there is no such program. */
  readonly hint: string;
  /** Ends the program, which may be waiting for a person. */
  readonly signal?: AbortSignal | undefined;
}

/** How it went. */
export interface ProgramOutcome {
  /** Exit code; if a signal ended the program, 128 and its number, as in a shell. */
  readonly code: number;
  readonly output: Uint8Array;
  /** What it wrote to stderr. */
  readonly messages: string;
}

/** Bytes of output. The largest public keys have some megabytes. */
const MAX_OUTPUT = 64_000_000;

/** Bytes of messages. More are an error: the last ones say how it went. */
const MAX_MESSAGES = 4_000_000;

/**
 * Runs a program to its end, whatever that is.
 *
 * @throws RepomillError `usage` if there is no such program, `transport` if it cannot be run or writes too much, `interrupted` if
 *   the signal is aborted
 */
export async function runProgram(run: ProgramRun): Promise<ProgramOutcome> {
  const { subject, program, args, input = [], signal } = run;
  throwIfAborted(signal);
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe', windowsHide: true });
    const output: Buffer[] = [];
    const messages: Buffer[] = [];
    const collect = (into: Buffer[], limit: number) => {
      let size = 0;
      return (chunk: Buffer) => {
        size += chunk.length;
        if (size <= limit) {
          into.push(chunk);
          return;
        }
        child.kill();
        const excess = `${subject}: ${program}: expected at most ${limit} bytes of output, found more`;
        reject(new RepomillError('transport', excess));
      };
    };
    child.stdout.on('data', collect(output, MAX_OUTPUT));
    child.stderr.on('data', collect(messages, MAX_MESSAGES));
    const abort = (): void => {
      child.kill();
      reject(new RepomillError('interrupted', 'aborted', { cause: signal?.reason }));
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.on('error', (cause) => {
      signal?.removeEventListener('abort', abort);
      reject(startFailure(run, cause));
    });
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', abort);
      resolve({
        code: code ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]),
        output: new Uint8Array(Buffer.concat(output)),
        messages: Buffer.concat(messages).toString('utf8'),
      });
    });
    // A program that ends without reading everything says why in its messages.
    child.stdin.on('error', () => undefined);
    for (const part of input) child.stdin.write(part);
    child.stdin.end();
  });
}

function startFailure({ subject, program, hint }: ProgramRun, cause: Error): RepomillError {
  if ('code' in cause && cause.code === 'ENOENT') {
    return new RepomillError('usage', `${subject}: ${program}: no such program`, { hint, cause });
  }
  return new RepomillError('transport', `${subject}: ${program}: cannot be run: ${explainFailure(cause).text}`, {
    cause,
  });
}
