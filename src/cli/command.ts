/**
 * What a command is: its words on the command line, its help, and what it does. One file each in `commands/`.
 */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { RepomillError } from '../errors.ts';
import type { Terminal } from '../platform/terminal.ts';

/** A command of the command line; `Options` is what yargs makes of the words. */
export interface Command<Options> {
  /** The words, as yargs reads them: `build <input>`. */
  readonly words: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A real command line and what it does, for the end of the help page. */
  readonly example: readonly [commandLine: string, effect: string];
  /** Options that may be given more than once; any other is a usage error then. */
  readonly lists?: readonly string[];
  options(yargs: Argv): Argv<Options>;
  /** Does the work. Resolves to the exit code when that is not plainly success. */
  run(options: ArgumentsCamelCase<Options>, terminal: Terminal): Promise<number | undefined>;
}

/** A command whose options' type is its own affair. */
export interface AnyCommand {
  readonly words: string;
  /** Adds the command to yargs; `choose` is called with the work when the words were those of this command. */
  register(
    yargs: Argv,
    choose: (work: (terminal: Terminal) => Promise<number | undefined>, json: boolean) => void,
  ): Argv;
}

/** Hides a command's options behind the one shape that `main` needs. */
export function defineCommand<Options>(command: Command<Options>): AnyCommand {
  return {
    words: command.words,
    register: (yargs, choose) =>
      yargs.command(
        command.words,
        command.summary,
        (builder) => command.options(builder).epilogue(formatExample(command.example)),
        (options) =>
          choose(
            (terminal) => command.run(requireOnce(options, command.lists), terminal),
            'json' in options && options.json === true,
          ),
      ),
  };
}

// On one line, however narrow the terminal, so that it can be copied.
function formatExample([commandLine, effect]: readonly [string, string]): string {
  return `Examples:\n  ${commandLine}    ${effect}`;
}

function requireOnce<Options extends object>(options: Options, lists: readonly string[] = []): Options {
  for (const [option, value] of Object.entries(options)) {
    if (Array.isArray(value) && option !== '_' && !lists.includes(option)) {
      throw new RepomillError('usage', `--${option}: expected once, found ${value.length} times`);
    }
  }
  return options;
}
