/**
 * What the cases of the apt layout have in common: how ours is run, and a list of Debian's main as its input.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { type BuildOptions, builtFrom, type Fill } from '../workplace.ts';
import { changeTen } from './changed-lists.ts';
import type { SigningKey } from './signing-key.ts';

/** Older versions that have a patch, in every case. */
export const HISTORY = 28;

/** The list of main and amd64, below an input. */
const LIST = join('main', 'amd64', 'Packages');

/** Words for an archive that is signed. */
export function aptWords(key: SigningKey): readonly string[] {
  return ['--layout', 'apt', '--sign', key.file];
}

/** Builds an archive from lists; somebody else serves the packages. */
export async function listsOptions(bench: Bench, key: SigningKey): Promise<BuildOptions> {
  const settings = { pool: 'none', history: HISTORY };
  const config = { name: 'bench', inputs: [{ files: '<component>/<arch>/Packages', omit: ['MD5sum'] }], apt: settings };
  return { config: await configFile(bench, 'apt-lists', config), words: aptWords(key) };
}

/** A configuration as a file. */
export async function configFile({ workshop }: Bench, name: string, config: unknown): Promise<string> {
  const text = JSON.stringify(config);
  const folder = await workshop.made(`config-${name}`, text, (made) => {
    writeFileSync(join(made, 'repomill.yaml'), text);
  });
  return join(folder, 'repomill.yaml');
}

/** The packages of a day as an input, after some rounds of ten changes each. */
export async function listInput(bench: Bench, day: number, rounds = 0): Promise<Fill> {
  const list = await listFile(bench, day);
  return (folder) => {
    mkdirSync(join(folder, LIST, '..'), { recursive: true });
    copyFileSync(list, join(folder, LIST));
    if (rounds > 0) changeTen(join(folder, LIST), rounds);
  };
}

/** The list of a day. */
export async function listFile({ debian }: Bench, day: number): Promise<string> {
  return join(await debian.release(day), LIST);
}

/** An archive that was published once for the day, and then after each round of ten changes, as often as it has patches. */
export async function archiveWithHistory(bench: Bench, key: SigningKey): Promise<string> {
  const rounds = Array.from({ length: HISTORY + 1 }, (_, round) => listInput(bench, 0, round));
  return builtFrom(bench, {
    name: `apt-history${bench.quick ? '-quick' : ''}`,
    stamp: `${bench.debian.source}, ${HISTORY} rounds`,
    inputs: await Promise.all(rounds),
    ...(await listsOptions(bench, key)),
  });
}
