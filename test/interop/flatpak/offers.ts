/**
 * What a client should see of a repository, and what its requests were for.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listPaths } from '../../workspace.ts';
import { type Environment, runProgram } from '../run-program.ts';

/** Lines of `Client.list` for an arch, of a subset or of everything. */
export async function offersOf(
  repository: string,
  environment: Environment,
  arch: string,
  subset?: string,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [ref, commit] of readRefs(repository)) {
    const [kind = '', , refArch] = ref.split('/');
    if (!['app', 'runtime'].includes(kind) || refArch !== arch) continue;
    if (subset !== undefined && !(await isInSubset(repository, environment, commit, subset))) continue;
    lines.push(`${ref} ${commit.slice(0, 12)}`);
  }
  return lines.sort();
}

/** The line of `Client.installed` for a ref, in its newest commit. */
export function installedLineOf(repository: string, ref: string): string {
  const commit = readRefs(repository).get(ref);
  if (commit === undefined) throw new Error(`${ref}: not in ${repository}`);
  return `${ref.slice(ref.indexOf('/') + 1)} ${commit.slice(0, 12)}`;
}

/** What each request for the summaries was for; requests for anything else are left out. */
export function kindsOf(requests: readonly string[]): readonly string[] {
  return requests.flatMap((path) => KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? []);
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^summary\.idx$/, 'index'],
  [/^summaries\/[0-9a-f]{64}\.idx\.sig$/, 'signature'],
  [/^summary\.idx\.sig$/, 'old signature'],
  [/^summaries\/[0-9a-f]{64}\.gz$/, 'summary'],
  [/^summaries\/[0-9a-f]{64}-[0-9a-f]{64}\.delta$/, 'delta'],
  [/^summary(\.sig)?$/, 'old summary'],
];

/** Commits by ref. */
/** Every ref of a repository and its commit. */
export function readRefs(repository: string): ReadonlyMap<string, string> {
  const heads = join(repository, 'refs/heads');
  return new Map(listPaths(heads).map((ref) => [ref, readFileSync(join(heads, ref), 'utf8').trim()]));
}

async function isInSubset(
  repository: string,
  environment: Environment,
  commit: string,
  subset: string,
): Promise<boolean> {
  const words = [`--repo=${repository}`, 'show', '--print-metadata-key=xa.subsets', commit];
  const { stdout } = await runProgram('ostree', words, environment);
  return stdout.includes(`'${subset}'`);
}
