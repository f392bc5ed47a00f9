/**
 * The order of versions of a repository, from `repomill.yaml` to what a client takes for the newest.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BuildRequest, build } from '../../src/build.ts';
import { openRepository, type Repository } from '../../src/client/repository.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { parseQuery } from '../../src/query/parse-query.ts';
import { readIndex } from '../contract/shell.ts';
import { failureOf } from '../failure.ts';
import { asLines, sampleRecord } from '../sample-records.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

/** Versions that each order sorts differently. */
const versions = ['1.0.0', '1.0.0-rc.1', '1.0.0-alpha.2', '1.0.0a', '1.0'];

/** A directory with a chart in these versions and a configuration, whose first line is its name. */
function inputOf(config: string): string {
  const records = asLines(versions.map((version) => sampleRecord('chart', version, 'all')));
  return writeFiles(freshPath(), { 'a.jsonl': records, 'repomill.yaml': `name: test\n${config}\n` });
}

async function repositoryOf(config: string): Promise<Repository> {
  const out = freshPath();
  await build({ input: inputOf(config), out });
  return openRepository({ source: directorySource(out) });
}

/** The warnings of a build, without the directory. */
async function warningsOf(request: BuildRequest): Promise<readonly string[]> {
  const warnings: string[] = [];
  await build({ ...request, progress: { warn: (message) => warnings.push(message) } });
  return warnings.map((warning) => warning.replace(`${request.input}/`, ''));
}

describe('the order of versions', () => {
  it.each([
    ['', ['1.0.0a', '1.0.0-rc.1', '1.0.0-alpha.2', '1.0.0', '1.0']],
    ['versions: debian', ['1.0.0a', '1.0.0-rc.1', '1.0.0-alpha.2', '1.0.0', '1.0']],
    ['versions: semver', ['1.0.0', '1.0.0-rc.1', '1.0.0-alpha.2', '1.0.0a', '1.0']],
    ['versions: pep440', ['1.0', '1.0.0', '1.0.0-rc.1', '1.0.0-alpha.2', '1.0.0a']],
    ['versions: rpm', ['1.0.0a', '1.0.0-rc.1', '1.0.0-alpha.2', '1.0.0', '1.0']],
    ['versions: loose', ['1.0.0a', '1.0', '1.0.0', '1.0.0-rc.1', '1.0.0-alpha.2']],
  ])('is that of the configuration: %j', async (config, newestFirst) => {
    const repository = await repositoryOf(config);
    const found = await repository.show('chart');
    expect(found.map(({ record }) => record.version)).toEqual(newestFirst);
    const { hits } = await repository.search(['chart']);
    expect(hits.map(({ version }) => version)).toEqual(newestFirst);
    const plan = await repository.plan({ packages: ['chart'] });
    expect(plan.packages.map(({ version }) => version)).toEqual(newestFirst.slice(0, 1));
  });

  it('decides whether an installed version is older', async () => {
    const actionFor = async (config: string, installed: string): Promise<string | undefined> => {
      const repository = await repositoryOf(config);
      const plan = await repository.plan({ packages: ['chart'], installed: new Map([['chart', installed]]) });
      return plan.packages[0]?.action;
    };
    expect(await actionFor('versions: semver', '1.0.0-rc.1')).toBe('upgrade');
    expect(await actionFor('versions: semver', '1.0.1-rc.1')).toBe('keep');
    expect(await actionFor('versions: semver', 'unversioned')).toBe('upgrade');
  });

  it('is that of queries, in a search and in subsets', async () => {
    const config = 'subsets: { final: version >= 1.0.0 }';
    const counts = async (order: string): Promise<readonly unknown[]> => {
      const repository = await repositoryOf(`${config}\n${order}`);
      const { total } = await repository.search([], { where: parseQuery('version >= 1.0.0') });
      return [total, repository.signed.summaries.find(({ subset }) => subset === 'final')?.packages];
    };
    expect(await counts('')).toEqual([4, 4]);
    expect(await counts('versions: semver')).toEqual([1, 1]);
    expect(await counts('versions: pep440')).toEqual([2, 2]);
  });

  it('is in the index, unless it is that of Debian, and a new one is a new version', async () => {
    const out = freshPath();
    const orders = ['', 'versions: debian', 'versions: semver', 'versions: loose', 'versions: loose'];
    const found: unknown[] = [];
    for (const order of orders) {
      await build({ input: inputOf(order), out });
      const { version, versions: named } = readIndex(out).signed as { version: number; versions?: string };
      found.push([version, named]);
    }
    expect(found).toEqual([
      [1, undefined],
      [1, undefined],
      [2, 'semver'],
      [3, 'loose'],
      [3, 'loose'],
    ]);
  });

  it('has to be one that is known', async () => {
    const failure = await failureOf(build({ input: inputOf('versions: semvar'), out: freshPath() }));
    expect(failure.problems.map(({ line, message }) => [line, message])).toEqual([
      [2, 'versions: expected an order of versions, found "semvar"; did you mean "semver"?'],
    ]);
  });
});

describe('versions that are invalid in the order', () => {
  const warning = (text: string): string =>
    `repomill.yaml:2: versions: ${text}; invalid versions sort before all valid ones`;

  it.each([
    ['semver', ['2 records without a valid semver version: chart 1.0.0a, chart 1.0']],
    ['pep440', []],
    ['rpm', []],
    ['loose', []],
    ['debian', []],
  ])('are counted and named: %s', async (order, expected) => {
    const input = inputOf(`versions: ${order}`);
    const cache = freshPath();
    const request = { input, cache };
    const warnings = await warningsOf({ ...request, out: freshPath() });
    expect(warnings).toEqual(expected.map(warning));
    // A build that reads nothing again warns of the same.
    expect(await warningsOf({ ...request, out: freshPath() })).toEqual(warnings);
  });

  it('are named in the order of the input, the first three of them', async () => {
    const files = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.jsonl`, asLines([sampleRecord(name, 'latest', 'all')])]),
    );
    const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': 'name: test\nversions: pep440\n' });
    expect(await warningsOf({ input, out: freshPath() })).toEqual([
      warning('5 records without a valid pep440 version: a latest, b latest, c latest and 2 more'),
    ]);
  });

  it('are counted once, in however many lists a record is', async () => {
    const lists = ['amd64', 'arm64'].map((arch) => [
      `${arch}/a.jsonl`,
      asLines([sampleRecord('docs', 'latest', 'all'), sampleRecord('tool', 'latest', arch)]),
    ]);
    const config = 'name: test\nversions: semver\ninputs: ["<arch>/*.jsonl"]\n';
    const input = writeFiles(freshPath(), { ...Object.fromEntries(lists), 'repomill.yaml': config });
    expect(await warningsOf({ input, out: freshPath() })).toEqual([
      warning('3 records without a valid semver version: docs latest, tool latest and 1 more'),
    ]);
  });

  it('are found again in the cache when the order changes', async () => {
    const input = inputOf('versions: pep440');
    const request = { input, cache: freshPath(), out: freshPath() };
    expect(await warningsOf(request)).toEqual([]);
    writeFiles(input, { 'repomill.yaml': 'name: test\nversions: semver\n' });
    expect(await warningsOf(request)).toHaveLength(1);
  });
});
