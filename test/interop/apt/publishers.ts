/**
 * Publishing an archive by repomill, as a user does.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { debianFiles } from '../../../bench/generate/debian.ts';
import type { Run } from '../../launcher.ts';
import { repomill } from '../../launcher.ts';
import { writeFiles } from '../../workspace.ts';
import { type Environment, successOf } from '../run-program.ts';
import type { Stage } from './stage.ts';

/** The first day of every archive, in seconds since 1970: long ago, so that no clock finds it in the future. */
export const START = 1_700_000_000;

/** Seconds of a day. */
export const DAY = 86_400;

/** How repomill publishes. */
export interface PublishOptions {
  /** `repomill.yaml`; without it, the command line has none. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Files with secret keys. */
  readonly sign?: readonly string[];
  /** Days since `START`. */
  readonly day?: number;
  /** `--no-cache`: nothing is known but the tree. */
  readonly withoutCache?: boolean;
  /** Where the last publication is served, if it is not in the output directory. */
  readonly previous?: string;
}

/** A configuration for lists of packages whose files somebody else serves. `apt` is added to its section. */
export function listConfig(
  apt: Readonly<Record<string, unknown>> = {},
  files = '<component>/<arch>/Packages',
): Readonly<Record<string, unknown>> {
  return {
    name: 'example',
    inputs: [{ files }],
    apt: { origin: 'Example', label: 'Example', pool: 'none', ...apt },
  };
}

/** `repomill build INPUT --layout apt --out DIRECTORY`. Never rejects because of the exit code. */
export async function tryPublish(
  stage: Stage,
  input: string,
  out: string,
  { config, sign = [], day = 0, withoutCache = false, previous }: PublishOptions = {},
): Promise<Run> {
  const file = join(stage.newDirectory(), 'repomill.yaml');
  if (config !== undefined) writeFiles(join(file, '..'), { 'repomill.yaml': JSON.stringify(config) });
  const words = [
    ...['build', input, '--layout', 'apt', '--out', out],
    ...(config === undefined ? [] : ['--config', file]),
    ...sign.flatMap((key) => ['--sign', key]),
    ...(withoutCache ? ['--no-cache'] : []),
    ...(previous === undefined ? [] : ['--previous', previous]),
  ];
  return repomill(words, { environment: timeOf(day) });
}

/** The same, which must succeed. Resolves to what it said on standard error. */
export async function publish(stage: Stage, input: string, out: string, options: PublishOptions = {}): Promise<string> {
  const run = await tryPublish(stage, input, out, options);
  successOf(run, `repomill build ${input} --layout apt`);
  return run.stderr;
}

function timeOf(day: number): Environment {
  return { SOURCE_DATE_EPOCH: String(START + Math.round(day * DAY)) };
}

/** Lists by their path: `main/amd64`. */
export type Lists = Readonly<Record<string, readonly string[]>>;

/** Writes lists as an input: `main/amd64/Packages`, where there was an older one. */
export function writeLists(directory: string, lists: Lists): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const files = Object.entries(lists).map(([path, stanzas]) => [`${path}/Packages`, stanzas.join('\n')]);
  return writeFiles(directory, Object.fromEntries(files));
}

/** A small archive with Debian's proportions, one of its days: three components, amd64 and arm64. */
export function listsOfDay(day: number, packages = 300): Lists {
  const lists = debianFiles({ packages, day }).map(({ path, stanzas }) => [
    path.replace(/\/Packages$/, ''),
    Array.from(stanzas, (stanza) => `${withoutWarnings(stanza).trimEnd()}\n`),
  ]);
  return Object.fromEntries(lists);
}

/** Without what apt warns of: `Provides` with a version that is not exact, `Multi-Arch: same` in a package for all architectures. */
function withoutWarnings(stanza: string): string {
  const exact = stanza.replace(/^Provides: .*/m, (line) => line.replaceAll('(>= ', '(= '));
  return /^Architecture: all$/m.test(exact) ? exact.replace(/^Multi-Arch: same\n/m, '') : exact;
}

/** An archive that was published on several days. */
export interface Published {
  /** The tree after the publication of a day; the last day is the last tree. */
  tree(day: number): string;
  /** What was published on a day. */
  lists(day: number): Lists;
}

/** Publishes each of these days on top of the ones before, and keeps a copy of every state. */
export async function publishDays(stage: Stage, days: readonly number[], options: PublishOptions): Promise<Published> {
  const [input, out] = [stage.newDirectory(), stage.newDirectory()];
  const trees = new Map<number, string>();
  for (const day of days) {
    writeLists(input, listsOfDay(day));
    await publish(stage, input, out, { ...options, day });
    trees.set(day, stage.copyOf(out));
  }
  return { tree: (day) => trees.get(day) ?? '', lists: (day) => listsOfDay(day) };
}
