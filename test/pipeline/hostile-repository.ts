/**
 * Repositories with faults, for the tests of what a build refuses: written object by object, then built in place.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { build } from '../../src/build.ts';
import { formatError, formatProblem } from '../../src/errors.ts';
import { parseSummaryIndex } from '../../src/layouts/flatpak/format/summary-index.ts';
import { type Digest, isDigest } from '../../src/model/digest.ts';
import { silent } from '../../src/model/progress.ts';
import { failureOf } from '../failure.ts';
import { OstreeRepository } from '../ostree-repository.ts';
import { makeWorkspace } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;

/** A path that nothing has used yet. */
export const freshPath = (): string => join(workspace, String(counter++));

/** The good app of each repository, and the ref of the faulty one. */
export const APP = 'app/org.a.App/x86_64/stable';
export const BAD = 'app/org.a.Bad/x86_64/stable';

/** A repository with one good app. */
export function goodRepository(config?: string): OstreeRepository {
  const repository = new OstreeRepository(freshPath(), config);
  repository.commit(APP);
  return repository;
}

/** What a build of a repository complains about. It must write nothing: no byte, no time stamp. */
export async function refusal({
  directory,
}: OstreeRepository): Promise<{ readonly code: string; readonly problems: readonly string[] }> {
  const before = traceOf(directory);
  const error = await failureOf(build({ input: directory, out: directory, layout: 'flatpak' }));
  const { code, problems } = error;
  expect(traceOf(directory)).toEqual(before);
  return { code, problems: problems.length === 0 ? [formatError(error)] : problems.map(formatProblem) };
}

/** The problems that a build reports once a good repository is spoilt. */
export async function problemsOf(spoil: (repository: OstreeRepository) => void): Promise<readonly string[]> {
  const repository = goodRepository();
  spoil(repository);
  const { code, problems } = await refusal(repository);
  expect(code).toBe('metadata');
  return problems;
}

/** The warnings of a build that succeeds. */
export async function warningsOf({ directory }: OstreeRepository): Promise<readonly string[]> {
  const warnings: string[] = [];
  const progress = { ...silent, warn: (message: string) => void warnings.push(message) };
  await build({ input: directory, out: directory, layout: 'flatpak', progress });
  return warnings;
}

/** The published index of a repository. */
export function indexOf({ directory }: OstreeRepository): ReturnType<typeof parseSummaryIndex> {
  return parseSummaryIndex(readFileSync(join(directory, 'summary.idx')));
}

/** A text as a digest. */
export function digestIn(hex: string): Digest {
  if (isDigest(hex)) return hex;
  throw new TypeError(`expected a digest, found ${hex}`);
}

/** Writes a file that takes no room on a disk, whatever its length. */
export function sparseFile(file: string, length: number): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  truncateSync(file, length);
}

/** What any write changes, of every entry. Nothing is opened, because some entries never end. */
export function traceOf(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return ['', ...entries].sort().map((path) => {
    const { mtimeNs, ctimeNs, ino } = lstatSync(join(directory, path), { bigint: true });
    return `${path} ${ino} ${mtimeNs} ${ctimeNs}`;
  });
}
