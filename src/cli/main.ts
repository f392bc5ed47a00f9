/**
 * The command line. yargs only parses; the command runs afterwards, because yargs would print its help over the message of a
 * handler that rejects. Standard output is for data, standard error for people.
 */
import yargs, { type Argv } from 'yargs';
import { formatError, formatProblem, messageOf, RepomillError } from '../errors.ts';
import { systemErrorAsOurs } from '../platform/files/system-error.ts';
import { processTerminal, type Terminal } from '../platform/process/terminal.ts';
import { printableLine } from '../text/printable.ts';
import { type Choice, type Example, formatExample, register } from './command.ts';
import { commands } from './commands/commands.ts';
import { DEFECT, exitCodes, SUCCESS } from './exit-code.ts';
import { VERSION } from './version.ts';

/** The most problems to print; the JSON has all of them. */
const SHOWN_PROBLEMS = 50;

const example: Example = ['repomill build examples/debian --out public', 'publish the Debian sample to public/'];

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
  const width = terminal.interactive ? Math.min(100, terminal.columns) : null;
  const parser = parserOf(words, width, (chosen) => (choice = chosen)).fail((message, error) => {
    failure ??= message ?? messageOf(error);
  });
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
    const { usageError } = await import('./usage-error.ts');
    throw await usageError(failure, words, (asked) => parserOf(asked, null, () => undefined));
  }
  if (printed !== '') terminal.data(printed);
  return printed === '' ? choice : undefined;
}

/** @param width - of the help, in characters; null for lines of any length */
function parserOf(words: readonly string[], width: number | null, choose: (choice: Choice) => void): Argv {
  return commands.reduce(
    (rest, command) => register(rest, command, choose),
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
      .wrap(width)
      .demandCommand(1, 'expected a command')
      .exitProcess(false),
  );
}

function report(thrown: unknown, terminal: Terminal, json: boolean): number {
  const error = systemErrorAsOurs(thrown);
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
  if (problems.length > SHOWN_PROBLEMS) terminal.note(`… and ${problems.length - SHOWN_PROBLEMS} more; --json has all`);
  terminal.note(`repomill: ${terminal.noteStyle('bad', 'error')}: ${printableLine(formatError(error))}`);
  if (hint !== undefined) terminal.note(`  ${printableLine(hint)}`);
  return exitCodes[code];
}
