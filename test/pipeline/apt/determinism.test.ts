/**
 * The same records and the same time lead to the same bytes, however the build came to them; and a build that has nothing to say
 * touches nothing.
 */
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BuildReport } from '../../../src/publish/build-report.ts';
import { buildArchive, DAY, releaseOf, START } from '../../apt-archive.ts';
import { repomill } from '../../launcher.ts';
import { asLines, type SampleRecord, sampleRelease } from '../../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
// Pieces of the least size, so that an index has several.
const CONFIG = 'name: sample\napt: { compress: { xz: { piece: 16 kB }, gz: } }\n';
const release = (number: number): readonly SampleRecord[] => sampleRelease(300, 60 + number);
const inputOf = (records: readonly SampleRecord[], config = CONFIG): string =>
  writeFiles(freshPath(), { 'all.jsonl': asLines(records), 'repomill.yaml': config });
const copyOf = (directory: string): string => {
  const copy = freshPath();
  cpSync(directory, copy, { recursive: true });
  return copy;
};

let first: string;
let second: string;
const [firstTree, secondTree] = [freshPath(), freshPath()];

beforeAll(async () => {
  [first, second] = [inputOf(release(0)), inputOf(release(10))];
  await buildArchive(first, firstTree);
  cpSync(firstTree, secondTree, { recursive: true });
  await buildArchive(second, secondTree, { at: START + DAY });
});

describe('the same records', () => {
  it('have an index of several pieces, and a patch', () => {
    const files = releaseOf(secondTree).lists.SHA256 ?? [];
    expect(files.find(({ path }) => path === 'main/binary-amd64/Packages')?.size).toBeGreaterThan(40_000);
    expect(files.map(({ path }) => path)).toContain('main/binary-amd64/Packages.diff/Index');
  });

  it.each([1, 3])('give the same tree in any order and in any number of files, on %i threads', async (workers) => {
    const records = release(10).toReversed();
    const files = Object.fromEntries(
      [0, 1, 2].map((part) => [`part-${part}.jsonl`, asLines(records.filter((_, i) => i % 3 === part))]),
    );
    const out = copyOf(firstTree);
    const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': CONFIG });
    await buildArchive(input, out, { at: START + DAY, workers });
    expect(digestsOf(out)).toEqual(digestsOf(secondTree));
  });

  it('give the same tree with a cache: an empty one, an older one, and one of the same records', async () => {
    const cache = freshPath();
    for (let run = 0; run < 2; run++) {
      const out = copyOf(firstTree);
      await buildArchive(second, out, { at: START + DAY, cache });
      expect(digestsOf(out)).toEqual(digestsOf(secondTree));
    }
    const [older, out] = [freshPath(), freshPath()];
    await buildArchive(first, out, { cache: older });
    expect(digestsOf(out)).toEqual(digestsOf(firstTree));
    await buildArchive(second, out, { at: START + DAY, cache: older });
    expect(digestsOf(out)).toEqual(digestsOf(secondTree));
  });

  it('give the same tree with the cache of an archive that had different pieces and compressions', async () => {
    const cache = freshPath();
    await buildArchive(inputOf(release(10), 'name: sample\napt: { compress: [gz], plain: false }\n'), freshPath(), {
      cache,
    });
    const out = copyOf(firstTree);
    await buildArchive(second, out, { at: START + DAY, cache });
    expect(digestsOf(out)).toEqual(digestsOf(secondTree));
  });

  it.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length - 40)],
    ['wrong at its end', (bytes: Buffer) => bytes.fill(7, bytes.length - 40)],
    ['wrong in its middle', (bytes: Buffer) => bytes.fill(7, bytes.length >> 1, (bytes.length >> 1) + 40)],
  ])('give the same tree with a cache in which every entry is %s', async (_, damage) => {
    const [cache, out] = [freshPath(), copyOf(firstTree)];
    await buildArchive(first, freshPath(), { cache });
    for (const path of listPaths(cache)) {
      const file = join(cache, path);
      if (statSync(file).size > 400) writeFileSync(file, damage(readFileSync(file)));
    }
    await buildArchive(second, out, { at: START + DAY, cache });
    expect(digestsOf(out)).toEqual(digestsOf(secondTree));
  });

  it.each([
    ['a different locale and time zone', { LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Kathmandu' }],
    ['none', { LC_ALL: 'C', TZ: 'UTC' }],
  ])('give the same tree with %s', async (_, environment) => {
    const out = copyOf(firstTree);
    const { exitCode } = await repomill(['build', second, '--layout', 'apt', '--out', out, '--no-cache'], {
      environment: { ...environment, SOURCE_DATE_EPOCH: String(START + DAY) },
    });
    expect(exitCode).toBe(0);
    expect(digestsOf(out)).toEqual(digestsOf(secondTree));
  });
});

