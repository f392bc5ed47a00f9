import { beforeAll, describe, expect, it } from 'vitest';
import { encodeText } from '../../../../src/bytes/bytes.ts';
import { memoryStore } from '../../../../src/client/in-memory.ts';
import { pull } from '../../../../src/client/pull/pull.ts';
import { openRepository } from '../../../../src/client/repository.ts';
import { formatError, RepomillError } from '../../../../src/errors.ts';
import { deltaPath, INDEX_PATH, summaryPath } from '../../../../src/layouts/native/format/paths.ts';
import type { SignedIndex, SummaryEntry } from '../../../../src/layouts/native/format/repository-index.ts';
import { encodeIndex } from '../../../../src/layouts/native/format/repository-index.ts';
import type { Store } from '../../../../src/model/store.ts';
import { failureOf } from '../../../failure.ts';
import { bytesAsText, filesAsText } from '../as-text.ts';
import { fakeHost, stallingHost } from '../fake-host.ts';
import { tinyRecord, tinyRecords, withVersion } from '../tiny-records.ts';
import { makeDelta, publishTiny, type TinyTree } from '../tiny-tree.ts';

let first: TinyTree;
let second: TinyTree;
let third: TinyTree;

beforeAll(async () => {
  const amd64 = tinyRecords('amd64');
  const arm64 = tinyRecords('arm64');
  first = await publishTiny([
    { arch: 'amd64', records: amd64 },
    { arch: 'amd64', subset: 'free', records: amd64.slice(0, 30) },
    { arch: 'arm64', records: arm64 },
  ]);
  const changed = withVersion(amd64, 'curl', '1.1');
  second = await publishTiny(
    [
      { arch: 'amd64', records: changed },
      { arch: 'amd64', subset: 'free', records: changed.slice(0, 30) },
      { arch: 'arm64', records: withVersion(arm64, 'jq', '1.1') },
    ],
    { previous: first },
  );
  third = await publishTiny(
    [
      { arch: 'amd64', records: withVersion(changed, 'curl', '1.2') },
      { arch: 'amd64', subset: 'free', records: withVersion(changed, 'curl', '1.2').slice(0, 30) },
      { arch: 'arm64', records: withVersion(arm64, 'jq', '1.1') },
    ],
    { previous: second },
  );
});

function entryOf(tree: TinyTree, arch: string, subset?: string): SummaryEntry {
  const found = tree.signed.summaries.find((entry) => entry.arch === arch && entry.subset === subset);
  if (found === undefined) throw new Error(`no ${arch}`);
  return found;
}

/** A store that holds what a pull of amd64 from a tree leaves. */
async function pulled(tree: TinyTree): Promise<Map<string, Uint8Array>> {
  const kept = new Map<string, Uint8Array>();
  await pull({ source: fakeHost(tree.files), store: memoryStore(kept), arch: 'amd64' });
  return kept;
}

/** The tree with other bytes at some paths; undefined removes a file. */
function tampered(tree: TinyTree, changes: Readonly<Record<string, Uint8Array | undefined>>): Map<string, Uint8Array> {
  const files = new Map(tree.files);
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === undefined) files.delete(path);
    else files.set(path, bytes);
  }
  return files;
}

function withIndex(tree: TinyTree, changes: Partial<SignedIndex>): Map<string, Uint8Array> {
  return tampered(tree, {
    [INDEX_PATH]: encodeIndex({ signed: { ...tree.signed, ...changes }, signatures: [] }),
  });
}

function flip(bytes: Uint8Array | undefined, at: number): Uint8Array {
  const flipped = Uint8Array.from(bytes ?? []);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  return flipped;
}

function held(kept: ReadonlyMap<string, Uint8Array>): readonly string[] {
  return [...kept.keys()].filter((name) => name.startsWith('summaries/')).sort();
}

