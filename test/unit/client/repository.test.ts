import { beforeAll, describe, expect, it } from 'vitest';
import { memoryStore } from '../../../src/client/in-memory.ts';
import { pull } from '../../../src/client/pull/pull.ts';
import { openRepository, type Repository } from '../../../src/client/repository.ts';
import { INDEX_PATH, summaryPath } from '../../../src/layouts/native/format/paths.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';
import { fakeHost, stallingHost } from './fake-host.ts';
import { tinyRecord, tinyRecords } from './tiny-records.ts';
import { publishTiny, type TinyTree } from './tiny-tree.ts';

let tree: TinyTree;
let kept: Map<string, Uint8Array>;
let repository: Repository;

beforeAll(async () => {
  const amd64 = [
    ...tinyRecords('amd64'),
    tinyRecord('curl', 'amd64', { version: '1.10' }),
    tinyRecord('curl', 'amd64', { version: '1.9' }),
    tinyRecord('Curly', 'amd64', { summary: 'hair', description: 'ÉTÉ' }),
    tinyRecord('libcurl', 'amd64', { section: 'libs' }),
  ];
  tree = await publishTiny([
    { arch: 'amd64', records: amd64 },
    { arch: 'amd64', subset: 'free', records: amd64.slice(0, 5) },
    { arch: 'arm64', records: tinyRecords('arm64') },
  ]);
  kept = new Map();
  await pull({ source: fakeHost(tree.files), store: memoryStore(kept) });
  repository = await openRepository({ store: memoryStore(kept) });
});

describe('openRepository', () => {
  it('refuses to open without a source and a store', async () => {
    await expect(openRepository({})).rejects.toMatchObject({
      code: 'usage',
      message: 'repository: expected a source or a store, found neither',
    });
  });

  it('refuses a store that holds no index', async () => {
    await expect(openRepository({ store: memoryStore() })).rejects.toMatchObject({
      code: 'not-found',
      path: 'memory',
      message: 'nothing has been pulled here yet',
    });
  });

  it('refuses a source that has no index', async () => {
    await expect(openRepository({ source: fakeHost(new Map()) })).rejects.toMatchObject({
      code: 'not-found',
      path: 'https://host.example/tree/',
      message: 'no index.json: not a repository, or not its top directory',
    });
  });

  it('fetches only the index, and lists it in files', async () => {
    const host = fakeHost(tree.files);
    const { files } = await openRepository({ source: host });
    expect(host.requests).toEqual([INDEX_PATH]);
    expect(files).toEqual([{ path: INDEX_PATH, how: 'full', bytes: tree.files.get(INDEX_PATH)?.length }]);
  });

  it('fetches nothing if the store has what is needed', async () => {
    const host = fakeHost(tree.files);
    const both = await openRepository({ source: host, store: memoryStore(kept) });
    await both.show('curl');
    expect(host.requests).toEqual([]);
  });
});

describe('status', () => {
  it('lists every summary, and whether it is cached', () => {
    const status = repository.status();
    expect(status).toMatchObject({ name: 'tiny', version: 1, location: 'https://host.example/tree/' });
    expect(status.summaries.map(({ arch, subset, packages, cached }) => [arch, subset, packages, cached])).toEqual([
      ['amd64', undefined, 54, true],
      ['amd64', 'free', 5, false],
      ['arm64', undefined, 50, true],
    ]);
  });

  it('has nothing cached without a store', async () => {
    const remote = await openRepository({ source: fakeHost(tree.files) });
    expect(remote.status().summaries.some(({ cached }) => cached)).toBe(false);
  });
});

