/**
 * A build with a cache, seen from outside: what it finds again, what a damaged, foreign or impossible cache costs (nothing
 * but time), and what it leaves there.
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { takeLock } from '../../src/platform/files/lock.ts';
import { readEntryHead, writeEntry } from '../../src/platform/workspace/workspace-entry.ts';
import { failureOf } from '../failure.ts';
import { asLines, sampleRecord, sampleRelease } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, sha256Of, stateOf, writeFiles } from '../workspace.ts';
import { cachedBuild } from './cached-build.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const CONFIG = 'name: sample\nsubsets:\n  licensed: licence = MIT\ncombined: [amd64]\n';
/** Records whose names fall into many slices, some with details. Long, so that few of them make a large file. */
const records = sampleRelease(150, 0).map((plain, i) => {
  const name = `${sha256Of(plain.name).slice(0, 4)}-${plain.name}`;
  const record = { ...plain, name, checksums: Array.from({ length: 12 }, (_, n) => sha256Of(`${name} ${n}`)) };
  const details = { of: record.name, text: 'the same words in every document, '.repeat(20) };
  return i % 20 === 0 ? { ...record, details } : record;
});
/** Two large files, one in lines and one that must be read as a whole, and small ones. */
const input = writeFiles(freshPath(), {
  'repomill.yaml': CONFIG,
  'large.jsonl': asLines(records.slice(60)),
  'whole.json': JSON.stringify(records.slice(0, 60)),
  ...Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [`small/${i}.json`, JSON.stringify(sampleRecord(`small-${i}`, '1', 'amd64'))]),
  ),
});
const expected = freshPath();
const warm = freshPath();

let digestsOfTree: Readonly<Record<string, string>>;
let digestsOfCache: Readonly<Record<string, string>>;

beforeAll(async () => {
  await cachedBuild({ input, out: freshPath(), cache: warm });
  await cachedBuild({ input, out: expected });
  [digestsOfTree, digestsOfCache] = [digestsOf(expected), digestsOf(warm)];
});

/** Builds into a fresh tree, and expects it to be the right one. */
async function buildWith(cache: string) {
  const out = freshPath();
  const done = await cachedBuild({ input, out, cache });
  expect(digestsOf(out)).toEqual(digestsOfTree);
  rmSync(out, { recursive: true });
  return done;
}

function copyOfWarm(): string {
  const cache = freshPath();
  cpSync(warm, cache, { recursive: true });
  return cache;
}

const entriesOf = (cache: string): readonly string[] => listPaths(cache).filter((path) => path.includes('/'));

/** Numbers below `limit`, the same for the same seed. */
function sequence(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function flipBit(file: string, position: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(position) ^ (1 << (position % 8)), position);
  writeFileSync(file, bytes);
}

describe('a cache', () => {
  it('makes nothing again that has not changed', async () => {
    const { cacheLookup, warnings } = await buildWith(copyOfWarm());
    expect(warnings).toEqual([]);
    expect(cacheLookup.file).toEqual({ hits: 2, misses: 0 });
    expect(cacheLookup.slice).toEqual({ hits: cacheLookup.slice.hits, misses: 0 });
    expect(cacheLookup.slice.hits).toBeGreaterThan(10);
    expect([cacheLookup.batch.misses, cacheLookup.bucket]).toEqual([0, { hits: 0, misses: 0 }]);
  });

  it('is not touched by a build that finds everything in it', async () => {
    const cache = copyOfWarm();
    const before = stateOf(cache);
    await buildWith(cache);
    expect(stateOf(cache)).toEqual(before);
  });

  it('holds exactly what the last build used', async () => {
    const cache = copyOfWarm();
    const other = writeFiles(freshPath(), { 'a.json': JSON.stringify(sampleRecord('a', '1', 'amd64')) });
    await cachedBuild({ input: other, out: freshPath(), cache });
    expect(entriesOf(cache).length).toBeLessThan(6);
    await buildWith(cache);
    expect(digestsOf(cache)).toEqual(digestsOfCache);
  });

  it('stays unchanged if a build fails', async () => {
    const cache = copyOfWarm();
    const bad = writeFiles(freshPath(), { 'a.json': '{' });
    await failureOf(cachedBuild({ input: bad, out: freshPath(), cache }));
    expect(digestsOf(cache)).toEqual(digestsOfCache);
    expect((await buildWith(cache)).cacheLookup.slice.misses).toBe(0);
  });

  it('serves a dry run, too', async () => {
    const [out, cache] = [freshPath(), freshPath()];
    await cachedBuild({ input, out, cache, dryRun: true });
    expect(existsSync(out)).toBe(false);
    expect((await buildWith(cache)).cacheLookup.slice.misses).toBe(0);
  });
});

