/**
 * The command line. yargs only parses; the command runs afterwards, because yargs would print its help over the message of a
 * handler that rejects. Standard output is for data, standard error for people.
 */
import yargs from 'yargs';
import { formatError, formatProblem, messageOf, RepomillError } from '../errors.ts';
import { isSystemError, systemRefusal } from '../platform/files/system-error.ts';
import { processTerminal, type Terminal } from '../platform/process/terminal.ts';
import { printableLine } from '../text/printable.ts';
import { type Choice, type Example, formatExample, register } from './command.ts';
import { commands } from './commands/commands.ts';
import { DEFECT, exitCodes, SUCCESS } from './exit-code.ts';
import { VERSION } from './version.ts';

/** The most problems to print; the JSON has all of them. */
const SHOWN_PROBLEMS = 50;

const example: Example = ['repomill build examples/debian --out public', 'publish the Debian sample to public/'];

/** Messages of yargs, and our replacements. */
const complaints: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^Not enough non-option arguments: got (\d+), need at least (\d+)$/, 'arguments: expected $2, found $1'],
  [/^Missing required argument: (.*)$/, 'missing option: --$1'],
  [/^Missing required arguments: (.*)$/, 'missing options: $1'],
  [/^Unknown (argument|command)(s?): /, 'unknown $1$2: '],
  [/^Not enough arguments following: (.*)$/, '--$1: expected a value, found nothing'],
  [/^Invalid values:\s*Argument: (.*), Given: (.*), Choices: (.*)$/, '--$1: expected one of $3, found $2'],
  [/^Did you mean (.*)\?$/, 'unknown command: did you mean $1?'],
];

/** Runs one command line and resolves to the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  const terminal = processTerminal();
  let json = words.includes('--json');
  try {
    const choice = await parse(words, terminal);
    if (choice === undefined) return SUCCESS;
    json = choice.json;
    return (await choice.work(terminal)) ?? SUCCESS;
  } catch (error) {
    return report(error, terminal, json);
  }
}

// Undefined if help or the version was requested and has been printed.
async function parse(words: readonly string[], terminal: Terminal): Promise<Choice | undefined> {
  let choice: Choice | undefined;
  let failure: string | undefined;
  const parser = commands.reduce(
    (rest, command) => register(rest, command, (chosen) => (choice = chosen)),
    yargs([...words])
      .scriptName('repomill')
      .usage(
        'Publishes packages without a server: package metadata in, a tree of static files out.\n\nrepomill <command>',
      )
      .locale('en')
      .epilogue(formatExample(example))
      .strict()
      .version(VERSION)
      .help()
      .alias('h', 'help')
      .wrap(terminal.interactive ? Math.min(100, terminal.columns) : null)
      .demandCommand(1, 'expected a command')
      .recommendCommands()
      .exitProcess(false)
      .fail((message, error) => {
        failure ??= message ?? messageOf(error);
      }),
  );
  let printed = '';
  try {
    await parser.parseAsync([...words], {}, (_error, _options, output) => {
      printed = output;
    });
  } catch (thrown) {
    // Once a command has been loaded asynchronously, yargs throws its messages instead of passing them to `fail`.
    if (!(thrown instanceof Error) || thrown.name !== 'YError') throw thrown;
    failure ??= thrown.message;
  }
  if (failure !== undefined) {
    throw new RepomillError('usage', inOurWords(failure), { hint: `see ${helpFor(words)}` });
  }
  if (printed !== '') terminal.data(printed);
  return printed === '' ? choice : undefined;
}

function inOurWords(complaint: string): string {
  return complaints.reduce((text, [theirs, ours]) => text.replace(theirs, ours), complaint);
}

function helpFor([name = '']: readonly string[]): string {
  const isCommand = commands.some(({ words }) => words.split(' ', 1)[0] === name);
  return isCommand ? `repomill ${name} --help` : 'repomill --help';
}

function report(thrown: unknown, terminal: Terminal, json: boolean): number {
  const error = isSystemError(thrown) ? systemRefusal(thrown) : thrown;
  if (!(error instanceof RepomillError)) {
    terminal.note(`repomill: internal error: ${error instanceof Error ? error.stack : String(error)}`);
    return DEFECT;
  }
  const { code, path, message, hint, problems } = error;
  if (json) terminal.data(JSON.stringify({ error: { code, path, message, hint, problems } }));
  if (code === 'interrupted') {
    terminal.note('repomill: interrupted');
    return exitCodes[code];
  }
  for (const problem of problems.slice(0, SHOWN_PROBLEMS)) terminal.note(printableLine(formatProblem(problem)));
  if (problems.length > SHOWN_PROBLEMS) terminal.note(`… and ${problems.length - SHOWN_PROBLEMS} more`);
  terminal.note(`repomill: ${terminal.noteStyle('bad', 'error')}: ${printableLine(formatError(error))}`);
  if (hint !== undefined) terminal.note(`  ${printableLine(hint)}`);
  return exitCodes[code];
}