describe('a build without change', () => {
  it.each([
    ['at the same time', DAY],
    ['a day later', 2 * DAY],
    ['at the last second that a replaced file stays', 8 * DAY],
    ['with a clock that has gone back', -400 * DAY],
  ])('%s writes nothing', async (_, after) => {
    const out = copyOf(secondTree);
    const before = stateOf(out);
    const report = await buildArchive(second, out, { at: START + after });
    expect(report).toMatchObject({ changed: false, writtenBytes: 0 });
    expect(stateOf(out)).toEqual(before);
  });

  it('writes nothing with a cache either', async () => {
    const [out, cache] = [copyOf(secondTree), freshPath()];
    const before = stateOf(out);
    for (let run = 0; run < 2; run++) await buildArchive(second, out, { at: START + 2 * DAY, cache });
    expect(stateOf(out)).toEqual(before);
  });
});

describe('a dry run', () => {
  it('writes nothing, and reports what a build would write', async () => {
    const out = copyOf(firstTree);
    const before = stateOf(out);
    const dry = await buildArchive(second, out, { at: START + DAY, dryRun: true });
    expect(stateOf(out)).toEqual(before);
    const real = await buildArchive(second, out, { at: START + DAY });
    const sorted = ({ written, ...report }: BuildReport): unknown => ({ ...report, written: new Set(written) });
    expect(sorted(dry)).toEqual(sorted(real));
  });
});

describe('the date of a suite', () => {
  it('grows with every publication, even if the clock goes back', async () => {
    const out = freshPath();
    const dates: string[] = [];
    for (const [i, at] of [START, START, START - 400 * DAY, START + 5].entries()) {
      await buildArchive(inputOf(release(i * 10)), out, { at });
      dates.push(releaseOf(out).fields.Date ?? '');
    }
    expect(dates).toEqual([0, 1, 2, 5].map((seconds) => `Tue, 14 Nov 2023 22:13:${20 + seconds} UTC`));
  });

  it('grows with the time of the file that clients ask for', async () => {
    const out = freshPath();
    const times: bigint[] = [];
    for (const number of [0, 10, 20]) {
      await buildArchive(inputOf(release(number)), out);
      times.push(statSync(join(out, 'dists/stable/Release'), { bigint: true }).mtimeNs);
    }
    expect(times[0]).toBeLessThan(times[1] ?? 0n);
    expect(times[1]).toBeLessThan(times[2] ?? 0n);
  });

  it('does not change for a suite that stays the same while another one changes', async () => {
    const config = 'name: sample\napt: { suites: { all: , few: { where: "name = package-0001" } } }\n';
    const out = freshPath();
    await buildArchive(inputOf(release(0), config), out);
    const before = digestsOf(join(out, 'dists/few'));
    const changed = release(0).filter(({ name }) => name !== 'package-0007');
    await buildArchive(inputOf(changed, config), out, { at: START + DAY });
    expect(digestsOf(join(out, 'dists/few'))).toEqual(before);
    expect(releaseOf(out, 'all').fields.Date).toBe('Wed, 15 Nov 2023 22:13:20 UTC');
  });
});

describe('a suite that is valid for a time', () => {
  const config = 'name: sample\napt: { validFor: 14 days }\n';

  it('is written anew when half of it is over, and not before', async () => {
    const out = freshPath();
    const input = inputOf(release(0), config);
    const valid: (string | undefined)[] = [];
    for (const after of [0, 7 * DAY, 7 * DAY + 1, 8 * DAY]) {
      const { changed } = await buildArchive(input, out, { at: START + after });
      valid.push(`${changed} ${releaseOf(out).fields['Valid-Until']}`);
    }
    expect(valid).toEqual([
      'true Tue, 28 Nov 2023 22:13:20 UTC',
      'false Tue, 28 Nov 2023 22:13:20 UTC',
      'true Tue, 05 Dec 2023 22:13:21 UTC',
      'false Tue, 05 Dec 2023 22:13:21 UTC',
    ]);
  });

  it('follows the setting when it changes or goes', async () => {
    const out = freshPath();
    const valid: (string | undefined)[] = [];
    for (const [i, own] of [config, config.replace('14', '7'), 'name: sample\n', 'name: sample\n'].entries()) {
      const { changed } = await buildArchive(inputOf(release(0), own), out, { at: START + i * DAY });
      valid.push(`${changed} ${releaseOf(out).fields['Valid-Until']}`);
    }
    expect(valid).toEqual([
      'true Tue, 28 Nov 2023 22:13:20 UTC',
      'true Wed, 22 Nov 2023 22:13:20 UTC',
      'true undefined',
      'false undefined',
    ]);
  });
});