describe('the tree is the same and a cache is created if there', () => {
  it.each<[string, (cache: string) => void]>([
    ['is none', (cache) => rmSync(cache, { recursive: true })],
    [
      'is an empty directory',
      (cache) => {
        rmSync(cache, { recursive: true });
        mkdirSync(cache);
      },
    ],
    [
      'are entries of a different version',
      (cache) =>
        writeFiles(
          cache,
          Object.fromEntries(entriesOf(cache).map((path) => [`${dirname(path)}/${sha256Of(path)}`, 'x'])),
        ),
    ],
    [
      'is only a tag',
      (cache) => {
        for (const path of entriesOf(cache)) rmSync(join(cache, path));
      },
    ],
    ['is no tag', (cache) => rmSync(join(cache, 'CACHEDIR.TAG'))],
    [
      'is a link to a cache',
      (cache) => {
        renameSync(cache, `${cache}-real`);
        symlinkSync(`${cache}-real`, cache);
      },
    ],
  ])('%s', async (_title, change) => {
    const cache = copyOfWarm();
    change(cache);
    expect((await buildWith(cache)).warnings).toEqual([]);
    expect((await buildWith(cache)).cacheLookup.slice.misses).toBe(0);
    expect(digestsOf(cache)).toEqual(digestsOfCache);
  });
});

describe('the tree is the same if, of the files in the cache,', () => {
  const everyFile = (change: (file: string, size: number) => void) => (cache: string) => {
    for (const path of entriesOf(cache)) change(join(cache, path), statSync(join(cache, path)).size);
  };
  const ofKind = (kind: string, change: (file: string, size: number) => void) => (cache: string) => {
    const paths = entriesOf(cache).filter((path) => path.startsWith(`${kind}/`));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) change(join(cache, path), statSync(join(cache, path)).size);
  };
  const makeOlder = (file: string): void => {
    const name = file.split('/').slice(-2).join('/');
    writeEntry(file, name, { ...readEntryHead(file, name), version: 1, head: {} }, []);
  };
  const kinds = ['batch', 'file', 'slice', 'bucket', 'lines', 'combined', 'dictionary'];
  const atRandom = (seed: number) => (cache: string) => {
    const next = sequence(seed);
    for (const path of entriesOf(cache)) {
      const file = join(cache, path);
      const { size } = statSync(file);
      const harm = [
        () => undefined,
        () => flipBit(file, next(size)),
        () => truncateSync(file, next(size)),
        () => rmSync(file),
      ];
      harm[next(harm.length)]?.();
    }
  };

  it.each<[string, (cache: string) => void]>([
    ['every one is empty', everyFile((file) => truncateSync(file, 0))],
    ['every one is cut in half', everyFile((file, size) => truncateSync(file, size >> 1))],
    ['every one lost its last byte', everyFile((file, size) => truncateSync(file, size - 1))],
    ['every one has a bit flipped in its head', everyFile((file) => flipBit(file, 40))],
    ['every one has its last bit flipped', everyFile((file, size) => flipBit(file, size - 1))],
    ['every one has its middle bit flipped', everyFile((file, size) => flipBit(file, size >> 1))],
    ...kinds.flatMap((kind): [string, (cache: string) => void][] => [
      [`those of ${kind} are gone`, ofKind(kind, (file) => rmSync(file))],
      [`those of ${kind} were written by an older version, under names that others remember`, ofKind(kind, makeOlder)],
      [`those of ${kind} lost their last byte`, ofKind(kind, (file, size) => truncateSync(file, size - 1))],
      [`those of ${kind} have a bit flipped in the middle`, ofKind(kind, (file, size) => flipBit(file, size >> 1))],
      [
        `those of ${kind} are directories`,
        ofKind(kind, (file) => {
          rmSync(file);
          mkdirSync(file);
        }),
      ],
    ]),
    ...[1, 2, 3, 4, 5, 6].map((seed): [string, (cache: string) => void] => [
      `some are damaged at random (${seed})`,
      atRandom(seed),
    ]),
  ])('%s', async (_title, harm) => {
    const cache = copyOfWarm();
    harm(cache);
    const { warnings } = await buildWith(cache);
    for (const warning of warnings)
      expect(warning).toMatch(
        /^cache \S+: (damaged; starting over without it|cannot be written, or is full; .+|illegal operation on a directory.*)$/i,
      );
    await buildWith(cache);
  });

  it('one is damaged in a needed place, and the next build has a complete cache again', async () => {
    const cache = copyOfWarm();
    for (const path of entriesOf(cache)) {
      if (path.startsWith('bucket/')) flipBit(join(cache, path), statSync(join(cache, path)).size - 1);
    }
    expect((await buildWith(cache)).warnings).toEqual([`cache ${cache}: damaged; starting over without it`]);
    expect(await buildWith(cache)).toMatchObject({ warnings: [], cacheLookup: { slice: { misses: 0 } } });
    expect(digestsOf(cache)).toEqual(digestsOfCache);
  });
});

