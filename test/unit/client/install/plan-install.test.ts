import { beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../../../src/client/in-memory.ts';
import type { PackagePlan } from '../../../../src/client/install/plan-packages.ts';
import { pull } from '../../../../src/client/pull/pull.ts';
import { openRepository } from '../../../../src/client/repository.ts';
import { deltaPath, INDEX_PATH } from '../../../../src/layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../../../src/layouts/native/format/repository-index.ts';
import type { Store } from '../../../../src/model/store.ts';
import { filesAsText } from '../as-text.ts';
import { fakeHost } from '../fake-host.ts';
import { tinyRecord, tinyRecords } from '../tiny-records.ts';
import { publishTiny, type TinyTree, withDetails } from '../tiny-tree.ts';

const app = tinyRecord('app', 'amd64', { version: '2.0', size: 5000 });
const packageDeltas = [
  { from: '1.0', size: 700, sha256: 'a'.repeat(64), path: 'deltas/app-1.0-2.0' },
  { from: '1.0', size: 900, url: 'https://elsewhere.example/app' },
  { from: '1.5', size: 5000 },
  { from: '1.6', size: 'small' },
  { from: '1.7', size: -1 },
  'nonsense',
];

let first: TinyTree;
let second: TinyTree;

beforeAll(async () => {
  const files = new Map<string, Uint8Array>();
  const listed = await withDetails(app, { packageDeltas }, files);
  const { size: _size, ...unsized } = tinyRecord('unsized', 'amd64', { version: '2.0' });
  const rest = [...tinyRecords('amd64'), unsized];
  const arm64 = { arch: 'arm64', records: tinyRecords('arm64') };
  first = await publishTiny([{ arch: 'amd64', records: [{ ...listed, version: '1.9' }, ...rest] }, arm64]);
  second = await publishTiny([{ arch: 'amd64', records: [listed, ...rest] }, arm64], { previous: first });
  for (const [path, bytes] of files) second.files.set(path, bytes);
});

function amd64(tree: TinyTree): SummaryEntry {
  const [entry] = tree.signed.summaries;
  if (entry === undefined) throw new Error('no summary');
  return entry;
}

async function pulled(tree: TinyTree): Promise<Store> {
  const store = memoryStore();
  await pull({ source: fakeHost(tree.files), store, arch: 'amd64' });
  return store;
}

async function planApp(installed: string, record: string = 'app'): Promise<PackagePlan | undefined> {
  const repository = await openRepository({ source: fakeHost(second.files), store: await pulled(second) });
  const plan = await repository.plan({ packages: [record], installed: new Map([[record, installed]]), arch: 'amd64' });
  return plan.packages[0];
}

describe('plan of the metadata', () => {
  const indexSize = () => second.files.get(INDEX_PATH)?.length ?? 0;

  it('is the index and one delta for a store that is one version behind, to the byte', async () => {
    const store = await pulled(first);
    const repository = await openRepository({ source: fakeHost(second.files), store });
    const { metadata, version } = await repository.plan({ packages: [] });
    const path = deltaPath(amd64(first).sha256, amd64(second).sha256);
    const bytes = second.files.get(path)?.length ?? 0;
    expect(metadata).toEqual({
      index: indexSize(),
      summaries: [{ how: 'delta', path, bytes, from: amd64(first).sha256 }],
      total: { bytes: indexSize() + bytes, unknown: 0 },
    });
    expect(version).toBe(2);
    expect((await pull({ source: fakeHost(second.files), store })).transferred).toBe(metadata.total.bytes);
  });

  it('is nothing for a store that is up to date', async () => {
    const repository = await openRepository({ source: fakeHost(second.files), store: await pulled(second) });
    expect((await repository.plan({ packages: [] })).metadata.total).toEqual({ bytes: 0, unknown: 0 });
  });

  it('is the index and the whole file without a store', async () => {
    const repository = await openRepository({ source: fakeHost(second.files) });
    const { metadata } = await repository.plan({ packages: [], arch: 'amd64' });
    expect(metadata.total.bytes).toBe(indexSize() + amd64(second).storedSize);
  });

  it('has no index to fetch if there is no source', async () => {
    const repository = await openRepository({ store: await pulled(second) });
    const { metadata } = await repository.plan({ packages: [] });
    expect(metadata).toMatchObject({ index: 'unknown', total: { bytes: 0, unknown: 0 } });
  });

  it('changes nothing in the store', async () => {
    const kept = new Map<string, Uint8Array>();
    await pull({ source: fakeHost(first.files), store: memoryStore(kept), arch: 'amd64' });
    const before = new Map(kept);
    const repository = await openRepository({ source: fakeHost(second.files), store: memoryStore(kept) });
    await repository.plan({ packages: ['app'], arch: 'amd64' });
    expect(filesAsText(kept)).toEqual(filesAsText(before));
  });

  it('refuses an index that is older than the cached one', async () => {
    const repository = await openRepository({ source: fakeHost(first.files), store: await pulled(second) });
    await expect(repository.plan({ packages: [] })).rejects.toMatchObject({
      code: 'integrity',
      path: 'index.json',
      message: 'expected version 2 or newer, found 1',
    });
  });
});

describe('plan of packages', () => {
  it('installs a package that is not installed, whole', async () => {
    const repository = await openRepository({ source: fakeHost(second.files), store: await pulled(first) });
    const { packages } = await repository.plan({ packages: ['app', 'git-doc'], arch: 'amd64' });
    expect(packages).toEqual([
      { name: 'app', version: '2.0', arch: 'amd64', action: 'install', full: 5000, withDelta: 5000 },
      { name: 'git-doc', version: '1.0', arch: 'all', action: 'install', full: 1007, withDelta: 1007 },
    ]);
  });

  it('upgrades by the smallest delta from the installed version', async () => {
    expect(await planApp('1.0')).toEqual({
      name: 'app',
      version: '2.0',
      arch: 'amd64',
      installed: '1.0',
      action: 'upgrade',
      full: 5000,
      withDelta: 700,
      delta: packageDeltas[0],
    });
  });

  it.each([
    ['starts from a different version', '1.2'],
    ['saves nothing', '1.5'],
    ['has a size that is not a number', '1.6'],
    ['has a negative size', '1.7'],
  ])('upgrades with the whole package if the delta %s', async (_, installed) => {
    const plan = await planApp(installed);
    expect(plan).toMatchObject({ action: 'upgrade', full: 5000, withDelta: 5000 });
    expect(plan).not.toHaveProperty('delta');
  });

  it.each([['2.0'], ['2.0-1'], ['10.0']])('keeps version %s, which is new enough', async (installed) => {
    expect(await planApp(installed)).toMatchObject({ action: 'keep', full: 0, withDelta: 0 });
  });

  it('calls a size that is not published unknown', async () => {
    expect(await planApp('1.0', 'unsized')).toMatchObject({ action: 'upgrade', full: 'unknown', withDelta: 'unknown' });
  });

  it('knows the size of the whole package without a source, and not that of the delta', async () => {
    const repository = await openRepository({ store: await pulled(second) });
    const plan = await repository.plan({
      packages: ['app', 'git'],
      installed: new Map([
        ['app', '1.0'],
        ['git', '0.9'],
      ]),
    });
    expect(plan.packages.map(({ full, withDelta }) => [full, withDelta])).toEqual([
      [5000, 'unknown'],
      [1003, 1003],
    ]);
  });

  it('adds up the known sizes and counts the others', async () => {
    const repository = await openRepository({ source: fakeHost(second.files), store: await pulled(second) });
    const plan = await repository.plan({
      packages: ['app', 'git', 'unsized'],
      installed: new Map([['app', '1.0']]),
      arch: 'amd64',
    });
    expect(plan.full).toEqual({ bytes: 5000 + 1003, unknown: 1 });
    expect(plan.withDeltas).toEqual({ bytes: 700 + 1003, unknown: 1 });
  });

  it('refuses names that no package has, and lists them all', async () => {
    const repository = await openRepository({ store: await pulled(second) });
    await expect(repository.plan({ packages: ['nope', 'git', 'neither'] })).rejects.toMatchObject({
      code: 'not-found',
      message: 'no package named nope, neither',
    });
  });

  it('refuses a selection of several architectures', async () => {
    const repository = await openRepository({ source: fakeHost(second.files) });
    await expect(repository.plan({ packages: ['git'] })).rejects.toMatchObject({
      code: 'usage',
      message: 'plan: expected one arch, found amd64, arm64',
    });
  });
});
