/**
 * A command: its words on the command line, its help, and what it does. Each has a file in `commands/`.
 */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { RepomillError } from '../errors.ts';
import type { Terminal } from '../platform/process/terminal.ts';

/** An example command line and what it does. */
export type Example = readonly [commandLine: string, effect: string];

/** A command. `Options` are the values of its options, as yargs parses them. */
export interface Command<Options> {
  /** Shown at the end of its help page. */
  readonly example: Example;
  /** Options that may be repeated; repeating any other is a usage error. */
  readonly lists?: readonly string[];
  /** Options by their heading on the help page, the most common first. Options in no group come before them. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  options(yargs: Argv): Argv<Options>;
  /** Does the work. Resolves to the exit code, or to undefined for success. */
  run(options: ArgumentsCamelCase<Options>, terminal: Terminal): Promise<number | undefined>;
}

/** A command, whatever its options. */
export type AnyCommand = Command<object>;

/** A command in the list of commands. */
export interface ListedCommand {
  /** The words, as yargs reads them: `build <input>`. */
  readonly words: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Loads the command and everything that it needs. */
  load(): Promise<AnyCommand>;
}

/** The command that a command line chose. */
export interface Choice {
  readonly work: (terminal: Terminal) => Promise<number | undefined>;
  readonly json: boolean;
}

/** Infers the type of a command's options from what `options` declares. */
export function defineCommand<Options extends object>(command: Command<Options>): AnyCommand {
  return command;
}

/** Adds a command to yargs, which loads it and calls `choose` if the command line names it. */
export function register(yargs: Argv, { words, summary, load }: ListedCommand, choose: (choice: Choice) => void): Argv {
  return yargs.command(
    words,
    summary,
    async (builder) => {
      const { options, example, groups = {} } = await load();
      const grouped = Object.entries(groups).reduce<Argv>(
        (rest, [title, names]) => rest.group([...names], `${title}:`),
        // Positionals come first, as on a help page without groups.
        builder.group([], 'Positionals:'),
      );
      return options(grouped).epilogue(formatExample(example));
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

/** The end of a help page. The example stays on one line even in a narrow terminal, so that it can be copied. */
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
