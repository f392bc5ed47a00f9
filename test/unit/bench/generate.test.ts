import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { changesUntil, thingsOfDay } from '../../../bench/generate/changes.ts';
import { debianFiles } from '../../../bench/generate/debian.ts';
import { flathubRefs, nameOf, recordOf, withNewCommits } from '../../../bench/generate/flathub.ts';
import { commitRefs, writeOstreeRepository } from '../../../bench/generate/ostree.ts';
import { changeOf, poolStanzas, updatePool, writePool } from '../../../bench/generate/pool.ts';
import { Random } from '../../../bench/generate/random.ts';
import { recordLines } from '../../../bench/generate/records.ts';
import { Variant } from '../../../src/glib/gvariant/variant.ts';
import { parseRecord } from '../../../src/model/parse-record.ts';
import { recordKey } from '../../../src/model/record.ts';
import { type Commit, parseCommit } from '../../../src/ostree/commit.ts';
import { listPaths, makeWorkspace, sha256Of } from '../../workspace.ts';

describe('chance', () => {
  it('is the same for the same seed, on every machine, and another for another', () => {
    const three = (seed: string): readonly number[] => {
      const random = new Random(seed);
      return [random.below(1000), random.below(1000), random.below(1000)];
    };
    expect(three('a')).toEqual(three('a'));
    expect(three('a')).not.toEqual(three('b'));
    expect(three('golden')).toEqual([838, 907, 751]);
  });

  it('spreads over its whole range', () => {
    const random = new Random('spread');
    const draws = Array.from({ length: 10_000 }, () => random.below(10));
    for (let value = 0; value < 10; value++) {
      const share = draws.filter((draw) => draw === value).length / draws.length;
      expect([share > 0.08, share < 0.12]).toEqual([true, true]);
    }
  });

  it('is skewed towards small numbers where it should be, and stays below the limit', () => {
    const random = new Random('skew');
    const draws = Array.from({ length: 2_000 }, () => random.skewed(100));
    expect(draws.filter((one) => one < 10).length).toBeGreaterThan(800);
    expect(Math.min(...draws)).toBe(0);
    expect(Math.max(...draws)).toBeLessThan(100);
  });

  it('picks some items in their order, none twice, and at most all', () => {
    const some = new Random('some').some(['a', 'b', 'c', 'd'], 3);
    expect(some).toEqual([...new Set(some)].sort());
    expect(some.length).toBe(3);
    expect(new Random('some').some(['a'], 5)).toEqual(['a']);
  });
});

describe('days', () => {
  it('change as many things as asked for, none twice in a day', () => {
    expect(thingsOfDay('x', 100, 10, 3).size).toBe(10);
    expect(thingsOfDay('x', 4, 10, 3).size).toBe(4);
  });

  it('add up: what changed until a day is what changed on each', () => {
    const total = [...changesUntil('x', 100, 10, 7).values()].reduce((sum, count) => sum + count, 0);
    expect(total).toBe(70);
    expect(changesUntil('x', 100, 10, 0).size).toBe(0);
  });
});

