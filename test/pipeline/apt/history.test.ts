/**
 * Patches: each one leads from its older version straight to the newest, whatever the archive went through.
 */
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { verify } from '../../../src/verify.ts';
import { buildArchive, DAY, filesIn, parseFields, patchByClient, readIndex, START } from '../../apt-archive.ts';
import { allFindings } from '../../audited.ts';
import { asLines, type SampleRecord, sampleRecord } from '../../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, sha256Of, stateOf, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const PATCH = /^[0-9a-f]{16}\.gz$/;
const PLACE = 'stable/main/binary-amd64/Packages';
const config = (more = ''): string => `name: sample\napt: { compress: { xz: { piece: 16 kB }, gz: }${more} }\n`;

/** In each release, packages change, come, go, and have several lines. */
function release(number: number): readonly SampleRecord[] {
  return Array.from({ length: 400 }, (_, i) => {
    const changes = Math.floor((number * 3 + i) / 400);
    const text = { summary: `Package ${i}`, description: i % 5 === 0 ? `one\n\n.\nthree of ${i}` : 'one line' };
    return sampleRecord(`package-${String(i).padStart(3, '0')}`, `1.${changes}`, 'amd64', text);
  }).filter((_, i) => (i * 31 + number) % 199 !== 0);
}

const inputOf = (records: readonly SampleRecord[], more = ''): string =>
  writeFiles(freshPath(), { 'all.jsonl': asLines(records), 'repomill.yaml': config(more) });
const copyOf = (directory: string): string => {
  const copy = freshPath();
  cpSync(directory, copy, { recursive: true });
  return copy;
};

interface Chain {
  /** The tree after each release, and the index in it. */
  readonly trees: readonly string[];
  readonly texts: readonly string[];
}

/** Builds releases one after the other, and keeps a copy of each tree. */
async function buildChain(releases: readonly number[], cache?: string, more = ''): Promise<Chain> {
  const out = freshPath();
  const trees: string[] = [];
  const texts: string[] = [];
  for (const [i, number] of releases.entries()) {
    const at = START + i * DAY;
    await buildArchive(inputOf(release(number), more), out, { at, ...(cache !== undefined && { cache }) });
    trees.push(copyOf(out));
    texts.push(await readIndex(out, PLACE));
  }
  return { trees, texts };
}

/** Which of these older texts lead to the newest by a patch: with the right result, or not at all. */
function patched(texts: readonly string[], tree: string, newest: string | undefined): readonly boolean[] {
  return texts.map((text) => {
    const result = patchByClient(text, PLACE, filesIn(tree));
    if (result !== undefined) expect(sha256Of(result)).toBe(sha256Of(newest ?? ''));
    return result !== undefined;
  });
}

const versionsIn = (tree: string): number =>
  parseFields(readFileSync(join(tree, `dists/${PLACE}.diff/Index`), 'utf8')).lists['SHA256-History']?.length ?? 0;

const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
let plain: Chain;

beforeAll(async () => {
  plain = await buildChain(TEN);
}, 120_000);

describe('ten releases in a row', () => {
  it('each have a patch from every one before', () => {
    for (const [i, tree] of plain.trees.entries()) {
      if (i === 0) continue;
      const older = plain.texts.slice(0, i);
      expect(patched(older, tree, plain.texts[i])).toEqual(older.map(() => true));
      expect(versionsIn(tree)).toBe(i);
    }
  });

  it('are sound, each of them', async () => {
    for (const tree of plain.trees) expect(allFindings(await verify({ tree }))).toEqual([]);
  });

  it('have no patches at first', () => {
    expect(listPaths(plain.trees[0] ?? '').filter((path) => path.includes('.diff'))).toEqual([]);
  });

  it('are the same to the byte with a cache', async () => {
    const { trees } = await buildChain(TEN, freshPath());
    expect(trees.map(digestsOf)).toEqual(plain.trees.map(digestsOf));
  });

  it('keep the patches that were replaced in the last week', async () => {
    const patches = listPaths(join(plain.trees[9] ?? '', `dists/${PLACE}.diff`)).filter((path) => PATCH.test(path));
    expect(patches).toHaveLength(1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9);
    const out = copyOf(plain.trees[9] ?? '');
    await buildArchive(inputOf(release(9)), out, { at: START + 12 * DAY });
    expect(listPaths(join(out, `dists/${PLACE}.diff`)).filter((path) => PATCH.test(path))).toHaveLength(
      4 + 5 + 6 + 7 + 8 + 9,
    );
    expect(patched(plain.texts.slice(0, 9), out, plain.texts[9])).toEqual(plain.texts.slice(0, 9).map(() => true));
  });
});

