import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FoundPackageFile, PackageInput } from '../../../../src/catalogue/packages/package-input.ts';
import { formatProblem } from '../../../../src/errors.ts';
import type { Digest } from '../../../../src/model/digest.ts';
import { encodePackageList, type ListedPackageFile } from '../../../../src/model/package-list.ts';
import { silent } from '../../../../src/model/progress.ts';
import type { DigestMemory } from '../../../../src/platform/files/hash-file.ts';
import { digestOf } from '../../../../src/platform/hash/sha256.ts';
import { gzip } from '../../../../src/platform/zlib/gzip.ts';
import { directoryTree, readableDirectory } from '../../../../src/publish/directory-tree.ts';
import { planPackages } from '../../../../src/publish/packages/plan-packages.ts';
import type { AnnouncedPackageList, PackageListing } from '../../../../src/publish/packages/read-package-lists.ts';
import { failureOf } from '../../../failure.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const root = makeWorkspace();
let count = 0;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A file of the input, whose content is a text. */
function found(path: string, text: string, line = 1): FoundPackageFile {
  const stamp = { size: text.length, text: '', changedAt: 0n };
  return {
    path,
    size: text.length,
    sha256: digestOf(bytes(text)),
    file: `/input/${path}`,
    stamp,
    place: { file: 'Packages', line },
  };
}

function listed(path: string, text: string, lastNamed?: number): ListedPackageFile {
  return { path, size: text.length, sha256: digestOf(bytes(text)), ...(lastNamed === undefined ? {} : { lastNamed }) };
}

function input(files: readonly FoundPackageFile[], publish: PackageInput['publish'] = 'copy'): PackageInput {
  const digests = { find: () => undefined, add: () => undefined };
  return { publish, files, hashed: { files: 0, bytes: 0 }, digests, remember: () => undefined };
}

/** What the published tree announces. */
function announced(rows: readonly ListedPackageFile[]): AnnouncedPackageList {
  const list = encodePackageList(rows);
  return { sha256: digestOf(list), size: list.length, storedSize: gzip(list).length, files: rows.length };
}

/** The lists of a layout. */
const listing: PackageListing = {
  directory: 'lists',
  pathOf: (sha256) => `lists/${sha256}.gz`,
  digestIn: (path) => /^lists\/(.+)\.gz$/.exec(path)?.[1] as Digest | undefined,
};

interface Case {
  readonly packages?: PackageInput;
  /** The output, if it is there already. */
  readonly directory?: string;
  /** Files in the output. */
  readonly output?: Readonly<Record<string, string>>;
  /** The published version, and its list, which is in the output. */
  readonly version?: number;
  readonly list?: readonly ListedPackageFile[];
  /** Lists in the output that no index names. */
  readonly leftLists?: readonly (readonly ListedPackageFile[])[];
  /** Files in a previous tree of its own, with the list. */
  readonly previous?: Readonly<Record<string, string>>;
  readonly history?: number;
}

async function plan({
  packages = input([]),
  output = {},
  directory = writeFiles(join(root, `out-${count++}`), output),
  version = 5,
  list,
  leftLists = [],
  previous,
  history = 2,
}: Case) {
  const lists = Object.fromEntries(
    [...(list === undefined ? [] : [list]), ...leftLists].map((rows) => {
      const content = encodePackageList(rows);
      return [listing.pathOf(digestOf(content)), gzip(content)];
    }),
  );
  writeFiles(directory, lists);
  const other = previous && writeFiles(join(root, `previous-${count++}`), { ...previous, ...lists });
  const warnings: string[] = [];
  const planned = await planPackages({
    packages,
    listing,
    published: list && announced(list),
    lastNamed: list && version,
    previous: readableDirectory(other ?? directory),
    output: directoryTree(directory),
    keep: history,
    progress: {
      ...silent,
      warn: (message) => void warnings.push(message.replaceAll(directory, 'OUT').replaceAll(other ?? '-', 'OLD')),
    },
  });
  return { planned, warnings, directory };
}

/** What a plan does, in words. */
async function summaryOf(request: Case, version = 6) {
  const { planned, warnings } = await plan(request);
  const { plan: files } = planned.at(version);
  const stored = await files?.list.content();
  const list = stored instanceof Uint8Array ? String(gunzipSync(stored)) : undefined;
  return {
    listed: list
      ?.split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/^\S+ /, '')),
    missing: files?.missing.map(({ path, replaces }) => (replaces ? `${path}, replacing` : path)),
    obsolete: files?.obsolete.map(({ path }) => path),
    warnings,
  };
}

