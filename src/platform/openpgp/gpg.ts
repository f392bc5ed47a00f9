/**
 * Runs the program `gpg` of GnuPG 2.1 or newer: arguments as a list, never through a shell; bytes in on stdin and out on
 * stdout, both bounded. Its verdict is taken from its status lines (doc/DETAILS of GnuPG), which are among its messages on
 * stderr, because not every system has a third channel. Its other messages are for people alone.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import { explainFailure } from '../files/system-error.ts';

/** What gpg is to do. */
export interface GpgWork {
  /** What it is about: the path of errors. */
  readonly subject: string;
  /** The directory of its keys; undefined is gpg's own default. */
  readonly homedir: string | undefined;
  readonly args: readonly string[];
  readonly input?: Uint8Array;
  /** Passed in front of the input, so it is never seen on a command line. Without one, gpg's agent may ask the user. */
  readonly passphrase?: string | undefined;
  /** Ends gpg, which may be waiting for a person. */
  readonly signal?: AbortSignal | undefined;
}

/** How it went. */
export interface GpgOutcome {
  readonly ok: boolean;
  readonly output: Uint8Array;
  readonly status: readonly StatusLine[];
  /** The last line that gpg wrote for people. */
  readonly lastLine: string;
}

/** A line of `--status-fd`, without its prefix. */
export interface StatusLine {
  readonly keyword: string;
  readonly args: readonly string[];
}

/** Bytes of output. The largest public keys have some megabytes. */
const MAX_OUTPUT = 64_000_000;

/** Bytes of messages. More are an error: the last ones say how it went. */
const MAX_MESSAGES = 4_000_000;

/** No terminal, no questions, no network, no statistics. */
const GPG_OPTIONS = ['--batch', '--no-tty', '--quiet', '--disable-dirmngr', '--utf8-strings', '--status-fd', '2'];

/**
 * Runs gpg to its end, whatever that is.
 *
 * @throws RepomillError `usage` if there is no such program or the passphrase is unfit, `transport` if it cannot be run or
 *   writes too much, `interrupted` if the signal is aborted
 */
export async function runGpg({ subject, homedir, args, input, passphrase, signal }: GpgWork): Promise<GpgOutcome> {
  // What follows the first line would be signed.
  if (passphrase?.includes('\n'))
    throw new RepomillError('usage', `${subject}: expected a passphrase of one line, found more`);
  const secret = passphrase === undefined ? undefined : new TextEncoder().encode(`${passphrase}\n`);
  const { code, output, messages } = await runProgram({
    subject,
    program: 'gpg',
    args: [
      ...GPG_OPTIONS,
      ...(homedir === undefined ? [] : ['--homedir', homedir]),
      // gpg takes the first line of its input for the passphrase.
      ...(secret === undefined ? [] : ['--pinentry-mode', 'loopback', '--passphrase-fd', '0']),
      ...args,
    ],
    input: [...(secret === undefined ? [] : [secret]), ...(input === undefined ? [] : [input])],
    signal,
  });
  const lines = messages.split(/\r?\n/).filter((line) => line !== '');
  return {
    ok: code === 0,
    output,
    status: lines.filter((line) => line.startsWith(PREFIX)).map(parseStatusLine),
    lastLine: lines.findLast((line) => !line.startsWith(PREFIX)) ?? `gpg: ended with exit code ${code}`,
  };
}

const PREFIX = '[GNUPG:] ';

function parseStatusLine(line: string): StatusLine {
  const [keyword = '', ...args] = line.slice(PREFIX.length).split(' ');
  return { keyword, args };
}

interface Run {
  readonly subject: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly input: readonly Uint8Array[];
  readonly signal: AbortSignal | undefined;
}

interface Ended {
  /** Exit code; if a signal ended the program, 128 and its number, as in a shell. */
  readonly code: number;
  readonly output: Uint8Array;
  readonly messages: string;
}

async function runProgram({ subject, program, args, input, signal }: Run): Promise<Ended> {
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
      reject(startFailure(subject, program, cause));
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

function startFailure(subject: string, program: string, cause: Error): RepomillError {
  if ('code' in cause && cause.code === 'ENOENT') {
    return new RepomillError('usage', `${subject}: ${program}: no such program`, {
      hint: 'install GnuPG, or sign with a key in a file',
      cause,
    });
  }
  return new RepomillError('transport', `${subject}: ${program}: cannot be run: ${explainFailure(cause).text}`, {
    cause,
  });
}
