/**
 * After any edits, a build with the cache of the builds before gives what a build without a cache gives.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { asLines, type SampleRecord, sampleRecord } from '../sample-records.ts';
import { digestsOf, makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

/** What a directory holds, and how it is laid out. */
interface Repository {
  readonly records: readonly SampleRecord[];
  /** How many records are in each file; the last file takes the rest. */
  readonly files: readonly number[];
  readonly names: string;
  readonly compressed: boolean;
  readonly config: readonly string[];
}

type Edit = (repository: Repository) => Repository;

/** Settings that change what is read, how it is partitioned, encoded or published. */
const SETTINGS = [
  'subsets:\n  licensed: licence = MIT',
  'subsets:\n  licensed: licence = MIT\n  few: size > 1006',
  'subsets:\n  few: size = 1007\n  licensed: size > 1005',
  'subsets:\n  tagged:',
  'details: [changelog]',
  'details: [changelog, summary]',
  'paths: ["pool/{name}_{version}_{arch}.pkg"]',
  'combined: [amd64]',
  'combined: [amd64, arm64]',
  'arches: [amd64, riscv64]',
  'history: 2',
  'title: A title',
];
const keyOf = (setting: string): string => setting.slice(0, setting.indexOf(':'));

function recordOf(seed: number, version: string): SampleRecord {
  const arch = ['amd64', 'arm64', 'all'][seed % 3] ?? 'all';
  const text = (i: number): string => sha256Of(`${seed % 50} ${i}`);
  return sampleRecord(`${sha256Of(String(seed)).slice(0, 3)}-${seed}`, version, arch, {
    ...(seed % 2 === 0 ? { licence: 'MIT' } : {}),
    ...(seed % 5 === 0 ? { changelog: `${version} ${Array.from({ length: 20 }, (_, i) => text(i)).join(' ')}` } : {}),
    ...(seed % 7 === 0 ? { subsets: ['tagged'], details: { text: text(0) } } : {}),
    description: Array.from({ length: seed % 11 }, (_, i) => text(i)).join('\n'),
  });
}

const seeds = fc.integer({ min: 0, max: 2000 });
const edits: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 3,
    arbitrary: seeds.map(
      (seed): Edit =>
        (before) =>
          withRecord(before, recordOf(seed, '1')),
    ),
  },
  {
    weight: 3,
    arbitrary: seeds.map(
      (seed): Edit =>
        (before) => ({
          ...before,
          records: before.records.filter((_, i) => i !== seed % before.records.length || before.records.length === 1),
        }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(seeds, fc.constantFrom('2', '3')).map(
      ([seed, version]): Edit =>
        (before) =>
          changeRecord(before, seed, version),
    ),
  },
  seeds.map(
    (seed): Edit =>
      (before) => ({
        ...before,
        records: [
          ...before.records.slice(seed % before.records.length),
          ...before.records.slice(0, seed % before.records.length),
        ],
      }),
  ),
  fc.constantFrom<Edit>((before) => ({ ...before, records: before.records.toReversed() })),
  fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 6 }).map(
    (files): Edit =>
      (before) => ({ ...before, files }),
  ),
  fc.constantFrom('a', 'b', 'some/where').map(
    (names): Edit =>
      (before) => ({ ...before, names }),
  ),
  fc.boolean().map(
    (compressed): Edit =>
      (before) => ({ ...before, compressed }),
  ),
  {
    weight: 2,
    arbitrary: fc.constantFrom(...SETTINGS).map(
      (setting): Edit =>
        (before) =>
          toggle(before, setting),
    ),
  },
);

function withRecord(before: Repository, record: SampleRecord): Repository {
  return { ...before, records: [...before.records.filter(({ name }) => name !== record.name), record] };
}

function changeRecord(before: Repository, seed: number, version: string): Repository {
  const at = seed % before.records.length;
  const number = Number(before.records[at]?.name.split('-')[1]);
  return { ...before, records: before.records.with(at, recordOf(number, version)) };
}

function toggle(before: Repository, setting: string): Repository {
  if (before.config.includes(setting)) return { ...before, config: before.config.filter((one) => one !== setting) };
  return { ...before, config: [...before.config.filter((one) => keyOf(one) !== keyOf(setting)), setting] };
}

function write(input: string, { records, files, names, compressed, config }: Repository): void {
  rmSync(input, { recursive: true, force: true });
  mkdirSync(input);
  let at = 0;
  const parts = [...files, records.length].map((count) => {
    at += count;
    return records.slice(at - count, at);
  });
  for (const [i, part] of parts.entries()) {
    const text = asLines(part);
    writeFiles(input, compressed ? { [`${names}-${i}.jsonl.gz`]: gzipSync(text) } : { [`${names}-${i}.jsonl`]: text });
  }
  writeFiles(input, { 'repomill.yaml': `name: sample\n${config.join('\n')}\n` });
}

const first: Repository = {
  records: Array.from({ length: 250 }, (_, i) => recordOf(i, '1')),
  files: [],
  names: 'a',
  compressed: false,
  config: [],
};

describe('after any edits', () => {
  it('a build with the cache of earlier builds gives the same tree as one without, and as one from scratch', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(edits, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 6 }),
        async (rounds) => {
          const [input, cache, cached, plain] = [freshPath(), freshPath(), freshPath(), freshPath()];
          let repository = first;
          for (const round of rounds) {
            repository = round.reduce((before, edit) => edit(before), repository);
            write(input, repository);
            const scratch = freshPath();
            await build({ input, out: cached, cache });
            await build({ input, out: plain });
            await build({ input, out: scratch, cache });
            const expected = digestsOf(plain);
            expect(digestsOf(cached)).toEqual(expected);
            // A tree without history has the same summaries and details.
            const kept = Object.entries(digestsOf(scratch)).filter(
              ([path]) => path !== 'index.json' && !path.startsWith('details/'),
            );
            expect(Object.entries(expected)).toEqual(expect.arrayContaining(kept));
            expect(await build({ input, out: cached, cache })).toMatchObject({ changed: false, written: [] });
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});
