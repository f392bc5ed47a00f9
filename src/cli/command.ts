/**
 * What a command is: its words on the command line, its help, and what it does. One file each in `commands/`.
 */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { RepomillError } from '../errors.ts';
import type { Terminal } from '../platform/process/terminal.ts';

/** A real command line and what it does. */
export type Example = readonly [commandLine: string, effect: string];

/** What a command does; `Options` is what yargs makes of the words. */
export interface Command<Options> {
  /** For the end of the help page. */
  readonly example: Example;
  /** Options that may be given more than once; any other is a usage error then. */
  readonly lists?: readonly string[];
  options(yargs: Argv): Argv<Options>;
  /** Does the work. Resolves to the exit code when that is not plainly success. */
  run(options: ArgumentsCamelCase<Options>, terminal: Terminal): Promise<number | undefined>;
}

/** A command whose options' type is its own affair. */
export type AnyCommand = Command<object>;

/** A command as the list of commands has it. */
export interface ListedCommand {
  /** The words, as yargs reads them: `build <input>`. */
  readonly words: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Loads what the command does, and all that it takes. */
  load(): Promise<AnyCommand>;
}

/** What a command line asks for. */
export interface Choice {
  readonly work: (terminal: Terminal) => Promise<number | undefined>;
  readonly json: boolean;
}

/** Infers the type of a command's options from what `options` tells yargs. */
export function defineCommand<Options extends object>(command: Command<Options>): AnyCommand {
  return command;
}

/** Adds a command to yargs, which loads it and calls `choose` when the words are those of this command. */
export function register(yargs: Argv, { words, summary, load }: ListedCommand, choose: (choice: Choice) => void): Argv {
  return yargs.command(
    words,
    summary,
    async (builder) => {
      const { options, example } = await load();
      return options(builder).epilogue(formatExample(example));
    },
    (options) =>
      choose({
        work: async (terminal) => {
          const { run, lists } = await load();
          return run(requireOnce(options, lists), terminal);
        },
        json: 'json' in options && options.json === true,
      }),
  );
}

/** The end of a help page. On one line, however narrow the terminal, so that it can be copied. */
export function formatExample([commandLine, effect]: Example): string {
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