describe('show', () => {
  it('finds every version of a package, the newest first', async () => {
    const found = await repository.show('curl', { arch: 'amd64' });
    expect(found.map(({ record }) => record.version)).toEqual(['1.10', '1.9', '1.0']);
  });

  it('finds the same package of two architectures twice, each with its arch', async () => {
    const found = await repository.show('git');
    expect(found.map(({ record, arches }) => [record.arch, arches])).toEqual([
      ['amd64', ['amd64']],
      ['arm64', ['arm64']],
    ]);
  });

  it('finds a record for all architectures once, with the architectures that list it', async () => {
    const found = await repository.show('git-doc');
    expect(found).toEqual([{ record: tinyRecord('git-doc', 'all'), arches: ['amd64', 'arm64'] }]);
  });

  it('finds one version', async () => {
    const found = await repository.show('curl', { version: '1.9' });
    expect(found.map(({ record }) => record.version)).toEqual(['1.9']);
    expect(await repository.show('curl', { version: '1.11' })).toEqual([]);
  });

  it.each([['nothing-like-it'], [''], ['lib'], ['CURL'], ['curl\0']])(
    'finds nothing with the name %j',
    async (name) => {
      expect(await repository.show(name)).toEqual([]);
    },
  );

  it('refuses a subset that was not pulled', async () => {
    await expect(repository.show('curl', { subset: 'free' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'no subset free here; there is none',
    });
  });

  it('takes three round trips from a source, and no more than header and buckets', async () => {
    const host = fakeHost(tree.files);
    const remote = await openRepository({ source: host });
    const found = await remote.show('git-doc', { arch: 'arm64' });
    expect(found).toHaveLength(1);
    expect(host.roundTrips()).toBe(3);
    const path = summaryPath(tree.signed.summaries.find(({ arch }) => arch === 'arm64')?.sha256 ?? raise());
    expect(remote.files.slice(1).every((file) => file.path === path && file.how === 'partial')).toBe(true);
  });

  it('reads all architectures concurrently, and fetches shared files once', async () => {
    const host = fakeHost(tree.files);
    const remote = await openRepository({ source: host });
    const found = await remote.show('git-doc');
    expect(found.map(({ arches }) => arches)).toEqual([['amd64', 'arm64']]);
    expect(host.roundTrips()).toBe(3);
    const alone = fakeHost(tree.files);
    await (await openRepository({ source: alone })).show('git-doc', { arch: 'amd64' });
    // In addition to those for one: the header of the other, and its own bucket if it has that one.
    expect(host.requests.length - alone.requests.length).toBeLessThanOrEqual(2);
  });

  it('fetches from the source what the store lacks', async () => {
    const host = fakeHost(tree.files);
    const both = await openRepository({ source: host, store: memoryStore(kept) });
    expect(await both.show('alien', { subset: 'free' })).toHaveLength(1);
    expect(host.requests[0]).toContain('summaries/');
  });
});

describe('search', () => {
  async function names(terms: readonly string[], where?: string): Promise<readonly string[]> {
    const query = where === undefined ? {} : { where: parseQuery(where) };
    const { hits } = await repository.search(terms, { arch: 'amd64', ...query });
    return hits.map(({ name, version }) => (version === '1.0' ? name : `${name} ${version}`));
  }

  it('puts the exact name first, then names that begin with it, contain it, and the rest', async () => {
    expect(await names(['curl'])).toEqual([
      'curl 1.10',
      'curl 1.9',
      'curl',
      'Curly',
      'curl-core',
      'curl-dev',
      'curl-doc',
      'curl-tools',
      'libcurl',
    ]);
  });

  it('finds records that contain every term, in any field', async () => {
    expect(await names(['curl', 'made-of::9'])).toEqual(['curl-core']);
    expect(await names(['curl', 'nowhere'])).toEqual([]);
  });

  it.each([
    ['the summary', 'HAIR', ['Curly']],
    ['the description', 'été', ['Curly']],
    ['the tags', 'ROLE::program', undefined],
  ])('searches %s, in upper and lower case', async (_, term, expected) => {
    const found = await names([term]);
    if (expected === undefined) expect(found).toHaveLength(54);
    else expect(found).toEqual(expected);
  });

  it('does not search other fields', async () => {
    expect(await names(['libs'])).toEqual([]);
  });

  it('does not find a term that begins in one field and ends in the next', async () => {
    expect(await names(['Curlyhair'])).toEqual([]);
  });

  it('applies a query', async () => {
    expect(await names([], 'section = libs')).toEqual(['libcurl']);
    expect(await names(['curl'], 'version > 1.0')).toEqual(['curl 1.10', 'curl 1.9']);
    expect(await names(['curl'], 'not (name ~ "*-*" or version > 1.0) and size >= 1005')).toEqual(['Curly', 'libcurl']);
  });

  it('counts all hits if it returns fewer', async () => {
    const { total, hits } = await repository.search(['curl'], { arch: 'amd64', limit: 2 });
    expect(total).toBe(9);
    expect(hits.map(({ version }) => version)).toEqual(['1.10', '1.9']);
  });

  it('names the fields of a query that no record has, and what was probably meant', async () => {
    const where = parseQuery('versoin = 1 or not colour');
    const { unknownFields } = await repository.search([], { where });
    expect(unknownFields).toEqual([{ field: 'versoin', meant: 'version' }, { field: 'colour' }]);
    expect((await repository.search([], { where: parseQuery('version = 1') })).unknownFields).toEqual([]);
  });

  it('returns no hits if none are wanted, and counts them', async () => {
    expect(await repository.search(['curl'], { arch: 'amd64', limit: 0 })).toEqual({
      total: 9,
      hits: [],
      unknownFields: [],
    });
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses to return at most %d hits', async (limit) => {
    await expect(repository.search(['curl'], { limit })).rejects.toMatchObject({
      code: 'usage',
      message: `limit: expected a whole number from 0 up, found ${limit}`,
    });
  });

  it('lists the architectures of each hit', async () => {
    const { hits } = await repository.search(['git-d']);
    expect(hits).toEqual([
      { name: 'git-dev', version: '1.0', arch: 'amd64', summary: 'the git-dev package', arches: ['amd64'] },
      { name: 'git-dev', version: '1.0', arch: 'arm64', summary: 'the git-dev package', arches: ['arm64'] },
      { name: 'git-doc', version: '1.0', arch: 'all', summary: 'the git-doc package', arches: ['amd64', 'arm64'] },
    ]);
  });

  it('reads a shared bucket once', async () => {
    const store = memoryStore(kept);
    let read = 0;
    const counting = {
      ...store,
      readRange: (name: string, start: number, length: number) => {
        read += length;
        return store.readRange(name, start, length);
      },
    };
    await (await openRepository({ store: counting })).search(['curl']);
    const [amd64, , arm64] = tree.signed.summaries;
    const sizes = new Map([amd64, arm64].flatMap((entry) => bucketSizes(entry?.sha256)));
    const headers = (amd64?.header.size ?? 0) + (arm64?.header.size ?? 0);
    expect(read).toBe(headers + [...sizes.values()].reduce((sum, size) => sum + size, 0));
    expect(read).toBeLessThan((amd64?.size ?? 0) + (arm64?.size ?? 0));
  });

  it('takes three round trips from a source', async () => {
    const host = fakeHost(tree.files);
    await (await openRepository({ source: host })).search(['curl'], { arch: 'amd64' });
    expect(host.roundTrips()).toBe(3);
    expect(host.requests).toHaveLength(3);
  });
});

describe('a read that is aborted', () => {
  const reason = new Error('enough');
  type Read = (open: Repository, signal: AbortSignal) => Promise<unknown>;
  const reads: readonly (readonly [string, Read])[] = [
    ['show', (open, signal) => open.show('curl', { signal })],
    ['search', (open, signal) => open.search(['curl'], { signal })],
    ['details', (open, signal) => open.details({ ...withDetails, arch: 'amd64' }, { signal })],
    ['plan', (open, signal) => open.plan({ packages: ['curl'], arch: 'amd64', signal })],
  ];
  const withDetails = { name: 'x', version: '1', details: 'a'.repeat(64), detailsSize: 5 };

  it.each(reads)('fetches nothing if it was aborted before: %s', async (_, read) => {
    const host = fakeHost(tree.files);
    const remote = await openRepository({ source: host });
    const before = host.requests.length;
    const refused = read(remote, AbortSignal.abort(reason));
    await expect(refused).rejects.toMatchObject({ code: 'interrupted', message: 'aborted', cause: reason });
    expect(host.requests).toHaveLength(before);
  });

  it.each(reads)('ends while a file is fetched: %s', async (_, read) => {
    const host = stallingHost(tree.files, (path) => path !== INDEX_PATH);
    const remote = await openRepository({ source: host });
    const controller = new AbortController();
    const reading = read(remote, controller.signal);
    void host.stalled.then(() => controller.abort(reason));
    await expect(reading).rejects.toMatchObject({ code: 'interrupted', cause: reason });
  });

  it('ends while buckets are fetched, and leaves the repository usable', async () => {
    let stalls = true;
    const host = stallingHost(tree.files, (_, { range }) => stalls && range !== undefined && range.start > 0);
    const remote = await openRepository({ source: host });
    const controller = new AbortController();
    const reading = remote.show('curl', { arch: 'amd64', signal: controller.signal });
    void host.stalled.then(() => controller.abort(reason));
    await expect(reading).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    stalls = false;
    expect(await remote.show('curl', { arch: 'amd64' })).toHaveLength(3);
  });

  it('does not end a different read of the same summary', async () => {
    const host = fakeHost(tree.files);
    const remote = await openRepository({ source: host });
    const controller = new AbortController();
    const reads = [
      remote.show('curl', { arch: 'amd64', signal: controller.signal }),
      remote.show('git', { arch: 'amd64' }),
    ];
    controller.abort(reason);
    const [aborted, other] = await Promise.allSettled(reads);
    expect(aborted).toMatchObject({ status: 'rejected', reason: { code: 'interrupted', cause: reason } });
    expect(other).toMatchObject({ status: 'fulfilled', value: [{ record: { name: 'git' } }] });
  });

  it('ends while the index is fetched', async () => {
    const controller = new AbortController();
    const host = stallingHost(tree.files, () => true);
    const opening = openRepository({ source: host, signal: controller.signal });
    void host.stalled.then(() => controller.abort(reason));
    await expect(opening).rejects.toMatchObject({ code: 'interrupted', cause: reason });
  });

  it('ends between the buckets of a store', async () => {
    const controller = new AbortController();
    const inner = memoryStore(kept);
    let reading = false;
    const store = {
      ...inner,
      readRange: async (name: string, start: number, length: number) => {
        if (reading && start > 0) controller.abort(reason);
        return inner.readRange(name, start, length);
      },
    };
    const local = await openRepository({ store });
    reading = true;
    const searching = local.search(['curl'], { signal: controller.signal });
    await expect(searching).rejects.toMatchObject({ code: 'interrupted', cause: reason });
  });
});

function bucketSizes(sha256: string | undefined): readonly (readonly [sha256: string, size: number])[] {
  const [line = ''] = new TextDecoder().decode(tree.canonical.get(sha256 ?? '')).split('\n', 1);
  return JSON.parse(line).buckets.map((bucket: { sha256: string; size: number }) => [bucket.sha256, bucket.size]);
}

function raise(): never {
  throw new Error('no such summary');
}
