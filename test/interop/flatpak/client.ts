/**
 * The unmodified flatpak, as a user runs it, with installations of its own.
 */
import type { Run } from '../../launcher.ts';
import { type Environment, runProgram, successOf } from '../run-program.ts';
import { makeHome } from './programs.ts';

/** A user with an empty installation. */
export interface Client {
  /** `flatpak --user WORDS…`, which must succeed; resolves to what it printed. */
  flatpak(...words: readonly string[]): Promise<string>;
  /** The same, which may fail. */
  tryFlatpak(...words: readonly string[]): Promise<Run>;
  /** Refs that a remote offers for an arch, each with the first 12 digits of its commit, sorted. */
  list(remote: string, arch: string): Promise<readonly string[]>;
  /** Refs that are installed, in the same way. */
  installed(): Promise<readonly string[]>;
}

/** Makes a client in a directory of its own. */
export function makeClient(directory: string): Client {
  const environment: Environment = makeHome(directory);
  const tryFlatpak = (...words: readonly string[]): Promise<Run> =>
    runProgram('flatpak', ['--user', ...words], environment);
  const flatpak = async (...words: readonly string[]): Promise<string> =>
    successOf(await tryFlatpak(...words), `flatpak --user ${words.join(' ')}`);
  return {
    flatpak,
    tryFlatpak,
    list: async (remote, arch) =>
      linesOf(await flatpak('remote-ls', '--all', '--columns=ref,commit', `--arch=${arch}`, remote)),
    installed: async () => linesOf(await flatpak('list', '--all', '--columns=ref,active')),
  };
}

function linesOf(table: string): readonly string[] {
  return table
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace('\t', ' '))
    .sort();
}