describe('a cache that cannot be used', () => {
  it.each<[string, (path: string) => string, RegExp]>([
    ['in /proc', () => '/proc/repomill', /no such file or directory|permission denied/],
    ['a file', (path) => join(writeFiles(path, { cache: 'x' }), 'cache'), /not a directory/],
    [
      'below a file',
      (path) => join(writeFiles(path, { file: 'x' }), 'file/cache'),
      /not a directory|file already exists/,
    ],
    ['with a name that is too long', (path) => join(path, 'x'.repeat(300)), /name too long/],
  ])('%s costs a warning', async (_title, make, reason) => {
    const cache = make(freshPath());
    const { warnings } = await buildWith(cache);
    expect(warnings).toEqual([expect.stringMatching(/^cache [^:]+: [\s\S]+; building without it$/)]);
    expect(warnings[0]).toMatch(reason);
  });

  it('is left alone if another build is using it', async () => {
    const cache = copyOfWarm();
    const { release } = await takeLock(cache, 'build');
    const before = stateOf(cache);
    expect((await buildWith(cache)).warnings).toEqual([
      expect.stringMatching(/another build is writing here; building without it$/),
    ]);
    expect(stateOf(cache)).toEqual(before);
    await release();
  });

  it('is used by one of two concurrent builds, and both are correct', async () => {
    const cache = freshPath();
    const [one, other] = await Promise.all([buildWith(cache), buildWith(cache)]);
    expect([...one.warnings, ...other.warnings]).toHaveLength(1);
    expect(digestsOf(cache)).toEqual(digestsOfCache);
  });

  it('costs only time if it is removed during the build', async () => {
    for (const stage of ['encoding', 'deltas', 'writing']) {
      const cache = copyOfWarm();
      const out = freshPath();
      await cachedBuild({ input, out, cache }, (started) => {
        if (started === stage) rmSync(cache, { recursive: true, force: true });
      });
      expect(digestsOf(out)).toEqual(digestsOfTree);
      await buildWith(cache);
    }
  });
});

describe('a cache in the wrong place is refused, and nothing is touched', () => {
  it.each<[string, string, string]>([
    ['the input', '', 'the input and the cache are the same directory'],
    ['inside the input', '/cache', 'the cache is inside the input INPUT'],
    ['around the input', '/..', 'the input is inside the cache INPUT/..'],
  ])('%s', async (_title, below, expected) => {
    const own = freshPath();
    const inside = join(own, 'input');
    cpSync(input, inside, { recursive: true });
    const before = stateOf(own);
    const error = await failureOf(cachedBuild({ input: inside, out: freshPath(), cache: `${inside}${below}` }));
    expect([error.code, error.message.replace(inside, 'INPUT')]).toEqual(['usage', expected]);
    expect(stateOf(own)).toEqual(before);
  });

  it.each<[string, string, string]>([
    ['the output', '', 'the output and the cache are the same directory'],
    ['inside the output', '/cache', 'the cache is inside the output OUTPUT'],
    ['around the output', '/..', 'the output is inside the cache OUTPUT/..'],
  ])('%s', async (_title, below, expected) => {
    const own = freshPath();
    mkdirSync(own);
    const out = join(own, 'public');
    const error = await failureOf(cachedBuild({ input, out, cache: `${out}${below}` }));
    expect([error.code, error.message.replace(out, 'OUTPUT')]).toEqual(['usage', expected]);
    expect(listPaths(own)).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['the user’s photographs', { 'photographs/1.jpg': 'x' }],
    [
      'another program’s cache',
      { 'CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55\n# cargo\n', 'debug/build.lock': '' },
    ],
    ['a published tree', {}],
  ])('among %s', async (_title, files) => {
    const cache = Object.keys(files).length === 0 ? freshPath() : writeFiles(freshPath(), files);
    if (Object.keys(files).length === 0) cpSync(expected, cache, { recursive: true });
    const [before, out] = [stateOf(cache), freshPath()];
    expect(await failureOf(cachedBuild({ input, out, cache }))).toMatchObject({ code: 'conflict' });
    expect(stateOf(cache)).toEqual(before);
    expect(existsSync(out)).toBe(false);
  });

  it('but a foreign file added later stays, and is not an entry', async () => {
    const cache = copyOfWarm();
    const foreign = ['notes.txt', 'bucket/notes.txt', 'mine/diary'];
    for (const path of foreign) {
      mkdirSync(dirname(join(cache, path)), { recursive: true });
      copyFileSync(join(cache, 'CACHEDIR.TAG'), join(cache, path));
    }
    await buildWith(cache);
    expect(listPaths(cache)).toEqual([...listPaths(warm), ...foreign].sort());
  });
});
