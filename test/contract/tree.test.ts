import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { openRepository } from '../../src/client.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { requireProgram } from '../interop/programs.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import {
  DEBIAN,
  DEBIAN_CONFIG,
  DEBIAN_UPDATE,
  digestsOf,
  listPaths,
  makeWorkspace,
  sha256Of,
  writeFiles,
} from '../workspace.ts';
import {
  digestByShell,
  gunzipByShell,
  type PlainIndex,
  type PlainSummary,
  patchByShell,
  pathsNamedBy,
  readIndex,
  summaryOf,
} from './shell.ts';
import { membersOf, type StoredBucket } from './stored-members.ts';

const hasShell = ['sh', 'gunzip', 'sha256sum'].map(requireProgram).every(Boolean);
const hasBspatch = requireProgram('bspatch');
const workspace = makeWorkspace();
const tree = join(workspace, 'public');
let first: PlainIndex;
let second: PlainIndex;
const namesOf = ({ signed }: PlainIndex): string[] =>
  signed.summaries.map(({ arch, subset }) => `${arch} ${subset ?? '-'}`).sort();

beforeAll(async () => {
  await build({ input: DEBIAN, out: tree });
  first = readIndex(tree);
  await build({ input: DEBIAN_UPDATE, out: tree, config: DEBIAN_CONFIG });
  second = readIndex(tree);
});

describe('the index', () => {
  it('is an object of `signed` and a list of signatures, in the format repomill/1', () => {
    expect(second.signed.format).toBe('repomill/1');
    expect(second.signatures).toEqual([]);
  });

  it('has one summary for each arch, and one for each subset of it', () => {
    expect(namesOf(second)).toEqual(['amd64 -', 'amd64 free', 'arm64 -', 'arm64 free']);
    expect(namesOf(first)).toEqual(namesOf(second));
  });

  it('leaves `subset` out where a summary holds everything of its arch', () => {
    expect('subset' in summaryOf(second, 'amd64')).toBe(false);
  });

  it('starts at version 1 and counts one more for the second release', () => {
    expect([first.signed.version, second.signed.version]).toEqual([1, 2]);
  });

  it('has no history in the first release, and then the first release', () => {
    for (const { arch, subset, history } of second.signed.summaries) {
      expect(summaryOf(first, arch, subset).history).toEqual([]);
      expect(history.map((old) => old.sha256)).toEqual([summaryOf(first, arch, subset).sha256]);
    }
  });

  it('names every file of the tree, and the tree has no other', () => {
    expect(listPaths(tree)).toEqual(pathsNamedBy(second));
  });

  it('tells the size of every stored file', () => {
    for (const { sha256, storedSize, history } of second.signed.summaries) {
      expect(statSync(join(tree, `summaries/${sha256}.gz`)).size).toBe(storedSize);
      for (const old of history) {
        expect(statSync(join(tree, `deltas/${old.sha256}-${sha256}.bsdiff`)).size).toBe(old.deltaSize);
      }
    }
  });
});

describe.skipIf(!hasShell)('a summary, read with gunzip and sha256sum', () => {
  it('is named by the digest of its uncompressed bytes, whether it is the newest or an older one', () => {
    const summaries = listPaths(tree).filter((path) => path.startsWith('summaries/'));
    expect(summaries).toHaveLength(8);
    for (const path of summaries) expect(`summaries/${digestByShell(join(tree, path))}.gz`).toBe(path);
  });

  it('has `size` bytes once it is uncompressed', () => {
    for (const { sha256, size } of second.signed.summaries) {
      expect(gunzipByShell(join(tree, `summaries/${sha256}.gz`))).toHaveLength(size);
    }
  });

  it('begins with the header whose digest and size the index names', () => {
    for (const { sha256, header } of second.signed.summaries) {
      const bytes = gunzipByShell(join(tree, `summaries/${sha256}.gz`)).subarray(0, header.size);
      expect(bytes.indexOf('\n')).toBe(header.size - 1);
      expect(sha256Of(bytes)).toBe(header.sha256);
    }
  });
});

describe.skipIf(!hasBspatch || !hasShell)('a delta, applied with bspatch', () => {
  it('turns the older summary into the newest, for every entry of every history', () => {
    const scratch = join(workspace, 'patched');
    mkdirSync(scratch);
    for (const { sha256, history } of second.signed.summaries) {
      for (const old of history) {
        const delta = join(tree, `deltas/${old.sha256}-${sha256}.bsdiff`);
        expect(patchByShell(join(tree, `summaries/${old.sha256}.gz`), delta, scratch)).toBe(sha256);
      }
    }
  });
});