describe('a history', () => {
  it('of two has two patches', async () => {
    const { trees, texts } = await buildChain([0, 1, 2, 3, 4], undefined, ', history: 2');
    expect(patched(texts.slice(0, 4), trees[4] ?? '', texts[4])).toEqual([false, false, true, true]);
    expect(versionsIn(trees[4] ?? '')).toBe(2);
  });

  it('of none has no index, and one that was there goes', async () => {
    const { trees } = await buildChain([0, 1, 2], undefined, ', history: 0');
    expect(listPaths(trees[2] ?? '').filter((path) => path.includes('.diff'))).toEqual([]);
    const out = copyOf(plain.trees[2] ?? '');
    await buildArchive(inputOf(release(3), ', history: 0'), out, { at: START + 3 * DAY });
    expect(listPaths(out).filter((path) => path.endsWith('.diff/Index'))).toEqual([]);
    expect(readFileSync(join(out, 'dists/stable/Release'), 'utf8')).not.toContain('.diff');
  });

  it('leads back to a release that was there before, which then has no patch itself', async () => {
    const { trees, texts } = await buildChain([0, 5, 0, 5]);
    expect(texts[0]).toBe(texts[2]);
    expect(patched(texts.slice(0, 2), trees[2] ?? '', texts[2])).toEqual([false, true]);
    expect(versionsIn(trees[2] ?? '')).toBe(1);
    expect(patched(texts.slice(0, 2), trees[3] ?? '', texts[3])).toEqual([true, false]);
  });

  it('has no patch that is larger than a third of the compressed index', async () => {
    const { trees, texts } = await buildChain([0, 400]);
    expect(patched(texts.slice(0, 1), trees[1] ?? '', texts[1])).toEqual([false]);
    expect(listPaths(trees[1] ?? '').filter((path) => path.includes('.diff'))).toEqual([]);
  });

  it('is read with pieces of a different size, too', async () => {
    const out = copyOf(plain.trees[3] ?? '');
    const input = writeFiles(freshPath(), { 'all.jsonl': asLines(release(4)), 'repomill.yaml': 'name: sample\n' });
    await buildArchive(input, out, { at: START + 4 * DAY });
    expect(patched(plain.texts.slice(0, 4), out, plain.texts[4])).toEqual([true, true, true, true]);
  });

  it.each([
    ['gz alone', ', plain: false', 'compress: [gz]'],
    ['xz alone', ', plain: false', 'compress: [xz]'],
  ])('is made from an index that is served as %s', async (_, more, compress) => {
    const own = (number: number): string =>
      writeFiles(freshPath(), {
        'all.jsonl': asLines(release(number)),
        'repomill.yaml': `name: sample\napt: { ${compress}${more} }\n`,
      });
    const out = freshPath();
    await buildArchive(own(0), out);
    await buildArchive(own(1), out, { at: START + DAY });
    expect(patched([plain.texts[0] ?? ''], out, plain.texts[1])).toEqual([true]);
  });
});

describe('a previous tree', () => {
  const next = (tree: string): Promise<string> => {
    const out = freshPath();
    return buildArchive(inputOf(release(4)), out, { previous: tree, at: START + 4 * DAY }).then(() => out);
  };

  it('gives an empty output its history, and what clients with an older entry point need', async () => {
    const out = await next(plain.trees[3] ?? '');
    expect(digestsOf(out)).toEqual(digestsOf(plain.trees[4] ?? ''));
  });

  it.each([
    ['missing', (file: string) => rmSync(file)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['cut', (file: string) => truncateSync(file, 60)],
    ['wrong', (file: string) => writeFileSync(file, readFileSync(file).fill(7))],
  ])('with a patch that is %s has no patch for that version', async (_, damage) => {
    const tree = copyOf(plain.trees[3] ?? '');
    const index = parseFields(readFileSync(join(tree, `dists/${PLACE}.diff/Index`), 'utf8'));
    damage(join(tree, `dists/${PLACE}.diff`, index.lists['SHA256-Download']?.[1]?.path ?? ''));
    await buildArchive(inputOf(release(4)), tree, { at: START + 4 * DAY });
    expect(patched(plain.texts.slice(0, 4), tree, plain.texts[4])).toEqual([true, false, true, true]);
  });

  it.each([
    ['wrong', (bytes: Buffer) => bytes.fill(7)],
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['of nobody', () => Buffer.from('not gzip')],
  ])('whose indexes are %s begins a history anew', async (_, damage) => {
    const tree = copyOf(plain.trees[3] ?? '');
    const directory = join(tree, 'dists/stable/main/binary-amd64');
    for (const path of listPaths(directory)) {
      if (/^(Packages(\.gz|\.xz)?|by-hash\/.*)$/.test(path)) {
        writeFileSync(join(directory, path), damage(readFileSync(join(directory, path))));
      }
    }
    const out = freshPath();
    await buildArchive(inputOf(release(4)), out, { previous: tree, at: START + 4 * DAY });
    expect(patched(plain.texts.slice(0, 4), out, plain.texts[4])).toEqual([false, false, false, false]);
    expect(await readIndex(out, PLACE)).toBe(plain.texts[4]);
    expect(await readIndex(out, `${PLACE}.xz`)).toBe(plain.texts[4]);
  });

  it('whose index of patches is damaged has a patch from its newest version alone', async () => {
    const tree = copyOf(plain.trees[3] ?? '');
    const directory = join(tree, `dists/${PLACE}.diff`);
    for (const path of listPaths(directory)) {
      if (!PATCH.test(path)) writeFileSync(join(directory, path), 'SHA256-Current: none\n');
    }
    const out = freshPath();
    await buildArchive(inputOf(release(4)), out, { previous: tree, at: START + 4 * DAY });
    expect(patched(plain.texts.slice(0, 4), out, plain.texts[4])).toEqual([false, false, false, true]);
  });

  it('is not written to', async () => {
    const tree = copyOf(plain.trees[3] ?? '');
    const before = stateOf(tree);
    await next(tree);
    expect(stateOf(tree)).toEqual(before);
  });
});