describe('pull', () => {
  it('fetches the index and one whole summary into an empty store, in two round trips', async () => {
    const kept = new Map<string, Uint8Array>();
    const host = fakeHost(first.files);
    const entry = entryOf(first, 'amd64');
    const report = await pull({ source: host, store: memoryStore(kept), arch: 'amd64' });
    const index = first.files.get(INDEX_PATH)?.length ?? 0;
    expect(report).toEqual({
      version: 1,
      changed: true,
      files: [
        { path: INDEX_PATH, how: 'full', bytes: index },
        { path: summaryPath(entry.sha256), how: 'full', bytes: entry.storedSize },
      ],
      fallbacks: [],
      substitutes: [],
      dropped: [],
      transferred: index + entry.storedSize,
    });
    expect(host.roundTrips()).toBe(2);
    expect(bytesAsText(kept.get(`summaries/${entry.sha256}`))).toBe(bytesAsText(first.canonical.get(entry.sha256)));
    expect(bytesAsText(kept.get(INDEX_PATH))).toBe(bytesAsText(first.files.get(INDEX_PATH)));
  });

  it('makes one request and writes nothing if nothing changed', async () => {
    const kept = await pulled(first);
    const host = fakeHost(first.files);
    const writes: string[] = [];
    const store = { ...memoryStore(kept), write: async (name: string) => void writes.push(name) };
    const report = await pull({ source: host, store });
    expect(host.requests).toEqual([INDEX_PATH]);
    expect(writes).toEqual([]);
    expect(report).toMatchObject({ version: 1, previous: 1, changed: false, transferred: 0 });
    expect(report.files.map((file) => file.how)).toEqual(['cached', 'cached']);
  });

  it('recognises an unchanged index by its bytes if the host has no validators', async () => {
    const kept = await pulled(first);
    const host = fakeHost(first.files, { withoutValidators: true });
    const report = await pull({ source: host, store: memoryStore(kept) });
    expect(report.changed).toBe(false);
    expect(report.transferred).toBe(first.files.get(INDEX_PATH)?.length);
    expect(host.roundTrips()).toBe(1);
  });

  it('asks unconditionally if the cached index came from a different place', async () => {
    const kept = await pulled(first);
    const host = { ...fakeHost(first.files), location: 'https://mirror.example/' };
    const report = await pull({ source: host, store: memoryStore(kept) });
    expect(report.files[0]?.bytes).toBe(first.files.get(INDEX_PATH)?.length);
  });

  it('remembers the validator again after a crash lost it', async () => {
    const kept = await pulled(first);
    kept.delete('origin.json');
    await pull({ source: fakeHost(first.files), store: memoryStore(kept) });
    const report = await pull({ source: fakeHost(first.files), store: memoryStore(kept) });
    expect(report.transferred).toBe(0);
  });

  it('follows a change with one delta, in two round trips', async () => {
    const kept = await pulled(first);
    const host = fakeHost(second.files);
    const report = await pull({ source: host, store: memoryStore(kept) });
    const entry = entryOf(second, 'amd64');
    const path = deltaPath(entryOf(first, 'amd64').sha256, entry.sha256);
    expect(report.files[1]).toEqual({ path, how: 'delta', bytes: second.files.get(path)?.length });
    expect(report.fallbacks).toEqual([]);
    expect(host.requests).toEqual([INDEX_PATH, path]);
    expect(host.roundTrips()).toBe(2);
    expect(held(kept)).toEqual([`summaries/${entry.sha256}`]);
    expect(bytesAsText(kept.get(`summaries/${entry.sha256}`))).toBe(bytesAsText(second.canonical.get(entry.sha256)));
  });

  it('skips versions with one delta straight to the newest', async () => {
    const kept = await pulled(first);
    const report = await pull({ source: fakeHost(third.files), store: memoryStore(kept) });
    expect(report.files[1]?.path).toBe(deltaPath(entryOf(first, 'amd64').sha256, entryOf(third, 'amd64').sha256));
  });

  it('starts from the newest of several cached versions', async () => {
    const kept = await pulled(first);
    const { sha256 } = entryOf(second, 'amd64');
    kept.set(`summaries/${sha256}`, second.canonical.get(sha256) ?? new Uint8Array());
    const report = await pull({ source: fakeHost(third.files), store: memoryStore(kept) });
    expect(report.files[1]?.path).toBe(deltaPath(sha256, entryOf(third, 'amd64').sha256));
  });

  it('fetches the whole file if the cached version is no longer in the history', async () => {
    const kept = await pulled(first);
    const summaries = second.signed.summaries.map((entry) => ({ ...entry, history: [] }));
    const report = await pull({ source: fakeHost(withIndex(second, { summaries })), store: memoryStore(kept) });
    expect(report.files[1]?.how).toBe('full');
    expect(report.fallbacks).toEqual([]);
  });

  it('fetches the whole file if the delta is not smaller', async () => {
    const kept = await pulled(first);
    const summaries = second.signed.summaries.map((entry) => ({
      ...entry,
      history: entry.history.map((older) => ({ ...older, deltaSize: entry.storedSize })),
    }));
    const report = await pull({ source: fakeHost(withIndex(second, { summaries })), store: memoryStore(kept) });
    expect(report.files[1]?.how).toBe('full');
  });

  it('fetches only the index if a different summary changed', async () => {
    const kept = new Map<string, Uint8Array>();
    await pull({ source: fakeHost(second.files), store: memoryStore(kept), arch: 'arm64' });
    const host = fakeHost(third.files);
    const report = await pull({ source: host, store: memoryStore(kept) });
    expect(report.files.map((file) => file.how)).toEqual(['full', 'cached']);
    expect(host.requests).toEqual([INDEX_PATH]);
  });

  it('pulls every architecture, without subsets, into an empty store if nothing is selected', async () => {
    const kept = new Map<string, Uint8Array>();
    const host = fakeHost(first.files);
    await pull({ source: host, store: memoryStore(kept) });
    const expected = ['amd64', 'arm64'].map((arch) => `summaries/${entryOf(first, arch).sha256}`);
    expect(held(kept)).toEqual(expected.sort());
    expect(host.roundTrips()).toBe(2);
  });

  it('also updates what was pulled before if a different arch is requested', async () => {
    const kept = await pulled(first);
    const host = fakeHost(second.files);
    const report = await pull({ source: host, store: memoryStore(kept), arch: 'arm64' });
    expect(report.files.map((file) => file.how)).toEqual(['full', 'delta', 'full']);
    expect(held(kept)).toEqual(['amd64', 'arm64'].map((arch) => `summaries/${entryOf(second, arch).sha256}`).sort());
    expect(host.roundTrips()).toBe(2);
  });

  it('pulls only a subset', async () => {
    const kept = new Map<string, Uint8Array>();
    await pull({ source: fakeHost(first.files), store: memoryStore(kept), subset: 'free' });
    expect(held(kept)).toEqual([`summaries/${entryOf(first, 'amd64', 'free').sha256}`]);
  });

  it('refuses an arch that is not published, and lists those that are', async () => {
    await expect(pull({ source: fakeHost(first.files), store: memoryStore(), arch: 'mips' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'no architecture mips here; there is: amd64, arm64',
    });
  });

  it('pulls an empty repository', async () => {
    const empty = await publishTiny([]);
    const report = await pull({ source: fakeHost(empty.files), store: memoryStore() });
    expect(report.files.map((file) => file.path)).toEqual([INDEX_PATH]);
  });

  it('refuses to remove what is no longer published, and leaves the copy as it was', async () => {
    const kept = await pulled(first);
    const before = new Map(kept);
    const next = await publishTiny([{ arch: 'arm64', records: tinyRecords('arm64') }], { previous: first });
    await expect(pull({ source: fakeHost(next.files), store: memoryStore(kept) })).rejects.toMatchObject({
      code: 'not-found',
      message: 'amd64: no longer published; found arm64',
    });
    expect(filesAsText(kept)).toEqual(filesAsText(before));
  });

  it('removes and lists it with allowRemoval, and does not miss it again', async () => {
    const kept = await pulled(first);
    const next = await publishTiny([{ arch: 'arm64', records: tinyRecords('arm64') }], { previous: first });
    const pullNext = { source: fakeHost(next.files), store: memoryStore(kept), arch: 'arm64' };
    expect(await pull({ ...pullNext, allowRemoval: true })).toMatchObject({ version: 2, dropped: ['amd64'] });
    expect(held(kept)).toEqual([`summaries/${entryOf(next, 'arm64').sha256}`]);
    expect(await pull(pullNext)).toMatchObject({ changed: false, dropped: [] });
  });

  it('reports the progress of each download', async () => {
    const downloads: unknown[] = [];
    const host = fakeHost(first.files);
    const source = {
      ...host,
      fetch: (path: string, request: Parameters<typeof host.fetch>[1]) => {
        request.onBytes?.(7);
        return host.fetch(path, request);
      },
    };
    const download = (state: unknown): void => void downloads.push(state);
    await pull({ source, store: memoryStore(), arch: 'amd64', progress: { download } });
    const { sha256, storedSize } = entryOf(first, 'amd64');
    expect(downloads).toEqual([
      { path: INDEX_PATH, received: 7 },
      { path: summaryPath(sha256), received: 7, total: storedSize },
    ]);
  });

  it('reports its stages, what was cached, and each fallback as a warning', async () => {
    const kept = await pulled(first);
    const path = deltaPath(entryOf(first, 'amd64').sha256, entryOf(second, 'amd64').sha256);
    const events: string[] = [];
    await pull({
      source: fakeHost(tampered(second, { [path]: undefined })),
      store: memoryStore(kept),
      progress: {
        start: (stage) => void events.push(stage),
        cacheLookup: (kind, hit) => void events.push(`${kind} ${hit ? 'cached' : 'not cached'}`),
        warn: (message) => void events.push(message),
      },
    });
    expect(events).toEqual([
      'index',
      'index not cached',
      'checking the copy',
      'downloading',
      'summary not cached',
      `${path}: named by the index, but missing at https://host.example/tree/; fetched the whole file`,
      'storing',
    ]);
  });

  it('accepts a file that the host decompressed in transit', async () => {
    const kept = new Map<string, Uint8Array>();
    const { sha256 } = entryOf(first, 'amd64');
    const unpacks = (path: string) => (path === summaryPath(sha256) ? first.canonical.get(sha256) : undefined);
    await pull({ source: fakeHost(first.files, { unpacks }), store: memoryStore(kept), arch: 'amd64' });
    expect(bytesAsText(kept.get(`summaries/${sha256}`))).toBe(bytesAsText(first.canonical.get(sha256)));
  });
});

describe('pull, of packages for every arch', () => {
  const docs = tinyRecord('docs', 'all');
  const tool = tinyRecord('tool', 'amd64');
  let onlyAll: TinyTree;
  let withAmd64: TinyTree;
  let onlyAllAgain: TinyTree;

  beforeAll(async () => {
    onlyAll = await publishTiny([{ arch: 'all', records: [docs] }]);
    const contents = [
      { arch: 'all', records: [docs] },
      { arch: 'amd64', records: [docs, tool] },
    ];
    withAmd64 = await publishTiny(contents, { previous: onlyAll });
    const again = [{ arch: 'all', records: [docs, tinyRecord('more-docs', 'all')] }];
    onlyAllAgain = await publishTiny(again, { previous: withAmd64 });
  });

  /** Pulls, and says what the copy has then, by arch. */
  async function pullFrom(tree: TinyTree, kept: Map<string, Uint8Array>, arch?: string): Promise<readonly string[]> {
    const selection = arch === undefined ? {} : { arch };
    await pull({ source: fakeHost(tree.files), store: memoryStore(kept), ...selection });
    const names = held(kept);
    return tree.signed.summaries.flatMap((one) => (names.includes(`summaries/${one.sha256}`) ? one.arch : []));
  }

  /** The packages that a client of an arch finds in a copy. */
  async function found(kept: Map<string, Uint8Array>, arch: string): Promise<readonly string[]> {
    const repository = await openRepository({ store: memoryStore(kept) });
    return (await repository.search([], { arch })).hits.map(({ name }) => name);
  }

  it('gives an arch without a summary that of all, and says so', async () => {
    const store = memoryStore();
    const report = await pull({ source: fakeHost(onlyAll.files), store, arch: 'arm64' });
    expect(report.substitutes).toEqual([{ arch: 'arm64', uses: 'all' }]);
    const repository = await openRepository({ store });
    expect(await repository.show('docs', { arch: 'arm64' })).toEqual([{ record: docs, arches: ['all'] }]);
    expect([repository.archFor('arm64'), repository.archFor('all')]).toEqual(['all', 'all']);
  });

  it('moves a copy to the summary of its arch once there is one, and back', async () => {
    const kept = new Map<string, Uint8Array>();
    expect(await pullFrom(onlyAll, kept, 'amd64')).toEqual(['all']);
    expect(await pullFrom(withAmd64, kept)).toEqual(['amd64']);
    expect(await found(kept, 'amd64')).toEqual(['docs', 'tool']);
    expect(await pullFrom(onlyAllAgain, kept)).toEqual(['all']);
    expect(await found(kept, 'amd64')).toEqual(['docs', 'more-docs']);
  });

  it('leaves the copy of a different arch with all', async () => {
    const kept = new Map<string, Uint8Array>();
    expect(await pullFrom(onlyAll, kept, 'arm64')).toEqual(['all']);
    expect(await pullFrom(withAmd64, kept)).toEqual(['all']);
    const report = await pull({ source: fakeHost(onlyAllAgain.files), store: memoryStore(kept) });
    expect(report.substitutes).toEqual([{ arch: 'arm64', uses: 'all' }]);
    expect(await found(kept, 'arm64')).toEqual(['docs', 'more-docs']);
  });

  it('gives a copy of everything all of them, also those that come later', async () => {
    const kept = new Map<string, Uint8Array>();
    expect(await pullFrom(onlyAll, kept)).toEqual(['all']);
    expect(await pullFrom(withAmd64, kept)).toEqual(['all', 'amd64']);
    expect([await found(kept, 'amd64'), await found(kept, 'mips')]).toEqual([['docs', 'tool'], ['docs']]);
    expect(await pullFrom(onlyAllAgain, kept)).toEqual(['all']);
  });

  it('reads all of them without all, if no arch is named', async () => {
    const repository = await openRepository({ source: fakeHost(withAmd64.files) });
    expect(await repository.show('docs')).toEqual([{ record: docs, arches: ['amd64'] }]);
    expect((await repository.plan({ packages: ['tool'] })).packages).toMatchObject([{ name: 'tool' }]);
  });

  it('does not serve an arch by all whose own summary the copy lacks', async () => {
    const kept = new Map<string, Uint8Array>();
    await pullFrom(withAmd64, kept, 'all');
    const repository = await openRepository({ store: memoryStore(kept) });
    await expect(repository.show('docs', { arch: 'amd64' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'no architecture amd64 here; there is: all',
    });
    expect(await repository.show('docs', { arch: 'mips' })).toHaveLength(1);
  });

  it('goes on with what a copy of an earlier version holds', async () => {
    const kept = new Map<string, Uint8Array>();
    await pullFrom(withAmd64, kept, 'amd64');
    const { selections, ...older } = JSON.parse(new TextDecoder().decode(kept.get('origin.json')));
    expect(selections).toEqual([{ arch: 'amd64' }]);
    kept.set('origin.json', encodeText(JSON.stringify(older)));
    expect(await pullFrom(withAmd64, kept)).toEqual(['amd64']);
    expect(await pullFrom(onlyAllAgain, kept)).toEqual(['all']);
    expect(await found(kept, 'amd64')).toEqual(['docs', 'more-docs']);
  });

  it.each([
    ['before the origin', 'origin.json', ['all']],
    ['between origin and index', INDEX_PATH, ['all']],
    ['before the old summary is removed', 'remove', ['amd64']],
  ])('leaves a crash %s with what it had or will have, and the next pull ends it', async (_, at, readable) => {
    const kept = new Map<string, Uint8Array>();
    await pullFrom(onlyAll, kept, 'amd64');
    const inner = memoryStore(kept);
    const crash = (what: string): void => {
      if (what === at) throw new Error('crash');
    };
    const store: Store = {
      ...inner,
      write: async (name, bytes) => {
        crash(name);
        await inner.write(name, bytes);
      },
      remove: async (name) => {
        crash('remove');
        await inner.remove(name);
      },
    };
    await expect(pull({ source: fakeHost(withAmd64.files), store })).rejects.toThrow('crash');
    const between = await openRepository({ store: inner });
    const [docsFound] = await between.show('docs', { arch: 'amd64' });
    expect(docsFound).toEqual({ record: docs, arches: readable });
    expect(await pullFrom(withAmd64, kept)).toEqual(['amd64']);
  });

  it('remembers what was asked although the pull crashed before the index', async () => {
    const kept = new Map<string, Uint8Array>();
    await pullFrom(withAmd64, kept, 'amd64');
    const inner = memoryStore(kept);
    const store: Store = {
      ...inner,
      write: async (name, bytes) => {
        if (name === INDEX_PATH) throw new Error('crash');
        await inner.write(name, bytes);
      },
    };
    await expect(pull({ source: fakeHost(onlyAllAgain.files), store, arch: 'mips' })).rejects.toThrow('crash');
    expect(await pullFrom(withAmd64, kept)).toEqual(['all', 'amd64']);
  });
});

describe('pull, when a delta is useless', () => {
  const faults: readonly (readonly [string, RegExp, (good: Uint8Array) => Uint8Array | undefined])[] = [
    ['is missing', /^named by the index, but missing at https:\/\/host\.example\/tree\/$/, () => undefined],
    ['is cut off', /cut off/, (good) => good.subarray(0, -3)],
    ['is empty', /expected a header/, () => new Uint8Array()],
    ['is garbage', /BSDIFF40/, (good) => good.map((_, i) => i * 7)],
    ['is a web page', /BSDIFF40/, () => encodeText('<!doctype html><title>Not found</title>')],
    ['has a flipped bit', /bzip2/, (good) => flip(good, good.length - 20)],
    ['is longer than announced', /expected at most \d+ bytes/, (good) => Uint8Array.of(...good, 0)],
    ['makes a file of a different size', /found 9$/, () => makeDelta(new Uint8Array(9), new Uint8Array(9))],
    [
      'gives different bytes of the right length',
      /expected SHA-256/,
      () => makeDelta(new Uint8Array(), new Uint8Array(entryOf(second, 'amd64').size)),
    ],
  ];

  it.each(faults)('falls back to the whole file if it %s', async (_, reason, spoil) => {
    const kept = await pulled(first);
    const entry = entryOf(second, 'amd64');
    const path = deltaPath(entryOf(first, 'amd64').sha256, entry.sha256);
    const files = tampered(second, { [path]: spoil(second.files.get(path) ?? new Uint8Array()) });
    const report = await pull({ source: fakeHost(files), store: memoryStore(kept) });
    expect(report.files[1]).toEqual({ path: summaryPath(entry.sha256), how: 'full', bytes: entry.storedSize });
    expect(report.fallbacks.map((fallback) => fallback.path)).toEqual([path]);
    expect(report.fallbacks[0]?.reason).toMatch(reason);
    expect(bytesAsText(kept.get(`summaries/${entry.sha256}`))).toBe(bytesAsText(second.canonical.get(entry.sha256)));
  });

  it('counts the bytes of the delta too', async () => {
    const kept = await pulled(first);
    const entry = entryOf(second, 'amd64');
    const path = deltaPath(entryOf(first, 'amd64').sha256, entry.sha256);
    const host = fakeHost(tampered(second, { [path]: new Uint8Array(10) }));
    const report = await pull({ source: host, store: memoryStore(kept) });
    expect(report.fallbacks[0]?.bytes).toBe(10);
    expect(report.transferred).toBe((second.files.get(INDEX_PATH)?.length ?? 0) + 10 + entry.storedSize);
  });

  it('falls back if the cached version that the delta starts from is damaged', async () => {
    const kept = await pulled(first);
    const name = `summaries/${entryOf(first, 'amd64').sha256}`;
    kept.set(name, flip(kept.get(name), 100));
    const report = await pull({ source: fakeHost(second.files), store: memoryStore(kept) });
    expect(report.files[1]?.how).toBe('full');
    expect(report.fallbacks[0]?.reason).toContain('the cached copy is damaged');
  });
});

describe('pull, when the store is damaged', () => {
  it('fetches a damaged summary again, and says so', async () => {
    const kept = await pulled(first);
    const entry = entryOf(first, 'amd64');
    const name = `summaries/${entry.sha256}`;
    kept.set(name, flip(kept.get(name), 100));
    const report = await pull({ source: fakeHost(first.files), store: memoryStore(kept) });
    expect(report).toMatchObject({ changed: true, transferred: entry.storedSize });
    expect(report.fallbacks).toEqual([{ path: name, reason: expect.stringContaining('damaged'), bytes: 0 }]);
    expect(bytesAsText(kept.get(name))).toBe(bytesAsText(first.canonical.get(entry.sha256)));
  });

  it.each([
    ['cut', (bytes: Uint8Array) => bytes.subarray(0, 40)],
    ['garbage', () => Uint8Array.of(1, 2, 3)],
  ])('starts over, and says so, if the cached index is %s', async (_, spoil) => {
    const kept = await pulled(first);
    kept.set(INDEX_PATH, spoil(kept.get(INDEX_PATH) ?? new Uint8Array()));
    const report = await pull({ source: fakeHost(first.files), store: memoryStore(kept), arch: 'amd64' });
    expect(report.fallbacks.map((fallback) => fallback.path)).toEqual([INDEX_PATH]);
    expect(report.files.map((file) => file.how)).toEqual(['full', 'cached']);
    expect(bytesAsText(kept.get(INDEX_PATH))).toBe(bytesAsText(first.files.get(INDEX_PATH)));
  });

  it('refuses a published tree, and leaves it unchanged', async () => {
    const kept = new Map(second.files);
    const refused = pull({ source: fakeHost(first.files), store: memoryStore(kept), allowRollback: true });
    await expect(refused).rejects.toMatchObject({
      code: 'conflict',
      path: 'memory',
      message: 'expected a cache or an empty directory, found a published tree',
    });
    expect(filesAsText(kept)).toEqual(filesAsText(second.files));
  });

  it.each([
    ['not JSON', 'var index;'],
    ['JSON of a different kind', '{"name":"site","pages":[]}'],
  ])('refuses a store with an index.json that is %s', async (_, text) => {
    const kept = new Map([[INDEX_PATH, encodeText(text)]]);
    const refused = pull({ source: fakeHost(first.files), store: memoryStore(kept) });
    await expect(refused).rejects.toMatchObject({
      code: 'conflict',
      path: 'memory',
      message: 'expected a cache or an empty directory, found an index.json of a different kind',
    });
    expect([...kept.keys()]).toEqual([INDEX_PATH]);
  });

  it('continues after a crash that left an index and nothing else', async () => {
    const kept = new Map([[INDEX_PATH, first.files.get(INDEX_PATH) ?? new Uint8Array()]]);
    await pull({ source: fakeHost(first.files), store: memoryStore(kept), arch: 'amd64' });
    expect(held(kept)).toEqual([`summaries/${entryOf(first, 'amd64').sha256}`]);
  });

  it('ignores an origin that is not JSON', async () => {
    const kept = await pulled(first);
    kept.set('origin.json', encodeText('{'));
    const report = await pull({ source: fakeHost(first.files), store: memoryStore(kept) });
    expect(report.files[0]?.bytes).toBe(first.files.get(INDEX_PATH)?.length);
  });

  it('removes leftovers of interrupted writes', async () => {
    const kept = await pulled(first);
    kept.set('summaries/.repomill-tmp-1-0', Uint8Array.of(1));
    kept.set('.repomill-tmp-1-0', Uint8Array.of(1));
    await pull({ source: fakeHost(first.files), store: memoryStore(kept) });
    expect(held(kept)).toEqual([`summaries/${entryOf(first, 'amd64').sha256}`]);
    expect(kept.has('.repomill-tmp-1-0')).toBe(false);
  });
});

describe('pull, when the host is not to be trusted', () => {
  /** The code and the text of the refusal; the store must not have changed. */
  async function refusalOf(files: Map<string, Uint8Array>): Promise<string> {
    const kept = await pulled(first);
    const before = new Map(kept);
    const error = await failureOf(pull({ source: fakeHost(files), store: memoryStore(kept) }));
    expect(filesAsText(kept)).toEqual(filesAsText(before));
    return `${error.code}: ${formatError(error)}`;
  }

  it('refuses a source without an index', async () => {
    expect(await refusalOf(new Map())).toBe(
      'not-found: https://host.example/tree/: no index.json: not a repository, or not its top directory',
    );
  });

  it('refuses an index that is cut off', async () => {
    const index = second.files.get(INDEX_PATH)?.subarray(0, -10);
    expect(await refusalOf(tampered(second, { [INDEX_PATH]: index }))).toBe('format: index: expected JSON');
  });

  it('refuses a web page in place of the index', async () => {
    const files = tampered(second, { [INDEX_PATH]: encodeText('<!doctype html>') });
    expect(await refusalOf(files)).toBe('format: index: expected JSON');
  });

  it('refuses an index of a newer format', async () => {
    const text = new TextDecoder().decode(second.files.get(INDEX_PATH)).replace('repomill/1', 'repomill/2');
    expect(await refusalOf(tampered(second, { [INDEX_PATH]: encodeText(text) }))).toBe(
      'format: index: expected format repomill/1, found "repomill/2"',
    );
  });

  it('refuses an older index', async () => {
    const kept = await pulled(third);
    const before = new Map(kept);
    await expect(pull({ source: fakeHost(second.files), store: memoryStore(kept) })).rejects.toMatchObject({
      code: 'integrity',
      path: INDEX_PATH,
      message: 'expected version 3 or newer, found 2',
    });
    expect(filesAsText(kept)).toEqual(filesAsText(before));
  });

  it('refuses a different index of the same version', async () => {
    expect(await refusalOf(withIndex(first, { title: 'different' }))).toBe(
      'integrity: index.json: a different index with the same version 1',
    );
  });

  it('accepts an older index with allowRollback', async () => {
    const kept = await pulled(third);
    const report = await pull({ source: fakeHost(first.files), store: memoryStore(kept), allowRollback: true });
    expect(report).toMatchObject({ version: 1, previous: 3, changed: true });
    expect(held(kept)).toEqual([`summaries/${entryOf(first, 'amd64').sha256}`]);
  });

  function spoilSummary(spoil: (stored: Uint8Array) => Uint8Array | undefined): Map<string, Uint8Array> {
    const entry = entryOf(second, 'amd64');
    const path = summaryPath(entry.sha256);
    const summaries = second.signed.summaries.map((listed) => ({ ...listed, history: [] }));
    const files = withIndex(second, { summaries });
    const spoiled = spoil(files.get(path) ?? new Uint8Array());
    if (spoiled === undefined) files.delete(path);
    else files.set(path, spoiled);
    return files;
  }

  it('refuses an index whose summary is missing', async () => {
    const path = summaryPath(entryOf(second, 'amd64').sha256);
    expect(await refusalOf(spoilSummary(() => undefined))).toBe(
      `transport: ${path}: named by the index, but missing at https://host.example/tree/`,
    );
  });

  it.each<readonly [string, RegExp, (stored: Uint8Array) => Uint8Array]>([
    ['is cut off', /^gzip: unexpected end of file$/, (stored) => stored.subarray(0, -100)],
    ['is cut off within its first bytes', /^gzip: unexpected end of file$/, (stored) => stored.subarray(0, 5)],
    ['is empty', /^expected \d+ bytes, found 0$/, () => new Uint8Array()],
    ['is a web page', /^expected \d+ bytes, found 37$/, () => encodeText('<!doctype html><title>Welcome</title>')],
    ['has a flipped bit', /^gzip: /, (stored) => flip(stored, stored.length >> 1)],
    [
      'is a different summary',
      /^expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}$/,
      () => first.files.get(summaryPath(entryOf(first, 'amd64').sha256)) ?? new Uint8Array(),
    ],
    ['is far too long', /^expected at most \d+ bytes, found \d+$/, (stored) => new Uint8Array(stored.length * 100)],
  ])('refuses a summary that %s', async (_, message, spoil) => {
    const start = `integrity: ${summaryPath(entryOf(second, 'amd64').sha256)}: `;
    const refusal = await refusalOf(spoilSummary(spoil));
    expect(refusal.slice(0, start.length)).toBe(start);
    expect(refusal.slice(start.length)).toMatch(message);
  });

  it('refuses a summary that unpacks to more than the index says', async () => {
    const summaries = second.signed.summaries.map((entry) => ({ ...entry, size: entry.size - 1, history: [] }));
    const { sha256, size } = entryOf(second, 'amd64');
    expect(await refusalOf(withIndex(second, { summaries }))).toBe(
      `integrity: ${summaryPath(sha256)}: gzip: expected ${size - 1} bytes, found ${size}`,
    );
  });

  it('refuses a summary that unpacks to less than the index says, without making room for it', async () => {
    const summaries = second.signed.summaries.map((entry) => ({ ...entry, size: 2 ** 26, history: [] }));
    const { sha256, size } = entryOf(second, 'amd64');
    expect(await refusalOf(withIndex(second, { summaries }))).toBe(
      `integrity: ${summaryPath(sha256)}: gzip: expected ${2 ** 26} bytes, found ${size}`,
    );
  });

  it('refuses a summary of which the index claims more content than so few bytes should hold, and fetches none of it', async () => {
    const summaries = second.signed.summaries.map((entry) => ({ ...entry, size: 2 ** 31 - 1, history: [] }));
    const [{ storedSize } = entryOf(second, 'amd64')] = summaries;
    const max = 100 * storedSize + 2 ** 26;
    expect(await refusalOf(withIndex(second, { summaries }))).toBe(
      `format: index: summary: expected at most ${max} bytes of content in ${storedSize} stored bytes, found 2147483647`,
    );
  });
});

describe('pull, when the index does not describe its summaries', () => {
  const archOf = ({ arch, subset }: SummaryEntry): string => `${arch} ${subset ?? ''}`;

  /** The refusal of an index with one other entry for amd64, by a copy of the first version, which must not have changed. */
  async function refusalOf(entry: SummaryEntry): Promise<string> {
    const others = second.signed.summaries.filter((listed) => archOf(listed) !== archOf(entry));
    const kept = await pulled(first);
    const before = new Map(kept);
    const source = fakeHost(withIndex(second, { summaries: [entry, ...others] }));
    const error = await failureOf(pull({ source, store: memoryStore(kept) }));
    expect(filesAsText(kept)).toEqual(filesAsText(before));
    const copy = await openRepository({ store: memoryStore(kept) });
    expect((await copy.show('curl')).length).toBe(1);
    return `${error.code}: ${formatError(error)}`;
  }

  it.each<readonly [string, () => SummaryEntry, string]>([
    [
      'gives the summary of a different arch',
      () => ({ ...entryOf(second, 'arm64'), arch: 'amd64' }),
      'format: PATH: header: expected amd64 with 50 packages, found arm64 with 50 packages',
    ],
    [
      'gives a subset for the whole',
      () => {
        const { subset: _subset, ...entry } = entryOf(second, 'amd64', 'free');
        return entry;
      },
      'format: PATH: header: expected amd64 with 30 packages, found amd64 (free) with 30 packages',
    ],
    [
      'counts the packages of a whole file wrong',
      () => ({ ...entryOf(second, 'amd64'), packages: 1, history: [] }),
      'format: PATH: header: expected amd64 with 1 package, found amd64 with 50 packages',
    ],
    [
      'counts the packages of a delta wrong',
      () => ({ ...entryOf(second, 'amd64'), packages: 1 }),
      'format: PATH: header: expected amd64 with 1 package, found amd64 with 50 packages',
    ],
    [
      'counts the packages of what the copy has wrong',
      () => ({ ...entryOf(first, 'amd64'), packages: 1 }),
      'format: PATH: header: expected amd64 with 1 package, found amd64 with 50 packages',
    ],
    [
      'has a digest of the header that is not its own',
      () => {
        const entry = entryOf(second, 'amd64');
        return { ...entry, header: { ...entry.header, sha256: entry.sha256 } };
      },
      'integrity: PATH: header: expected SHA-256 DIGEST, found DIGEST',
    ],
  ])('refuses an index that %s, before anything is replaced', async (_title, make, expected) => {
    const refusal = await refusalOf(make());
    expect(
      refusal
        .replace(/summaries\/[0-9a-f]{64}(\.gz)?/, 'PATH')
        .replaceAll(/(?<=SHA-256 |found )[0-9a-f]{64}/g, 'DIGEST'),
    ).toBe(expected);
  });
});

describe('pull, when the store fails', () => {
  /** Every change to a store counts as one; the one of the given number and all after it fail. */
  function failingStore(kept: Map<string, Uint8Array>, failAt: number): Store & { readonly changes: () => number } {
    const inner = memoryStore(kept);
    let changes = 0;
    const change = async (act: () => Promise<void>): Promise<void> => {
      if (changes++ >= failAt) throw new Error('disk full');
      await act();
    };
    return {
      ...inner,
      changes: () => changes,
      write: (name, bytes) => change(() => inner.write(name, bytes)),
      remove: (name) => change(() => inner.remove(name)),
    };
  }

  it('stays usable after a failure at any change, and is right after the next pull', async () => {
    const fine = new Map<string, Uint8Array>();
    await pull({ source: fakeHost(first.files), store: memoryStore(fine) });
    const start = new Map(fine);
    const counting = failingStore(fine, Number.POSITIVE_INFINITY);
    await pull({ source: fakeHost(third.files), store: counting });
    expect(counting.changes()).toBe(6);
    for (let failAt = 0; failAt < counting.changes(); failAt++) {
      const kept = new Map(start);
      await expect(pull({ source: fakeHost(third.files), store: failingStore(kept, failAt) })).rejects.toThrow(
        'disk full',
      );

      const repository = await openRepository({ store: memoryStore(kept) });
      const [curl] = await repository.show('curl', { arch: 'amd64' });
      expect(curl?.record.version).toBe(repository.signed.version === 1 ? '1.0' : '1.2');

      await pull({ source: fakeHost(third.files), store: memoryStore(kept) });
      expect(filesAsText(kept)).toEqual(filesAsText(fine));
    }
  });

  it('does not fetch again what it has stored', async () => {
    const kept = new Map<string, Uint8Array>();
    await expect(pull({ source: fakeHost(first.files), store: failingStore(kept, 1) })).rejects.toThrow('disk full');
    const report = await pull({ source: fakeHost(first.files), store: memoryStore(kept) });
    expect(report.files.map((file) => file.how).sort()).toEqual(['cached', 'full', 'full']);
  });

  it('does not hide a bug in the store with a fallback', async () => {
    const store = {
      ...memoryStore(await pulled(first)),
      read: async () => Promise.reject(new TypeError('defect')),
    };
    await expect(pull({ source: fakeHost(first.files), store })).rejects.toThrow('defect');
  });
});

describe('pull, of records with fields of their own', () => {
  it('updates a record with a field that repomill does not know', async () => {
    const before = [tinyRecord('one', 'amd64'), tinyRecord('two', 'amd64')];
    const old = await publishTiny([{ arch: 'amd64', records: before }]);
    const after = [tinyRecord('one', 'amd64'), tinyRecord('two', 'amd64', { colour: { r: 1, g: [2.5, null] } })];
    const next = await publishTiny([{ arch: 'amd64', records: after }], { previous: old });
    const kept = await pulled(old);
    await pull({ source: fakeHost(next.files), store: memoryStore(kept) });
    const repository = await openRepository({ store: memoryStore(kept) });
    expect((await repository.show('two')).map(({ record }) => record)).toEqual([after[1]]);
  });
});

describe('pull, at the same time as a different one', () => {
  it('holds the lock of the store while it works, and releases it', async () => {
    const events: string[] = [];
    const inner = memoryStore();
    const store: Store = {
      ...inner,
      lock: async () => {
        events.push('lock');
        return async () => void events.push('unlock');
      },
      read: (name) => {
        events.push('read');
        return inner.read(name);
      },
      write: (name, bytes) => {
        events.push('write');
        return inner.write(name, bytes);
      },
    };
    await pull({ source: fakeHost(first.files), store });
    await expect(pull({ source: fakeHost(new Map()), store })).rejects.toMatchObject({
      code: 'not-found',
      path: 'https://host.example/tree/',
    });
    expect([events[0], events.at(-1)]).toEqual(['lock', 'unlock']);
    expect(events.filter((event) => event.endsWith('lock'))).toEqual(['lock', 'unlock', 'lock', 'unlock']);
    expect(events).toContain('write');
  });

  it('does nothing if another one has the lock', async () => {
    const kept = new Map<string, Uint8Array>();
    const host = fakeHost(first.files);
    const locked = { ...memoryStore(kept), lock: async () => Promise.reject(new RepomillError('conflict', 'busy')) };
    await expect(pull({ source: host, store: locked })).rejects.toMatchObject({ code: 'conflict', message: 'busy' });
    expect([host.requests, kept.size]).toEqual([[], 0]);
  });
});

describe('pull, when it is aborted', () => {
  const reason = new Error('enough');
  const isIndex = (path: string): boolean => path === INDEX_PATH;
  const isDelta = (path: string): boolean => path.startsWith('deltas/');
  const isSummary = (path: string): boolean => path.startsWith('summaries/');

  it('fetches nothing and changes nothing if it was aborted before', async () => {
    const [host, kept] = [fakeHost(first.files), new Map<string, Uint8Array>()];
    const refused = pull({ source: host, store: memoryStore(kept), signal: AbortSignal.abort(reason) });
    await expect(refused).rejects.toMatchObject({ code: 'interrupted', message: 'aborted', cause: reason });
    expect([host.requests, kept.size]).toEqual([[], 0]);
  });

  it.each([
    ['the index', isIndex, []],
    ['a delta', isDelta, ['deltas']],
    ['a whole summary', isSummary, ['summaries']],
  ] as const)(
    'ends while %s is fetched, without a fallback, and leaves the copy as it was',
    async (_, stalls, last) => {
      const kept = await pulled(first);
      const before = new Map(kept);
      const history = stalls === isSummary ? [] : undefined;
      const summaries = second.signed.summaries.map((entry) => ({ ...entry, history: history ?? entry.history }));
      const host = stallingHost(withIndex(second, { summaries }), stalls);
      const [controller, warnings] = [new AbortController(), [] as string[]];
      const { signal } = controller;
      const progress = { warn: (message: string) => void warnings.push(message) };
      const pulling = pull({ source: host, store: memoryStore(kept), signal, progress });
      void host.stalled.then(() => controller.abort(reason));
      await expect(pulling).rejects.toMatchObject({ code: 'interrupted', cause: reason });
      expect(host.requests.slice(1).map((path) => path.split('/')[0])).toEqual(last);
      expect(warnings).toEqual([]);
      expect(filesAsText(kept)).toEqual(filesAsText(before));
    },
  );

  it('ends between two summaries that are stored, and the next pull fetches nothing twice', async () => {
    const kept = new Map<string, Uint8Array>();
    const inner = memoryStore(kept);
    const controller = new AbortController();
    const store: Store = {
      ...inner,
      async write(name, bytes) {
        await inner.write(name, bytes);
        controller.abort(reason);
      },
    };
    const pulling = pull({ source: fakeHost(first.files), store, signal: controller.signal });
    await expect(pulling).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    expect([...kept.keys()]).toEqual([`summaries/${entryOf(first, 'amd64').sha256}`]);
    const report = await pull({ source: fakeHost(first.files), store: inner });
    expect(report.files.map((file) => file.how)).toEqual(['full', 'cached', 'full']);
  });

  it('ends although the source does not listen to the signal', async () => {
    const controller = new AbortController();
    const { fetch, ...host } = fakeHost(first.files);
    const deaf = {
      ...host,
      fetch: async (path: string, { maxBytes }: Parameters<typeof fetch>[1]) => {
        controller.abort(reason);
        return fetch(path, { maxBytes });
      },
    };
    const pulling = pull({ source: deaf, store: memoryStore(), signal: controller.signal });
    await expect(pulling).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    expect(host.requests).toEqual([INDEX_PATH]);
  });

  it('releases the lock', async () => {
    const events: string[] = [];
    const controller = new AbortController();
    const host = stallingHost(first.files, isIndex);
    const store = { ...memoryStore(), lock: async () => async () => void events.push('unlock') };
    const pulling = pull({ source: host, store, signal: controller.signal });
    void host.stalled.then(() => controller.abort(reason));
    await expect(pulling).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    expect(events).toEqual(['unlock']);
  });
});
