/**
 * An explanation of a file says what a build does with it: the same files, the same order of versions, the same refusals.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { type ExplainRequest, explain } from '../../src/explain.ts';
import { failureOf } from '../failure.ts';
import { asLines, sampleRecord } from '../sample-records.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

/** What becomes of each record of a file: its version, or why it is not taken. */
async function fatesOf(request: ExplainRequest): Promise<readonly unknown[]> {
  const { records } = await explain(request);
  return records.map(({ fields, problems }) => fields?.version ?? problems);
}

describe('an explanation', () => {
  it('compares versions in the order of the repository where a query asks for newer ones', async () => {
    const versions = ['1.10.0', '2.0.0-rc.1', '2.0.0'];
    const records = asLines(versions.map((version) => ({ name: `p${version}`, version, arch: 'all' })));
    const fates = async (order: string): Promise<readonly unknown[]> => {
      const config = `name: a\nversions: ${order}\ninputs: [{ files: "*.jsonl", where: "version >= 2.0.0" }]\n`;
      const input = writeFiles(freshPath(), { 'a.jsonl': records, 'repomill.yaml': config });
      const { packages } = await build({ input, out: freshPath(), dryRun: true });
      const found = await fatesOf({ input });
      expect(found.filter((fate) => typeof fate === 'string')).toHaveLength(packages);
      return found;
    };
    expect(await fates('debian')).toEqual([['`where:` leaves it out'], '2.0.0-rc.1', '2.0.0']);
    expect(await fates('semver')).toEqual([['`where:` leaves it out'], ['`where:` leaves it out'], '2.0.0']);
  });

  it('leaves out the tree that is published inside the input', async () => {
    const config = 'name: a\ninputs: ["**/*.json"]\n';
    const input = writeFiles(freshPath(), {
      'z.json': '{"name":"a","version":"1","arch":"all"}',
      'repomill.yaml': config,
    });
    await build({ input, out: join(input, 'public') });
    expect(await explain({ input })).toMatchObject({ file: 'z.json' });
    expect(await failureOf(explain({ input, file: 'public/index.json' }))).toMatchObject({
      code: 'usage',
      message: 'no input reads this file',
    });
  });

  it('leaves out the files of an output that is not published yet', async () => {
    const files = { 'a.json': '{"name":"a","version":"1","arch":"all"}', [`details/${'0'.repeat(64)}.json`]: '{}' };
    const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': 'name: a\ninputs: ["**/*.json"]\n' });
    expect(await explain({ input, out: input })).toMatchObject({ file: 'a.json' });
  });

  it('refuses a record for a different architecture than the one that its path names', async () => {
    const input = writeFiles(freshPath(), {
      'amd64/a.jsonl': asLines([sampleRecord('a', '1', 'amd64'), sampleRecord('b', '1', 'arm64')]),
      'repomill.yaml': 'name: a\ninputs: ["<arch>/*.jsonl"]\n',
    });
    const message = 'field "arch": expected amd64, as in the path, found arm64';
    expect(await fatesOf({ input })).toEqual(['1', [message]]);
    const { problems } = await failureOf(build({ input, out: freshPath() }));
    expect(problems).toEqual([{ file: 'amd64/a.jsonl', line: 2, message }]);
  });

  it('accepts a long text in a field that goes to the details', async () => {
    const record = { ...sampleRecord('a', '1', 'all'), changelog: 'x'.repeat(100_000) };
    const input = writeFiles(freshPath(), {
      'a.jsonl': asLines([record]),
      'repomill.yaml': 'name: a\ndetails: [changelog]\n',
    });
    expect(await fatesOf({ input })).toEqual(['1']);
  });
});
