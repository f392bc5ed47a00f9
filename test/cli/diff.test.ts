import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { repomill } from '../launcher.ts';
import { asLines, type SampleRecord, sampleRecord } from '../sample-records.ts';
import { makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();

/** Many packages, so that an update is worth a delta. */
const first = Array.from({ length: 200 }, (_, i) =>
  sampleRecord(`a-${sha256Of(String(i)).slice(0, 9)}`, '1.9', 'amd64'),
);
const edge = [
  sampleRecord('gone', '1.0', 'amd64'),
  sampleRecord('tool', '1.9', 'amd64'),
  sampleRecord('back', '2.0', 'amd64'),
  sampleRecord('docs', '1.0', 'all', { licence: 'MIT' }),
];
const edgeAfter = [
  sampleRecord('new', '1.0', 'amd64'),
  sampleRecord('tool', '1.10', 'amd64'),
  sampleRecord('back', '1.0', 'amd64'),
  sampleRecord('docs', '1.0', 'all', { licence: 'BSD', size: 7 }),
];

const run = (words: readonly string[]): ReturnType<typeof repomill> => repomill(words, { cwd: workspace });
const publish = async (records: readonly SampleRecord[], out: string): Promise<void> => {
  const input = writeFiles(join(workspace, 'input'), { 'a.jsonl': asLines(records), 'repomill.yaml': 'name: test\n' });
  await build({ input, out: join(workspace, out) });
};

beforeAll(async () => {
  await publish([...first, ...edge], 'a tree');
  cpSync(join(workspace, 'a tree'), join(workspace, 'old'), { recursive: true });
  await publish([...first, ...edgeAfter], 'a tree');
});

const CHANGES = [
  'removed     gone  1.0          (amd64)',
  'added       new   1.0          (amd64)',
  'downgraded  back  2.0 -> 1.0   (amd64)',
  'upgraded    tool  1.9 -> 1.10  (amd64)',
  'content     docs  1.0          (all, for amd64)  licence, size',
  '1 package removed, 1 added, 1 upgraded, 1 downgraded, 1 with other content',
  '',
];

describe('repomill diff', () => {
  it.each([
    ['old', 'a tree'],
    ['a tree@1', 'a tree'],
    ['a tree@1', 'a tree/'],
  ])('prints what changed, and exits with 0: %s, %s', async (from, to) => {
    const { exitCode, stdout, stderr } = await run(['diff', from, to, '--arch', 'amd64']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual(CHANGES);
  });

  it('exits with 4 with --exit-code if anything differs, and with 0 if not', async () => {
    expect(await run(['diff', 'old', 'a tree', '--exit-code'])).toMatchObject({ exitCode: 4 });
    expect(await run(['diff', 'a tree', 'a tree', '--exit-code'])).toMatchObject({
      exitCode: 0,
      stdout: 'no package differs\n',
    });
    expect(await run(['diff', 'nowhere', 'a tree', '--exit-code'])).toMatchObject({ exitCode: 1 });
  });

  it('prints one JSON document with all changes, whatever the limit', async () => {
    const { stdout, stderr } = await run(['diff', 'old', 'a tree', '--json', '--limit', '0', '--arch', 'amd64']);
    expect(stderr).toBe('');
    const placed = { arch: 'amd64', arches: ['amd64'] };
    expect(JSON.parse(stdout)).toMatchObject({
      layout: 'native',
      added: [{ name: 'new', version: '1.0', ...placed }],
      removed: [{ name: 'gone', version: '1.0', ...placed }],
      changed: [
        { name: 'back', from: '2.0', to: '1.0', direction: 'downgrade', ...placed },
        { name: 'tool', from: '1.9', to: '1.10', direction: 'upgrade', ...placed },
      ],
      content: [
        {
          name: 'docs',
          fields: [
            { field: 'licence', from: 'MIT', to: 'BSD' },
            { field: 'size', to: 7 },
          ],
        },
      ],
    });
  });

  it('prints a limited number of each kind, and says how to see the rest', async () => {
    await publish([], 'empty').catch(() => undefined);
    await publish([sampleRecord('gone', '1.0', 'amd64')], 'small');
    const { stdout, stderr } = await run(['diff', 'small', 'old', '--arch', 'amd64', '--limit', '3']);
    expect(stdout.split('\n').slice(3)).toEqual(['203 packages added', '']);
    expect(stderr).toBe('… and 200 more; --limit 203 shows all\n');
    const all = await run(['diff', 'small', 'old', '--arch', 'amd64', '--limit', '203']);
    expect([all.stdout.split('\n').length, all.stderr]).toEqual([205, '']);
    expect((await run(['diff', 'small', 'old', '--arch', 'amd64'])).stdout.split('\n')).toHaveLength(52);
  });

  it('names the places as they were written', async () => {
    expect((await run(['diff', 'a tree@7', 'a tree'])).stderr).toBe(
      'repomill: error: a tree: @7: its history has 1\n' +
        '  @1 is the version before the newest, and so on, as far as the tree keeps them (`history:` in repomill.yaml)\n',
    );
    writeFiles(join(workspace, 'plain'), { 'a.txt': 'a' });
    expect((await run(['diff', 'plain', 'old'])).stderr).toBe(
      'repomill: error: plain: expected a published tree, found no index.json, summary.idx or dists/repomill.json\n',
    );
  });
});
