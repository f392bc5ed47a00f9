/**
 * What a command is: its words on the command line, its help, and what it does. One file each in `commands/`.
 */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Terminal } from '../platform/terminal.ts';

/** A command of the command line; `Options` is what yargs makes of the words. */
export interface Command<Options> {
  /** The words, as yargs reads them: `build <input>`. */
  readonly words: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A real command line and what it does, for the end of the help page. */
  readonly example: readonly [commandLine: string, effect: string];
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
        (builder) => command.options(builder).example(...command.example),
        (options) => choose((terminal) => command.run(options, terminal), 'json' in options && options.json === true),
      ),
  };
}
