/** Damage in a published tree: what every build mends, what `repair` mends, and what is in the way. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { verify } from '../../src/verify.ts';
import { readIndex, summaryOf } from '../contract/shell.ts';
import { OstreeRepository } from '../ostree-repository.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const published = freshPath();
let input = '';

beforeAll(async () => {
  for (const release of [0, 60, 80]) {
    const records = sampleRelease(60, release).map(({ path: _, size: _size, sha256: _sha256, ...record }, i) => {
      return { ...record, details: { of: record.name }, ...(i === 0 && { path: 'pool/a.bin' }) };
    });
    input = writeFiles(freshPath(), {
      'all.jsonl': asLines(records),
      'repomill.yaml': 'name: sample\npackages: { root: ., publish: copy }\n',
      'pool/a.bin': 'bytes',
    });
    await build({ input, out: published });
  }
});

function publishedCopy(): string {
  const out = freshPath();
  cpSync(published, out, { recursive: true, preserveTimestamps: true });
  return out;
}

async function problemsOf(tree: string): Promise<readonly string[]> {
  const { layouts } = await verify({ tree, full: true });
  return layouts.flatMap(({ findings }) => findings.map(({ path }) => path));
}

/** Changes a byte, but not the size. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x55;
  writeFileSync(file, bytes);
}

/** A file of each kind. */
function filesOf(out: string): Readonly<Record<string, string>> {
  const { sha256, history } = summaryOf(readIndex(out), 'amd64');
  const find = (pattern: RegExp): string => listPaths(out).find((path) => pattern.test(path)) ?? '';
  return {
    summary: `summaries/${sha256}.gz`,
    'older summary': `summaries/${history[0]?.sha256}.gz`,
    delta: `deltas/${history[0]?.sha256}-${sha256}.bsdiff`,
    details: find(/^details\/.*\.zz$/),
    'package list': find(/\.files\.gz$/),
    'package file': 'pool/a.bin',
  };
}

/** What can be made anew from the input. */
const REMADE = ['summary', 'delta', 'details', 'package file'];

describe('with repair', () => {
  it.each(REMADE)('a %s with a changed byte is written anew, and nothing else', async (kind) => {
    const out = publishedCopy();
    const path = filesOf(out)[kind] ?? '';
    flip(join(out, path));
    expect(await problemsOf(out)).toContain(path);
    expect(await build({ input, out })).toMatchObject({ changed: false });
    const { written, packageFiles, warnings } = await build({ input, out, repair: true });
    expect([...written, ...(packageFiles?.copied ?? [])].map((file) => file.path)).toEqual([path]);
    expect(warnings).toContainEqual(expect.stringContaining(`${out}: damaged: ${path}: `));
    expect(digestsOf(out)).toEqual(digestsOf(published));
  });

  it('an older summary with a changed byte is removed, with the deltas from it', async () => {
    const out = publishedCopy();
    const path = filesOf(out)['older summary'] ?? '';
    flip(join(out, path));
    expect(await problemsOf(out)).toContain(path);
    const { warnings, pruned } = await build({ input, out, repair: true });
    expect(warnings).toContainEqual(`${path} is missing in ${out}: no delta from it`);
    expect(pruned).toContain(path);
    expect(await problemsOf(out)).toEqual([]);
  });

  it('unless it is whole in the previous tree', async () => {
    const out = publishedCopy();
    flip(join(out, filesOf(out)['older summary'] ?? ''));
    await build({ input, out, repair: true, previous: published });
    expect(digestsOf(out)).toEqual(digestsOf(published));
  });

  it('a tree that is whole is not touched', async () => {
    const out = publishedCopy();
    const before = stateOf(out);
    const { changed, warnings } = await build({ input, out, repair: true });
    expect([changed, warnings.filter((warning) => warning.includes('damaged'))]).toEqual([false, []]);
    expect(stateOf(out)).toEqual(before);
  });

  it('a dry run says what would be written, and writes nothing', async () => {
    const out = publishedCopy();
    const path = filesOf(out).summary ?? '';
    flip(join(out, path));
    const before = stateOf(out);
    const { written } = await build({ input, out, repair: true, dryRun: true });
    expect(written.map((file) => file.path)).toEqual([path]);
    expect(stateOf(out)).toEqual(before);
  });

  it('a flatpak tree is mended, too', async () => {
    const repository = new OstreeRepository(freshPath());
    const request = { input: repository.directory, out: repository.directory, layout: 'flatpak' } as const;
    for (const time of [1n, 2n]) {
      repository.commit('app/org.a.App/x86_64/stable', { timestamp: time });
      await build(request);
    }
    const before = digestsOf(repository.directory);
    const damaged = Object.keys(before).filter((path) => path.endsWith('.delta'));
    expect(damaged.length).toBeGreaterThan(0);
    for (const path of damaged) flip(join(repository.directory, path));
    expect(await build(request)).toMatchObject({ changed: false });
    await build({ ...request, repair: true });
    expect(digestsOf(repository.directory)).toEqual(before);
  });
});

describe('every build mends', () => {
  it.each(REMADE)('a %s without a byte, as a power cut leaves it', async (kind) => {
    const out = publishedCopy();
    truncateSync(join(out, filesOf(out)[kind] ?? ''));
    await build({ input, out });
    expect(digestsOf(out)).toEqual(digestsOf(published));
  });

  it('an older summary without a byte, by doing without it', async () => {
    const out = publishedCopy();
    truncateSync(join(out, filesOf(out)['older summary'] ?? ''));
    await build({ input, out });
    expect(await problemsOf(out)).toEqual([]);
  });

  it('a package list that is damaged, with a warning: its files stay, but are ours no more', async () => {
    const out = publishedCopy();
    const path = filesOf(out)['package list'] ?? '';
    flip(join(out, path));
    const { warnings } = await build({ input, out });
    expect(warnings).toContainEqual(expect.stringMatching(/are not removed from now on$/));
    expect(await problemsOf(out)).toEqual([]);
    expect(listPaths(out)).toContain('pool/a.bin');
  });

  it('a pipe in the place of a summary', async () => {
    const out = publishedCopy();
    const file = join(out, filesOf(out).summary ?? '');
    rmSync(file);
    execFileSync('mkfifo', [file]);
    await build({ input, out });
    expect(statSync(file).isFile()).toBe(true);
    expect(digestsOf(out)).toEqual(digestsOf(published));
  });
});

it.each(['summary', 'delta', 'details'])('a directory in the place of a %s is named', async (kind) => {
  const out = publishedCopy();
  const path = filesOf(out)[kind] ?? '';
  rmSync(join(out, path));
  mkdirSync(join(out, path, 'other'), { recursive: true });
  await expect(build({ input, out })).rejects.toMatchObject({
    code: 'conflict',
    path: `${out}/${path}`,
    message: 'expected a file or nothing, found a directory',
    hint: 'move the directory away, and run this again',
  });
});
