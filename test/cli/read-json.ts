/**
 * The JSON of commands, as scripts see it.
 */
import { expect } from 'vitest';
import { repomill } from '../launcher.ts';

/** Runs a command with `--json` that must work and warn of nothing, and returns its document. */
export async function readJson<Result>(...words: readonly string[]): Promise<Result> {
  const { exitCode, stdout, stderr } = await repomill([...words, '--json']);
  expect([exitCode, stderr]).toEqual([0, '']);
  const result: Result = JSON.parse(stdout);
  return result;
}

/** What `pull --json` prints. */
export interface Pulled {
  readonly version: number;
  readonly changed: boolean;
  readonly transferred: number;
  readonly files: readonly Fetched[];
  readonly fallbacks: readonly { readonly path: string }[];
}

/** What `show --json` prints. */
export interface Shown {
  readonly packages: readonly { readonly record: { readonly version: string }; readonly arches: readonly string[] }[];
  readonly files: readonly Fetched[];
}

/** A file that a command fetched. */
export interface Fetched {
  readonly path: string;
  readonly how: string;
  readonly bytes: number;
}

/** Pulls amd64. */
export function pullAmd64(url: string, cache: string): Promise<Pulled> {
  return readJson('pull', url, '--cache', cache, '--arch', 'amd64');
}
