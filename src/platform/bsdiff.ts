/**
 * The matcher of the generator. For very large leftovers it is the one of bsdiff-node, an optional native package that works on
 * files, so each call has a private directory that is removed afterwards. Its patch function is never used: it trusts what
 * it reads (`delta/apply-delta.ts` does not).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseSteps } from '../delta/bsdiff40/parse-bsdiff40.ts';
import { type Matcher, matchBytes } from '../delta/match/match-bytes.ts';
import { matchSeeds } from '../delta/match/match-seeds.ts';
import { messageOf, RepomillError } from '../errors.ts';
import { makeTemporaryDirectory } from './files/temporary-directory.ts';

/**
 * Bytes of old data above which bsdiff's matching is used. Below, which is nearly always, seeds find as much in a quarter of
 * the time (`delta/match/match-seeds.ts`); in large files of unknown shape a suffix sort finds more.
 */
const WORTH_SORTING = 4_000_000;

/**
 * The matcher of the generator. For much old data it is bsdiff-node if that was built, and our own otherwise: both give the same
 * steps, so a delta's bytes do not depend on the machine.
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

/**
 * Makes a delta from `old` to `next`, in the format of bsdiff 4. Takes 17 bytes of memory for each old byte, and a thread.
 *
 * @throws RepomillError `transport` if the temporary files or the package fail
 */
export type MakeDelta = (old: Uint8Array, next: Uint8Array) => Promise<Uint8Array>;

/** A way to make deltas, or the reason why there is no such way. */
export type DeltaMaker = { readonly make: MakeDelta } | { readonly missing: string };

/** A matcher that has a whole delta made and takes it apart. It throws what `make` throws, and `format` for a malformed delta. */
export function matcherFrom(make: MakeDelta): Matcher {
  return async (old, next) => parseSteps(await make(old, next), { maxNewSize: next.length });
}

/** The one function of bsdiff-node that is used: it takes three file names, and rejects with strings instead of errors. */
interface Addon {
  diff(oldFile: string, newFile: string, deltaFile: string): Promise<unknown>;
}

/**
 * Loads bsdiff-node. Never throws.
 *
 * @param load - returns the package's exports, or throws
 */
export async function loadBsdiff(load: () => unknown = requireAddon): Promise<DeltaMaker> {
  try {
    const addon: unknown = await load();
    if (!isAddon(addon)) return { missing: 'bsdiff-node: expected a function diff, found none' };
    return { make: (old, next) => makeDelta(addon, old, next) };
  } catch (thrown) {
    // On further lines, Node lists which modules required it.
    const [reason] = messageOf(thrown).split('\n');
    return { missing: `bsdiff-node: ${reason}` };
  }
}

function requireAddon(): unknown {
  return createRequire(import.meta.url)('bsdiff-node');
}

function isAddon(value: unknown): value is Addon {
  return typeof value === 'object' && value !== null && 'diff' in value && typeof value.diff === 'function';
}

async function makeDelta(addon: Addon, old: Uint8Array, next: Uint8Array): Promise<Uint8Array> {
  const directory = await makeTemporaryDirectory();
  try {
    const oldFile = join(directory.path, 'old');
    const newFile = join(directory.path, 'new');
    const deltaFile = join(directory.path, 'delta');
    await Promise.all([writeFile(oldFile, old), writeFile(newFile, next)]);
    await addon.diff(oldFile, newFile, deltaFile);
    return new Uint8Array(await readFile(deltaFile));
  } catch (cause) {
    throw new RepomillError('transport', `bsdiff-node made no delta: ${messageOf(cause)}`, { cause });
  } finally {
    await directory.remove();
  }
}
