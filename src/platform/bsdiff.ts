/**
 * The matcher of the generator, and bsdiff-node, the optional native package behind it. That works on files, so each call
 * has a private directory that is removed again. Its patch function is never used: it trusts what it reads
 * (`delta/apply-delta.ts` does not).
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSteps } from '../delta/bsdiff40/parse-bsdiff40.ts';
import { type Matcher, matchBytes } from '../delta/match/match-bytes.ts';
import { matchSeeds } from '../delta/match/match-seeds.ts';
import { messageOf, RepomillError } from '../errors.ts';

/**
 * Makes a delta from `old` to `next`, in the format of bsdiff 4. Takes 17 bytes of memory for each old byte, and a thread.
 *
 * @throws RepomillError `transport` when the temporary files or the package fail
 */
export type MakeDelta = (old: Uint8Array, next: Uint8Array) => Promise<Uint8Array>;

/** A way to make deltas, or the reason why there is none. */
export type DeltaMaker = { readonly make: MakeDelta } | { readonly missing: string };

/** The one function of bsdiff-node that is used: three file names. It rejects with texts instead of errors. */
interface Addon {
  diff(oldFile: string, newFile: string, deltaFile: string): Promise<unknown>;
}

/**
 * Loads bsdiff-node. Never throws.
 *
 * @param load - gives the package's exports, or throws
 */
export async function loadBsdiff(load: () => unknown = requireAddon): Promise<DeltaMaker> {
  try {
    const addon: unknown = await load();
    if (!isAddon(addon)) return { missing: 'bsdiff-node: expected a function diff, found none' };
    return { make: (old, next) => makeDelta(addon, old, next) };
  } catch (thrown) {
    // Node lists, on further lines, who asked for the module.
    const [reason] = messageOf(thrown).split('\n');
    return { missing: `bsdiff-node: ${reason}` };
  }
}

/** A matcher that has a whole delta made and takes it apart again. It throws as `make` does, and `format` for a delta that is none. */
export function matcherFrom(make: MakeDelta): Matcher {
  return async (old, next) => parseSteps(await make(old, next), { maxNewSize: next.length });
}

/**
 * Old bytes to search from which bsdiff's own matching is used. Below, which is nearly always, seeds find as much in a
 * quarter of the time (`delta/match-seeds.ts`); in files of unknown shape a suffix sort finds more.
 */
const WORTH_SORTING = 4_000_000;

/**
 * The matcher of the generator. For much to search it is bsdiff-node where that is built, and our own everywhere else: both
 * give the same steps, so a delta's bytes do not depend on the machine.
 */
export function loadMatcher(): Matcher {
  let native: Promise<DeltaMaker> | undefined;
  return async (old, next) => {
    if (old.length < WORTH_SORTING) return matchSeeds(old, next);
    native ??= loadBsdiff();
    const maker = await native;
    return 'missing' in maker ? matchBytes(old, next) : matcherFrom(maker.make)(old, next);
  };
}

function requireAddon(): unknown {
  return createRequire(import.meta.url)('bsdiff-node');
}

function isAddon(value: unknown): value is Addon {
  return typeof value === 'object' && value !== null && 'diff' in value && typeof value.diff === 'function';
}

async function makeDelta(addon: Addon, old: Uint8Array, next: Uint8Array): Promise<Uint8Array> {
  try {
    return await withTemporaryDirectory(async (directory) => {
      const oldFile = join(directory, 'old');
      const newFile = join(directory, 'new');
      const deltaFile = join(directory, 'delta');
      await Promise.all([writeFile(oldFile, old), writeFile(newFile, next)]);
      await addon.diff(oldFile, newFile, deltaFile);
      return new Uint8Array(await readFile(deltaFile));
    });
  } catch (cause) {
    throw new RepomillError('transport', `bsdiff-node: no delta was made: ${messageOf(cause)}`, { cause });
  }
}

async function withTemporaryDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'repomill-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
