import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { repomill } from '../launcher.ts';
import { sampleRecord } from '../sample-records.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const tree = join(workspace, 'public');
const cache = join(workspace, 'cache');

/** What would clear the screen, set the title, ring, go back, or turn the writing round. */
const COMMANDS = ['\u001b[2J', '\u001b]0;title\u0007', '\u009b2J', '\r', '\b', '\u202e', '\u2066'];
const hostile = COMMANDS.join('x');

interface HostileIndex {
  readonly signed: { title?: string; readonly summaries: readonly { arch: string }[] };
}

beforeAll(async () => {
  const record = sampleRecord('hostile', '1', 'amd64', {
    summary: `before ${hostile} after`,
    description: `first line\n${hostile}`,
    tags: [hostile],
    notes: { deep: [hostile] },
    details: { changelog: hostile },
  });
  const input = writeFiles(join(workspace, 'input'), { 'a.json': JSON.stringify(record) });
  await build({ input, out: tree });
  await repomill(['pull', tree, '--cache', cache]);
});

describe('a record with control characters in its texts', () => {
  it.each([
    ['show', ['show', 'hostile', '--from', tree]],
    ['show --details', ['show', 'hostile', '--details', '--from', tree]],
    ['search', ['search', 'before', '--cache', cache]],
  ])('sends none of them to the terminal through %s', async (_, words) => {
    const { exitCode, stdout, stderr } = await repomill(words);
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(stdout + stderr).not.toContain(command.charAt(0));
  });

  it.each([
    ['status', ['status', '--from']],
    ['plan', ['plan', '--from']],
    ['inspect', ['inspect']],
    ['a refused arch', ['show', 'hostile', '--arch', 'mips', '--from']],
  ])('sends none of those in a hostile index to the terminal through %s', async (_, words) => {
    const index: HostileIndex = JSON.parse(readFileSync(join(tree, 'index.json'), 'utf8'));
    const line = `${hostile}\nforged`;
    index.signed.title = line;
    for (const summary of index.signed.summaries) summary.arch = line;
    const site = writeFiles(join(workspace, 'hostile-index'), { 'index.json': JSON.stringify(index) });
    const { stdout, stderr } = await repomill([...words, site]);
    expect(stdout + stderr).not.toBe('');
    expect(stdout + stderr).not.toMatch(/^forged/m);
    for (const command of COMMANDS) expect(stdout + stderr).not.toContain(command.charAt(0));
  });

  it('is unchanged in --json output', async () => {
    const { stdout } = await repomill(['show', 'hostile', '--from', tree, '--json']);
    const { packages }: { readonly packages: readonly { readonly record: object }[] } = JSON.parse(stdout);
    expect(packages[0]?.record).toMatchObject({ summary: `before ${hostile} after`, tags: [hostile] });
  });

  it('sends none of those in the requested name', async () => {
    const { exitCode, stderr } = await repomill(['show', `no\u001b[2J`, '--from', tree]);
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain('\u001b');
  });
});

describe.skipIf(process.platform === 'win32')('a file with control characters in its name', () => {
  const name = `${hostile}\nforged`;

  it('sends none of them to the terminal through verify', async () => {
    const site = join(workspace, 'hostile-names');
    cpSync(tree, site, { recursive: true });
    writeFiles(site, { [name]: '', [`details/plain/${name}`]: '' });
    const { exitCode, stdout, stderr } = await repomill(['verify', site]);
    expect(exitCode).toBe(0);
    for (const command of COMMANDS) expect(stdout + stderr).not.toContain(command.charAt(0));
    expect(stderr).toMatch(/^details\/plain\/\\u001b.*\\u000aforged: not written by repomill, left alone$/m);
  });

  it('sends none of them to the terminal through build', async () => {
    const record = JSON.stringify(sampleRecord('a', '1', 'amd64'));
    const input = writeFiles(join(workspace, 'hostile-input'), { 'a.json': record, [name]: '' });
    const { stderr } = await repomill(['build', input, '--out', join(workspace, 'other'), '--no-cache']);
    for (const command of COMMANDS) expect(stderr).not.toContain(command.charAt(0));
    expect(stderr).toContain('no reader recognises 1 file:\n  \\u001b');
    expect(stderr).toMatch(/\\u000aforged$/m);
  });
});
