/**
 * One repository twice: what happens to the first happens to the second; flatpak publishes the first, repomill the second.
 */
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../run-program.ts';
import { differencesBetween } from './published-files.ts';
import {
  alignOldSummary,
  lastModifiedOf,
  type PublishOptions,
  publishByFlatpak,
  publishByRepomill,
} from './publishers.ts';

/** Both copies, and who publishes them. */
export interface Pair {
  readonly byFlatpak: string;
  readonly byRepomill: string;
  readonly environment: Environment;
  /** Ids of keys that both sign with. */
  readonly sign: readonly string[];
  /** Repomill publishes by its command. */
  readonly byCommand: boolean;
}

/** Two copies of a repository, in a directory that does not exist yet. */
export function copyTwice(
  base: string,
  directory: string,
  environment: Environment,
  { sign = [], byCommand = sign.length > 0 }: Pick<PublishOptions, 'sign' | 'byCommand'> = {},
): Pair {
  const [byFlatpak, byRepomill] = [join(directory, 'flatpak'), join(directory, 'repomill')];
  for (const copy of [byFlatpak, byRepomill]) copyRepository(base, copy);
  return { byFlatpak, byRepomill, environment, sign, byCommand };
}

/** Copies a repository, also over an older state of it. Objects never change, so they are linked. */
export function copyRepository(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (name === 'objects') linkObjects(join(from, name), join(to, name));
    else copyTree(join(from, name), join(to, name));
  }
}

function copyTree(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

function linkObjects(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkObjects(source, target);
    else if (!existsSync(target)) linkSync(source, target);
  }
}

/** Does to both what `work` does to one: commits, refs and static deltas are made once and copied. */
export async function changeBoth(pair: Pair, work: (repository: string) => Promise<void>): Promise<void> {
  await work(pair.byFlatpak);
  for (const name of ['refs', 'deltas']) {
    rmSync(join(pair.byRepomill, name), { recursive: true, force: true });
    if (existsSync(join(pair.byFlatpak, name))) copyTree(join(pair.byFlatpak, name), join(pair.byRepomill, name));
  }
  linkObjects(join(pair.byFlatpak, 'objects'), join(pair.byRepomill, 'objects'));
}

/** Keys of a repository's `config`, by group. */
export type Config = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Adds keys to `config` of both. */
export function configureBoth(pair: Pair, config: Config): void {
  for (const repository of [pair.byFlatpak, pair.byRepomill]) configure(repository, config);
}

/** Adds keys to the `config` of a repository. */
export function configure(repository: string, config: Config): void {
  const file = join(repository, 'config');
  let text = readFileSync(file, 'utf8');
  for (const [group, keys] of Object.entries(config)) {
    const [head, lines] = [`[${group}]\n`, Object.entries(keys).map(([key, value]) => `${key}=${value}\n`)];
    text = text.includes(head) ? text.replace(head, head + lines.join('')) : `${text}\n${head}${lines.join('')}`;
  }
  writeFileSync(file, text);
}

/** Publishes both and resolves to where they differ. Both have the same clock: flatpak's. */
export async function publishBoth(pair: Pair): Promise<readonly string[]> {
  const { byFlatpak, byRepomill, environment, sign, byCommand } = pair;
  await publishByFlatpak(byFlatpak, environment, [
    ...sign.map((key) => `--gpg-sign=${key}`),
    ...(sign.length > 0 ? [`--gpg-homedir=${environment.GNUPGHOME}`] : []),
  ]);
  alignOldSummary(byFlatpak);
  const seconds = lastModifiedOf(byFlatpak);
  await publishByRepomill(byRepomill, environment, { settings: { exact: true }, seconds, sign, byCommand });
  return differencesBetween(byRepomill, byFlatpak);
}