describe('the content of a summary', () => {
  // Read here with four lines of our own, so that no reader of repomill's vouches for itself.
  const stanzasOf = (arch: string, components: readonly string[]): string[] =>
    components
      .flatMap((component) => readFileSync(join(DEBIAN_UPDATE, component, arch, 'Packages'), 'utf8').split('\n\n'))
      .filter((stanza) => stanza.trim() !== '')
      .map((stanza) => ['Package', 'Version'].map((f) => new RegExp(`^${f}: (.*)$`, 'm').exec(stanza)?.[1]).join(' '))
      .sort();
  const listedBy = async (arch: string, subset?: string): Promise<string[]> => {
    const repository = await openRepository({ source: directorySource(tree) });
    const { hits } = await repository.search([], { arch, ...(subset === undefined ? {} : { subset }) });
    return hits.map(({ name, version }) => `${name} ${version}`).sort();
  };

  it.each(['amd64', 'arm64'])('is what the Packages files of %s list, of all components', async (arch) => {
    const listed = stanzasOf(arch, ['main', 'contrib', 'non-free']);
    expect(await listedBy(arch)).toEqual(listed);
    expect(summaryOf(second, arch).packages).toBe(listed.length);
  });

  it.each(['amd64', 'arm64'])('is, in the subset free of %s, what the component main lists', async (arch) => {
    expect(await listedBy(arch, 'free')).toEqual(stanzasOf(arch, ['main']));
  });

  it.each(['astropy-utils', 'python-astropy-doc'])(
    'has the version of %s that the arch itself lists, although its arch is `all` in both',
    async (name) => {
      const repository = await openRepository({ source: directorySource(tree) });
      const show = async (arch: string): Promise<string[]> =>
        (await repository.show(name, { arch })).map(({ record }) => `${record.version} (${record.arch})`);
      expect(await show('amd64')).toEqual(['5.2.1-2+deb12u1 (all)']);
      expect(await show('arm64')).toEqual(['5.2.1-2 (all)']);
    },
  );
});

describe('what two arches have in common', () => {
  const bucketsOf = ({ sha256, header }: PlainSummary): readonly StoredBucket[] =>
    membersOf(readFileSync(join(tree, `summaries/${sha256}.gz`)), header.storedSize);

  it('is the same gzip members, to the byte, wherever the buckets are the same', () => {
    const ofAmd64 = new Map(bucketsOf(summaryOf(second, 'amd64')).map((bucket) => [bucket.sha256, bucket]));
    const common = bucketsOf(summaryOf(second, 'arm64')).filter(({ sha256 }) => ofAmd64.has(sha256));
    expect(common.length).toBeGreaterThan(20);
    for (const { sha256, member } of common) expect(ofAmd64.get(sha256)?.member.equals(member)).toBe(true);
  });

  it('is most buckets of `all` records', () => {
    const shared = (arch: string): string[] =>
      bucketsOf(summaryOf(second, arch)).flatMap(({ id, sha256 }) => (id.includes('/shared') ? [sha256] : []));
    const ofAmd64 = new Set(shared('amd64'));
    const onlyInArm64 = shared('arm64').filter((sha256) => !ofAmd64.has(sha256));
    expect(onlyInArm64.length).toBeLessThan(shared('arm64').length / 2);
  });
});

describe('the index after eighteen releases of two arches and a subset', () => {
  const full = join(workspace, 'full');
  const copies: string[] = [];
  const config = writeFiles(join(workspace, 'full-config'), {
    'repomill.yaml': 'name: many-releases\narches: [amd64, arm64]\nsubsets:\n  licensed: licence = MIT\n',
  });

  beforeAll(async () => {
    for (let release = 0; release < 18; release++) {
      // Each release changes a package of all architectures, one without a licence and one with.
      const records = sampleRelease(60, 0).map((record, i) =>
        i < 5 ? { ...record, version: `2.${release}` } : record,
      );
      const input = writeFiles(join(workspace, `release-${release}`), { 'all.jsonl': asLines(records) });
      await build({ input, out: full, config: join(config, 'repomill.yaml') });
      const copy = join(workspace, `index-${release}.json`);
      copyFileSync(join(full, 'index.json'), copy);
      copies.push(copy);
    }
  });

  it('has a full history of 16 older versions, newest first', () => {
    const indexes = copies.map((file): PlainIndex => JSON.parse(readFileSync(file, 'utf8')));
    for (const { arch, subset, history } of readIndex(full).signed.summaries) {
      const published = indexes.map((index) => summaryOf(index, arch, subset).sha256);
      const older = [...new Set(published)].reverse().slice(1, 17);
      expect(history.map((old) => old.sha256)).toEqual(older);
      expect(history).toHaveLength(16);
    }
  });

  it('names every file of the tree: what fell out of the history is gone', () => {
    expect(Object.keys(digestsOf(full)).sort()).toEqual(pathsNamedBy(readIndex(full)));
  });

  it('takes at most 0.5 KB and 1.9 KB for each summary, and half of that under gzip', () => {
    const bytes = readFileSync(join(full, 'index.json'));
    const limit = 500 + 1900 * readIndex(full).signed.summaries.length;
    expect(readIndex(full).signed.summaries).toHaveLength(4);
    expect(bytes.length).toBeLessThanOrEqual(limit);
    expect(gzipSync(bytes).length).toBeLessThanOrEqual(limit / 2);
  });
});