describe('generated Debian', () => {
  const [stanzas, nextDay] = [0, 1].map((day) => mainOf(day)) as [readonly string[], readonly string[]];

  it('has the proportions of the real one', () => {
    const bytes = stanzas.join('').length / stanzas.length;
    const forAll = stanzas.filter((one) => one.includes('\nArchitecture: all\n')).length / stanzas.length;
    expect([stanzas.length > 1_900, stanzas.length < 2_100]).toEqual([true, true]);
    expect([bytes > 650, bytes < 900]).toEqual([true, true]);
    expect([forAll > 0.43, forAll < 0.53]).toEqual([true, true]);
  });

  it('names every package once, in order', () => {
    const names = stanzas.map((one) => /^Package: (.*)$/m.exec(one)?.[1]);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('changes versions and checksums from day to day, and few of them', () => {
    const changed = nextDay.filter((one) => !stanzas.includes(one));
    expect(nextDay.length).toBe(stanzas.length);
    expect([changed.length > 0, changed.length < stanzas.length / 50]).toEqual([true, true]);
    for (const one of changed) expect(one).toMatch(/^Version: .*\+deb12u1$/m);
  });

  it('lists a package for all architectures alike in both', () => {
    const [amd64, arm64] = ['amd64', 'arm64'].map((arch) => mainOf(0, arch).filter((one) => one.includes(': all\n')));
    expect(amd64).toEqual(arm64);
  });
});

describe('generated records', () => {
  it('are records that repomill takes, each of its own', () => {
    const records = [...recordLines({ count: 500, day: 0, aDay: 0 })].map((line) => JSON.parse(line));
    expect(records.flatMap((record) => problemsOf(record))).toEqual([]);
    expect(new Set(records.map(recordKey)).size).toBe(500);
  });

  it('change in the same way in a small repository and in a large one', () => {
    const changed = (count: number): readonly string[] => {
      const before = [...recordLines({ count, day: 0, aDay: 10, among: 100 })];
      return [...recordLines({ count, day: 1, aDay: 10, among: 100 })].filter((line, place) => line !== before[place]);
    };
    expect(changed(100).length).toBe(10);
    expect(changed(1_000)).toEqual(changed(100));
  });
});

describe('generated refs', () => {
  const refs = [...flathubRefs({ apps: 60, day: 0, endOfLife: 0.03 })];
  const written = makeWorkspace();
  beforeAll(() => writeOstreeRepository(written, refs));

  it('are records that repomill takes, each of its own', () => {
    const records = refs.map((ref) => recordOf(ref, true));
    expect(records.flatMap((record) => problemsOf(record))).toEqual([]);
    expect(new Set(records.map((record) => JSON.stringify([record.name, record.arch, record.branch]))).size).toBe(
      refs.length,
    );
  });

  it('are commits of an OSTree repository, each under the digest of its bytes', () => {
    const paths = listPaths(written);
    const objects = new Set(paths.filter((path) => path.startsWith('objects/')));
    const named = [...objects].map((path) => {
      const [, start = '', rest = ''] = /^objects\/(\w\w)\/(\w{62})\.(?:commit|dirtree|dirmeta)$/.exec(path) ?? [];
      return [path, start + rest];
    });
    expect(named).toEqual([...objects].map((path) => [path, sha256Of(readFileSync(join(written, path)))]));
    const heads = paths.filter((path) => path.startsWith('refs/heads/'));
    const commits = heads.map((path) => readFileSync(join(written, path), 'utf8').trim());
    expect(commits.length).toBe(refs.length);
    const missing = commits.filter((digest) => !objects.has(`objects/${digest.slice(0, 2)}/${digest.slice(2)}.commit`));
    expect(missing).toEqual([]);
  });

  it('are commits that say what the refs say', () => {
    for (const ref of refs) {
      const commit = parseCommit(commitBytes(written, nameOf(ref)));
      expect(commit).toMatchObject({
        timestamp: BigInt(ref.timestamp),
        sizes: { installed: BigInt(ref.installedSize), download: BigInt(ref.downloadSize) },
        metadata: ref.metadata,
        subsets: ref.subsets,
        refBinding: [nameOf(ref)],
      });
      expect(commit.endOfLife).toBe(ref.endOfLife);
      expect(extraSizeOf(commit)).toBe(ref.extraDataSize);
    }
  });

  it('are in verified_floss where they are in verified and in floss, and only there', () => {
    const inBoth = refs.filter(({ subsets }) => subsets.includes('verified') && subsets.includes('floss'));
    expect(refs.filter(({ subsets }) => subsets.includes('verified_floss'))).toEqual(inBoth);
    expect([inBoth.length > 0, inBoth.length < refs.length]).toEqual([true, true]);
  });

  it('have end of life and extra data as rarely as asked for', () => {
    const apps = [...flathubRefs({ apps: 1_000, day: 0, endOfLife: 0.03 })].filter(({ kind, arch }) => {
      return kind === 'app' && arch === 'x86_64';
    });
    const part = (test: (ref: (typeof apps)[number]) => boolean): number => apps.filter(test).length / apps.length;
    const [gone, extra] = [part((ref) => ref.endOfLife !== undefined), part((ref) => ref.extraDataSize !== undefined)];
    expect([gone > 0.02, gone < 0.04, extra > 0.01, extra < 0.035]).toEqual([true, true, true, true]);
  });

  it('that have new commits are as many as asked for, of one architecture, others on another day', () => {
    const [first, second] = [1, 2].map((day) => withNewCommits(refs, { arch: 'aarch64', count: 10, day })) as [
      typeof refs,
      typeof refs,
    ];
    expect([first.length, new Set(first.map(nameOf)).size]).toEqual([10, 10]);
    expect(first.every(({ arch, revision }) => arch === 'aarch64' && revision === 1)).toBe(true);
    expect(second.map(nameOf)).not.toEqual(first.map(nameOf));
  });

  it('have new commits on top of those they had', () => {
    const folder = makeWorkspace();
    const few = refs.slice(0, 60);
    writeOstreeRepository(folder, few);
    const [changed = never(), ...others] = withNewCommits(few, { arch: 'x86_64', count: 3, day: 1 });
    const heads = few.map((ref) => headOf(folder, nameOf(ref)));
    const before = headOf(folder, nameOf(changed));
    expect(parentOf(folder, nameOf(changed))).toBe('');
    commitRefs(folder, [changed, ...others]);
    expect(parentOf(folder, nameOf(changed))).toBe(before);
    const moved = few.filter((ref, place) => headOf(folder, nameOf(ref)) !== heads[place]);
    expect(moved.map(nameOf).sort()).toEqual([changed, ...others].map(nameOf).sort());
  });
});

describe('a generated pool', () => {
  const settings = { packages: 12, day: 0, aDay: 3 };

  it('has the files that its stanzas name, with their sizes and digests', () => {
    const folder = makeWorkspace();
    writePool(folder, settings);
    const named = [...poolStanzas(settings)].map((stanza) =>
      /^Filename: (.*)\nSize: (.*)\nSHA256: (.*)\n/m.exec(stanza),
    );
    expect(named.map((match) => match?.[1]).sort()).toEqual(listPaths(folder));
    for (const [, file = '', size, sha256] of named.map((match) => match ?? [])) {
      const bytes = readFileSync(join(folder, file));
      expect([String(bytes.length), createHash('sha256').update(bytes).digest('hex')]).toEqual([size, sha256]);
    }
  });

  it('holds ar archives whose control file is the stanza', () => {
    const folder = makeWorkspace();
    writePool(folder, settings);
    const [stanza = ''] = poolStanzas(settings);
    const deb = readFileSync(join(folder, /^Filename: (.*)$/m.exec(stanza)?.[1] ?? ''));
    expect(deb.subarray(0, 8).toString()).toBe('!<arch>\n');
    // The second member follows the first, of 4 bytes; each has a header of 60.
    const header = deb.subarray(8 + 60 + 4, 8 + 60 + 4 + 60).toString();
    expect(header).toMatch(/^control\.tar\.gz {2}/);
    const start = 8 + 60 + 4 + 60;
    const tar = gunzipSync(deb.subarray(start, start + Number(header.slice(48, 58))));
    const control = tar.subarray(512, 512 + Number.parseInt(tar.subarray(124, 135).toString(), 8)).toString();
    expect(stanza.startsWith(control)).toBe(true);
    expect(tar.length % 512).toBe(0);
  });

  it('is the same after an update as if made from the start', () => {
    const [updated, fresh] = [makeWorkspace(), makeWorkspace()];
    writePool(updated, settings);
    for (const day of [1, 2]) updatePool(updated, { ...settings, day });
    writePool(fresh, { ...settings, day: 2 });
    expect(listPaths(updated)).toEqual(listPaths(fresh));
    expect(listPaths(updated)).toEqual(expect.arrayContaining([...changeOf({ ...settings, day: 2 }).files]));
  });
});

function headOf(repository: string, ref: string): string {
  return readFileSync(join(repository, 'refs/heads', ref), 'utf8').trim();
}

function commitBytes(repository: string, ref: string): Uint8Array {
  const commit = headOf(repository, ref);
  return readFileSync(join(repository, 'objects', commit.slice(0, 2), `${commit.slice(2)}.commit`));
}

function parentOf(repository: string, ref: string): string {
  const commit = new Variant('(a{sv}aya(say)sstayay)', commitBytes(repository, ref));
  return Buffer.from(commit.child(1).byteArray()).toString('hex');
}

function extraSizeOf({ extraData }: Commit): number | undefined {
  return extraData === undefined ? undefined : Number(extraData.downloadSize);
}

function never(): never {
  throw new Error('expected a ref, found none');
}

function mainOf(day: number, arch = 'amd64'): readonly string[] {
  const file = debianFiles({ packages: 2_000, day }).find(({ path }) => path === `main/${arch}/Packages`);
  return [...(file?.stanzas ?? [])];
}

function problemsOf(record: Readonly<Record<string, unknown>>): readonly string[] {
  const parsed = parseRecord(record);
  return 'problems' in parsed ? parsed.problems.map(({ message }) => message) : [];
}
