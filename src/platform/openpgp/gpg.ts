/**
 * Runs the program `gpg` of GnuPG 2.1 or newer: arguments as a list, never through a shell; bytes in on stdin and out on
 * stdout, both bounded. What it concludes is taken from its status lines (doc/DETAILS of GnuPG), which stand among its
 * messages on stderr, because a third channel is not to be had on every system. Its texts are for people alone.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { messageOf, RepomillError } from '../../errors.ts';
import { makeTemporaryDirectory } from '../files/temporary-directory.ts';

/** What gpg is to do. */
export interface GpgWork {
  /** What it is about, for messages of failures. */
  readonly subject: string;
  /** The directory of its keys; gpg's own default where undefined. */
  readonly homedir: string | undefined;
  readonly args: readonly string[];
  readonly input?: Uint8Array;
  /** Handed over in front of the input, so never seen on a command line; without one gpg's agent may ask the user. */
  readonly passphrase?: string | undefined;
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

/** Bytes of output that are believed to be keys or a signature. The largest public keys have some megabytes. */
const MAX_OUTPUT = 64_000_000;

/** Bytes of messages that are kept. Lines beyond are a failure: the last ones say how it went. */
const MAX_MESSAGES = 4_000_000;

/** Without a terminal, questions, the network, statistics. */
const MANNERS = ['--batch', '--no-tty', '--quiet', '--disable-dirmngr', '--utf8-strings', '--status-fd', '2'];

/**
 * Runs gpg to its end, whatever that is.
 *
 * @throws RepomillError `usage` where the program is not there, `transport` where it cannot be run or says too much
 */
export async function runGpg({ subject, homedir, args, input, passphrase }: GpgWork): Promise<GpgOutcome> {
  // What follows the line would be signed.
  if (passphrase?.includes('\n'))
    throw new RepomillError('usage', `${subject}: expected a passphrase of one line, found more`);
  const secret = passphrase === undefined ? undefined : new TextEncoder().encode(`${passphrase}\n`);
  const { code, output, messages } = await runProgram({
    subject,
    program: 'gpg',
    args: [
      ...MANNERS,
      ...(homedir === undefined ? [] : ['--homedir', homedir]),
      // Of its input gpg takes the first line alone for the passphrase.
      ...(secret === undefined ? [] : ['--pinentry-mode', 'loopback', '--passphrase-fd', '0']),
      ...args,
    ],
    input: [...(secret === undefined ? [] : [secret]), ...(input === undefined ? [] : [input])],
  });
  const lines = messages.split(/\r?\n/).filter((line) => line !== '');
  return {
    ok: code === 0,
    output,
    status: lines.filter((line) => line.startsWith(PREFIX)).map(parseStatusLine),
    lastLine: lines.findLast((line) => !line.startsWith(PREFIX)) ?? `gpg: ended with exit code ${code}`,
  };
}

/**
 * Gives a home directory of its own that nobody else may read, and removes it afterwards, and the agent that gpg may have
 * started for it.
 */
export async function withGpgHome<T>(use: (homedir: string) => Promise<T>): Promise<T> {
  const home = await makeTemporaryDirectory();
  try {
    return await use(home.path);
  } finally {
    // Where that fails, the agent ends by itself when it misses its directory.
    const args = ['--homedir', home.path, '--kill', 'all'];
    await runProgram({ subject: home.path, program: 'gpgconf', args, input: [] }).catch(() => undefined);
    await home.remove();
  }
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
}

interface Ended {
  /** Exit code, or as a shell would say it that a signal ended the program. */
  readonly code: number;
  readonly output: Uint8Array;
  readonly messages: string;
}

function runProgram({ subject, program, args, input }: Run): Promise<Ended> {
  return new Promise((resolve, reject) => {
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
        const excess = `expected at most ${limit} bytes of output, found more`;
        reject(new RepomillError('transport', `${subject}: ${program}: ${excess}`));
      };
    };
    child.stdout.on('data', collect(output, MAX_OUTPUT));
    child.stderr.on('data', collect(messages, MAX_MESSAGES));
    child.on('error', (cause) => reject(startFailure(`${subject}: ${program}`, cause)));
    child.on('close', (code, signal) => {
      resolve({
        code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
        output: new Uint8Array(Buffer.concat(output)),
        messages: Buffer.concat(messages).toString('utf8'),
      });
    });
    // A program that ends without reading everything says why by itself.
    child.stdin.on('error', () => undefined);
    for (const part of input) child.stdin.write(part);
    child.stdin.end();
  });
}

function startFailure(who: string, cause: Error): RepomillError {
  if ('code' in cause && cause.code === 'ENOENT') {
    return new RepomillError('usage', `${who}: no such program`, {
      hint: 'install GnuPG; for keys in files the npm package openpgp will do as well',
      cause,
    });
  }
  return new RepomillError('transport', `${who}: cannot be run: ${messageOf(cause)}`, { cause });
}