describe('the files of packages that records name', () => {
  it('are all placed in a new tree, and listed', async () => {
    expect(await summaryOf({ packages: input([found('pool/a-1', 'a'), found('pool/b-1', 'bb')]) }, 1)).toEqual({
      listed: ['1 - pool/a-1', '2 - pool/b-1'],
      missing: ['pool/a-1', 'pool/b-1'],
      obsolete: [],
      warnings: [],
    });
  });

  it('are not placed again if they are there, and the list stays the same', async () => {
    const list = [listed('pool/a-1', 'a')];
    const request = { packages: input([found('pool/a-1', 'a')]), output: { 'pool/a-1': 'a' }, list };
    expect(await summaryOf(request)).toEqual({ listed: ['1 - pool/a-1'], missing: [], obsolete: [], warnings: [] });
    const { planned } = await plan(request);
    expect(planned.at(5).entry).toEqual(announced(list));
  });

  it('are placed again if the tree lost them, or they were cut short', async () => {
    const list = [listed('pool/a-1', 'a'), listed('pool/b-1', 'bb')];
    const packages = input([found('pool/a-1', 'a'), found('pool/b-1', 'bb')]);
    expect(await summaryOf({ packages, output: { 'pool/b-1': 'b' }, list })).toMatchObject({
      missing: ['pool/a-1', 'pool/b-1, replacing'],
    });
  });

  it('are not ours where a different program put the same file, and then are neither listed nor ever removed', async () => {
    const packages = input([found('pool/a-1', 'a'), found('pool/b-1', 'bb')]);
    expect(await summaryOf({ packages, output: { 'pool/a-1': 'a' } }, 1)).toEqual({
      listed: ['2 - pool/b-1'],
      missing: ['pool/b-1'],
      obsolete: [],
      warnings: [],
    });
    expect(await summaryOf({ output: { 'pool/a-1': 'a' }, list: [listed('pool/b-1', 'bb')] })).toMatchObject({
      obsolete: ['pool/b-1'],
    });
  });

  it('are not read again where the digest of what a different program put there is remembered', async () => {
    const known = new Map<string, Digest>();
    const digests: DigestMemory = {
      find: (file, { text }) => known.get(`${file} ${text}`),
      add: (file, { text }, sha256) => void known.set(`${file} ${text}`, sha256),
    };
    const packages = { ...input([found('pool/a-1', 'a')]), digests };
    const output = { 'pool/a-1': 'a' };
    const { directory } = await plan({ packages, output });
    expect([...known]).toEqual([[expect.stringMatching(/^\/.*\/pool\/a-1 /), digestOf(bytes('a'))]]);
    for (const key of known.keys()) known.set(key, digestOf(bytes('b')));
    const failure = await failureOf(plan({ packages, directory }));
    expect(failure.problems.map(formatProblem)).toEqual([
      `Packages:1: path "pool/a-1": a different file is there in ${directory}, which repomill did not publish`,
    ]);
  });

  it('are linked if the configuration says so', async () => {
    const { planned } = await plan({ packages: input([found('pool/a-1', 'a')], 'link') });
    expect(planned.at(1).plan?.missing[0]?.link).toMatchObject({ file: '/input/pool/a-1' });
    const copied = await plan({ packages: input([found('pool/a-1', 'a')]) });
    expect(copied.planned.at(1).plan?.missing[0]?.link).toBeUndefined();
  });

  it('are refused, all of them, where the tree has something different at their paths', async () => {
    const packages = input([
      found('pool/a-1', 'new', 1),
      found('pool/b-1', 'b', 2),
      found('pool/c-1', 'c', 3),
      found('pool/d-1', 'new', 4),
      found('pool/e-1/below', 'e', 5),
    ]);
    const list = [listed('pool/a-1', 'old'), listed('pool/d-1', 'old', 4)];
    const output = { 'pool/a-1': 'old', 'pool/b-1': 'x', 'pool/c-1/d': '', 'pool/e-1': '' };
    const error = await failureOf(plan({ packages, list, output }));
    const [old, fresh] = ['old', 'new'].map((text) => digestOf(bytes(text)));
    expect(error.problems.map((one) => formatProblem(one).replaceAll(/\/\S*out-\d+/g, 'OUT'))).toEqual([
      `Packages:1: path "pool/a-1": was published with sha256 ${old}, and cannot become ${fresh}`,
      'Packages:2: path "pool/b-1": a different file is there in OUT, which repomill did not publish',
      'Packages:3: path "pool/c-1": something that is no file is in the way in OUT',
      `Packages:4: path "pool/d-1": was published with sha256 ${old}, and cannot become ${fresh}`,
      'Packages:5: path "pool/e-1/below": something that is no file is in the way in OUT',
    ]);
    expect(error).toMatchObject({
      code: 'metadata',
      message: '5 problems in the input; nothing was written',
      hint:
        'clients that know the old content, and caches, would take one for the other; ' +
        'put the version into the path, as in "pool/hello-1.1.zip", and keep the old path for the old version',
    });
  });
});

