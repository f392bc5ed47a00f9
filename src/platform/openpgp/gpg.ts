/**
 * Runs the program `gpg` of GnuPG 2.1 or newer: arguments as a list, never through a shell; bytes in on stdin and out on
 * stdout, both bounded. Its verdict is taken from its status lines (doc/DETAILS of GnuPG), which are among its messages on
 * stderr, because not every system has a third channel. Its other messages are for people alone.
 */
import { RepomillError } from '../../errors.ts';
import { runProgram } from '../process/run-program.ts';

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
    hint: 'install GnuPG, or sign with a key in a file',
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