describe('the files that no record names any more', () => {
  const list = [listed('pool/a-1', 'a'), listed('pool/b-1', 'b', 4), listed('pool/c-1', 'c', 3)];
  const output = { 'pool/a-1': 'a', 'pool/b-1': 'b', 'pool/c-1': 'c' };

  it('stay for as many versions as there is history, and are then removed', async () => {
    expect(await summaryOf({ list, output })).toEqual({
      listed: ['1 5 pool/a-1', '1 4 pool/b-1'],
      missing: [],
      obsolete: ['pool/c-1'],
      warnings: [],
    });
    expect(await summaryOf({ list, output }, 7)).toMatchObject({ obsolete: ['pool/b-1', 'pool/c-1'] });
  });

  it('are removed at once without history', async () => {
    expect(await summaryOf({ list, output, history: 0 })).toMatchObject({
      listed: [],
      obsolete: ['pool/a-1', 'pool/b-1', 'pool/c-1'],
    });
  });

  it('are current again if a record names them again', async () => {
    const packages = input([found('pool/b-1', 'b')]);
    expect(await summaryOf({ packages, list, output })).toMatchObject({ listed: ['1 5 pool/a-1', '1 - pool/b-1'] });
  });

  it('come from the previous tree into an empty output, and are given up with a warning if it lost them', async () => {
    const previous = { 'pool/a-1': 'a', 'pool/b-1': 'too long' };
    const { planned, warnings } = await plan({ list, previous });
    const { plan: files } = planned.at(6);
    expect(files?.missing.map(({ path }) => path)).toEqual(['pool/a-1']);
    const chunks = [];
    for await (const chunk of files?.missing[0]?.chunks() ?? []) chunks.push(Buffer.from(chunk).toString());
    expect(chunks).toEqual(['a']);
    expect(warnings).toEqual([
      'OLD/pool/b-1 (and 1 other file): missing: clients that have not pulled since it was dropped will not find it',
    ]);
  });

  it('are removed if no index ever named them: an interrupted build left them', async () => {
    const leftLists = [[listed('pool/x-1', 'x'), listed('pool/a-1', 'a')]];
    const packages = input([found('pool/a-1', 'a')]);
    expect(await summaryOf({ packages, leftLists, output: { 'pool/x-1': 'x', 'pool/a-1': 'a' } }, 1)).toEqual({
      listed: ['1 - pool/a-1'],
      missing: [],
      obsolete: ['pool/x-1'],
      warnings: [],
    });
  });

  it('are replaced if an interrupted build left a different content at their path', async () => {
    const leftLists = [[listed('pool/a-1', 'abandoned')]];
    const packages = input([found('pool/a-1', 'a')]);
    expect(await summaryOf({ packages, leftLists, output: { 'pool/a-1': 'abandoned' } }, 1)).toMatchObject({
      missing: ['pool/a-1, replacing'],
    });
  });
});

describe('the list of an earlier build', () => {
  const list = [listed('pool/a-1', 'a')];
  const path = listing.pathOf(digestOf(encodePackageList(list)));

  it.each([
    ['is missing', undefined],
    ['has a different digest', gzip(bytes('x'))],
    ['cannot be read (gzip: unexpected end of file)', bytes('x')],
  ])('that %s costs a warning, and its files stay', async (why, content) => {
    const directory = writeFiles(join(root, `damaged-${count++}`), { 'pool/a-1': 'a' });
    if (content !== undefined) writeFiles(directory, { [path]: content });
    const warnings: string[] = [];
    const planned = await planPackages({
      packages: input([]),
      listing,
      published: announced(list),
      lastNamed: 5,
      previous: readableDirectory(directory),
      output: directoryTree(directory),
      keep: 0,
      progress: { ...silent, warn: (message) => void warnings.push(message) },
    });
    expect(planned.at(6).plan?.obsolete).toEqual([]);
    expect(warnings).toEqual([
      `${directory}/${path} ${why}: the package files that it lists are not removed from now on`,
    ]);
  });
});

describe('files that the configuration no longer publishes', () => {
  it.each([
    ['none', input([], 'none')],
    ['nothing', undefined],
  ])('stay, and are forgotten with a warning: %s', async (_title, packages) => {
    const directory = writeFiles(join(root, `forgotten-${count++}`), {});
    const warnings: string[] = [];
    const planned = await planPackages({
      packages,
      listing,
      published: announced([listed('pool/a-1', 'a')]),
      lastNamed: 5,
      previous: readableDirectory(directory),
      output: directoryTree(directory),
      keep: 2,
      progress: { ...silent, warn: (message) => void warnings.push(message) },
    });
    expect(planned.at(6)).toEqual({});
    expect(warnings).toEqual([
      'the package files that earlier builds published (1) stay where they are, but are no longer looked after: ' +
        '`packages.publish` is neither `copy` nor `link`',
    ]);
  });
});
