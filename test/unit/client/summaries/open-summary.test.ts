import { beforeAll, describe, expect, it } from 'vitest';
import { BoundedMap } from '../../../../src/bytes/bounded-map.ts';
import { memoryStore } from '../../../../src/client/in-memory.ts';
import { openRemoteSummary } from '../../../../src/client/summaries/open-remote-summary.ts';
import { type BucketCache, openStoredSummary, type Summary } from '../../../../src/client/summaries/open-summary.ts';
import { summaryPath } from '../../../../src/layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../../../src/layouts/native/format/repository-index.ts';
import { memberRanges } from '../../../../src/layouts/native/format/stored-summary.ts';
import { splitSummary } from '../../../../src/layouts/native/format/summary.ts';
import { fakeHost } from '../fake-host.ts';
import { tinyRecords } from '../tiny-records.ts';
import { publishTiny, type TinyTree } from '../tiny-tree.ts';

let tree: TinyTree;
let entry: SummaryEntry;
let path: string;
let stored: Uint8Array;
let canonical: Uint8Array;
let buckets: number;

beforeAll(async () => {
  tree = await publishTiny([{ arch: 'amd64', records: tinyRecords('amd64') }]);
  entry = firstEntry(tree);
  path = summaryPath(entry.sha256);
  stored = tree.files.get(path) ?? new Uint8Array();
  canonical = tree.canonical.get(entry.sha256) ?? new Uint8Array();
  buckets = splitSummary(canonical).header.buckets.length;
});

const OTHER_BYTES: unknown = expect.stringMatching(
  /^bucket 42\/shared\/0: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}$/,
);
const CUT_OFF: unknown = expect.stringMatching(/^bucket 42\/shared\/0: expected \d+ bytes, found 0$/);

/** The summary's name in a store. */
function name(): string {
  return `summaries/${entry.sha256}`;
}

function emptyCache(maxSize: number = 2 * 1024 * 1024): BucketCache {
  return new BoundedMap(maxSize);
}

function firstEntry({ signed }: TinyTree): SummaryEntry {
  const [first] = signed.summaries;
  if (first === undefined) throw new Error('no summary');
  return first;
}

async function namesIn(summary: Summary, positions: readonly number[]): Promise<readonly (readonly unknown[])[]> {
  const names = [];
  for await (const bucket of summary.buckets(positions)) names.push(bucket.column('name') ?? []);
  return names;
}

function all(): readonly number[] {
  return Array.from({ length: buckets }, (_, i) => i);
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  return flipped;
}

function storeWith(bytes: Uint8Array): ReturnType<typeof memoryStore> {
  return memoryStore(new Map([[`summaries/${entry.sha256}`, bytes]]));
}

function rangeOf(position: number): { readonly start: number; readonly length: number } {
  const range = memberRanges(stored, entry.header.storedSize, buckets)?.[position + 1];
  if (range === undefined) throw new Error(`no bucket ${position}`);
  return range;
}

describe('openStoredSummary', () => {
  it('reads only the header and the requested buckets', async () => {
    const inner = storeWith(canonical);
    const reads: number[] = [];
    const store = {
      ...inner,
      readRange: (name: string, start: number, length: number) => {
        reads.push(length);
        return inner.readRange(name, start, length);
      },
      read: async () => Promise.reject(new Error('read whole')),
    };
    const summary = await openStoredSummary(store, entry, emptyCache());
    await namesIn(summary, [1, 3]);
    expect(reads).toEqual([entry.header.size, summary.header.buckets[1]?.size, summary.header.buckets[3]?.size]);
  });

  it('reads neighbours together', async () => {
    const inner = storeWith(canonical);
    const reads: number[] = [];
    const store = {
      ...inner,
      readRange: (name: string, start: number, length: number) => {
        reads.push(start);
        return inner.readRange(name, start, length);
      },
    };
    const summary = await openStoredSummary(store, entry, emptyCache());
    expect((await namesIn(summary, all())).flat()).toHaveLength(entry.packages);
    expect(reads).toEqual([0, entry.header.size]);
  });

  it('yields the buckets before the one that was tampered with', async () => {
    const damaged = flip(canonical, canonical.length - 1);
    const summary = await openStoredSummary(storeWith(damaged), entry, emptyCache());
    let opened = 0;
    const openAll = async (): Promise<void> => {
      for await (const bucket of summary.buckets(all())) opened += bucket.records > 0 ? 1 : 0;
    };
    await expect(openAll()).rejects.toMatchObject({ code: 'integrity', path: name(), message: OTHER_BYTES });
    expect(opened).toBe(buckets - 1);
  });

  it('keeps no bucket open if they do not fit into the cache together', async () => {
    const cache = emptyCache(canonical.length - entry.header.size - 1);
    const summary = await openStoredSummary(storeWith(canonical), entry, cache);
    const isKept = (position: number): boolean => {
      const sha256 = summary.header.buckets[position]?.sha256;
      return sha256 !== undefined && cache.get(sha256) !== undefined;
    };
    await namesIn(summary, all());
    expect(all().filter(isKept)).toEqual([]);
    await namesIn(summary, [1, 3]);
    expect(all().filter(isKept)).toEqual([1, 3]);
  });

  it('reads a bucket once', async () => {
    const inner = storeWith(canonical);
    let reads = 0;
    const store = {
      ...inner,
      readRange: (name: string, start: number, length: number) => {
        reads++;
        return inner.readRange(name, start, length);
      },
    };
    const summary = await openStoredSummary(store, entry, emptyCache());
    const once = await namesIn(summary, [0, 2]);
    expect(await namesIn(summary, [0, 1, 2])).toEqual([once[0], expect.anything(), once[1]]);
    expect(reads).toBe(1 + 3);
  });

  it('refuses a summary that was not pulled', async () => {
    await expect(openStoredSummary(memoryStore(), entry, emptyCache())).rejects.toMatchObject({
      code: 'not-found',
      path: 'memory',
      message: 'no summary amd64',
    });
  });

  it('refuses a header with a flipped bit', async () => {
    const store = storeWith(flip(canonical, 20));
    await expect(openStoredSummary(store, entry, emptyCache())).rejects.toMatchObject({
      code: 'integrity',
      path: name(),
      message: expect.stringMatching(/^header: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}$/),
    });
  });

  it('refuses a header that is cut off', async () => {
    const store = storeWith(canonical.subarray(0, 50));
    await expect(openStoredSummary(store, entry, emptyCache())).rejects.toMatchObject({
      code: 'integrity',
      path: name(),
      message: `header: expected ${entry.header.size} bytes, found 50`,
    });
  });

  it('refuses the header of a different arch', async () => {
    const other = { ...entry, arch: 'arm64' };
    await expect(openStoredSummary(storeWith(canonical), other, emptyCache())).rejects.toMatchObject({
      code: 'format',
      path: name(),
      message: `header: expected arm64 with ${entry.packages} packages, found amd64 with ${entry.packages} packages`,
    });
  });

  it('refuses buckets that do not add up to the size in the index', async () => {
    const other = { ...entry, size: entry.size + 1 };
    await expect(openStoredSummary(storeWith(canonical), other, emptyCache())).rejects.toMatchObject({
      code: 'format',
      path: name(),
      message: `expected ${entry.size + 1} bytes, found ${entry.size} in header and buckets`,
    });
  });

  it('refuses the one bucket that was tampered with, and reads all others', async () => {
    const damaged = flip(canonical, canonical.length - 1);
    const summary = await openStoredSummary(storeWith(damaged), entry, emptyCache());
    const whole = await openStoredSummary(storeWith(canonical), entry, emptyCache());
    const others = all().slice(0, -1);
    expect(await namesIn(summary, others)).toEqual(await namesIn(whole, others));
    await expect(namesIn(summary, [buckets - 1])).rejects.toMatchObject({
      code: 'integrity',
      path: name(),
      message: OTHER_BYTES,
    });
  });

  it('refuses a bucket that is cut off', async () => {
    const summary = await openStoredSummary(storeWith(canonical.subarray(0, -1)), entry, emptyCache());
    await expect(namesIn(summary, [buckets - 1])).rejects.toMatchObject({
      code: 'integrity',
      path: name(),
      message: expect.stringMatching(/^bucket 42\/shared\/0: expected \d+ bytes, found \d+$/),
    });
  });
});

describe('openRemoteSummary', () => {
  it('fetches the header by one range and each bucket by one more', async () => {
    const host = fakeHost(tree.files);
    const summary = await openRemoteSummary(host, entry, emptyCache());
    expect(host.requests).toEqual([`${path} 0+${entry.header.storedSize}`]);
    await namesIn(summary, [1, 3]);
    const [one, three] = [rangeOf(1), rangeOf(3)];
    expect(host.requests.slice(1)).toEqual([
      `${path} ${one.start}+${one.length}`,
      `${path} ${three.start}+${three.length}`,
    ]);
    expect(host.roundTrips()).toBe(2);
  });

  it('fetches neighbours together, all of them by one range', async () => {
    const host = fakeHost(tree.files);
    const summary = await openRemoteSummary(host, entry, emptyCache());
    const names = await namesIn(summary, all());
    const start = entry.header.storedSize;
    expect(host.requests.slice(1)).toEqual([`${path} ${start}+${entry.storedSize - start}`]);
    const local = await openStoredSummary(storeWith(canonical), entry, emptyCache());
    expect(names).toEqual(await namesIn(local, all()));
  });

  it('fetches a large part of the file by one range, and gives the requested buckets', async () => {
    const host = fakeHost(tree.files);
    const summary = await openRemoteSummary(host, entry, emptyCache());
    const even = all().filter((position) => position % 2 === 0);
    const names = await namesIn(summary, even);
    expect(host.requests).toHaveLength(2);
    const local = await openStoredSummary(storeWith(canonical), entry, emptyCache());
    expect(names).toEqual(await namesIn(local, even));
  });

  it('fetches no bucket twice', async () => {
    const host = fakeHost(tree.files);
    const summary = await openRemoteSummary(host, entry, emptyCache());
    await namesIn(summary, [2]);
    await namesIn(summary, [2]);
    expect(host.requests).toHaveLength(2);
  });

  it('does not fetch a bucket twice even if it could not keep it open', async () => {
    const host = fakeHost(tree.files);
    const summary = await openRemoteSummary(host, entry, emptyCache(0));
    await namesIn(summary, [2, 3]);
    await namesIn(summary, [2, 3, 4]);
    const { start, length } = rangeOf(4);
    expect(host.requests.slice(2)).toEqual([`${path} ${start}+${length}`]);
  });

  it('takes the whole file from a host that ignores ranges, and sends no further request', async () => {
    const host = fakeHost(tree.files, { ignoresRange: true });
    const summary = await openRemoteSummary(host, entry, emptyCache());
    expect((await namesIn(summary, all())).flat()).toHaveLength(entry.packages);
    expect(host.requests).toHaveLength(1);
  });

  it('takes the whole file from a host that stops honouring ranges', async () => {
    const honest = fakeHost(tree.files);
    const lazy = fakeHost(tree.files, { ignoresRange: true });
    const host = {
      ...lazy,
      fetch: (...args: Parameters<typeof lazy.fetch>) => (args[1].range?.start === 0 ? honest : lazy).fetch(...args),
    };
    const summary = await openRemoteSummary(host, entry, emptyCache());
    expect((await namesIn(summary, [1, 3])).flat()).not.toHaveLength(0);
    await namesIn(summary, all());
    expect(lazy.requests).toHaveLength(2);
  });

  it('fetches the whole file if it does not say where its buckets are', async () => {
    const plain = await publishTiny([{ arch: 'amd64', records: tinyRecords('amd64') }], { withoutMemberLengths: true });
    const host = fakeHost(plain.files);
    const summary = await openRemoteSummary(host, firstEntry(plain), emptyCache());
    await namesIn(summary, [1, 3]);
    expect(host.requests).toEqual([`${path} 0+${firstEntry(plain).header.storedSize}`, path]);
  });

  it('takes the whole file from a host that decompresses it', async () => {
    const unpacks = (): Uint8Array => canonical;
    const host = fakeHost(tree.files, { unpacks });
    const summary = await openRemoteSummary(host, entry, emptyCache());
    expect((await namesIn(summary, all())).flat()).toHaveLength(entry.packages);
    expect(host.requests).toHaveLength(1);
  });

  async function openTampered(bytes: Uint8Array, ignoresRange = false): Promise<Summary> {
    return openRemoteSummary(fakeHost(new Map([[path, bytes]]), { ignoresRange }), entry, emptyCache());
  }

  it('refuses a header with a flipped bit', async () => {
    await expect(openTampered(flip(stored, entry.header.storedSize - 12))).rejects.toMatchObject({
      code: 'integrity',
      path,
      message: 'header: gzip: incorrect data check',
    });
  });

  it('refuses a file that ends within its header', async () => {
    await expect(openTampered(stored.subarray(0, 60))).rejects.toMatchObject({
      code: 'integrity',
      path,
      message: 'header: gzip: unexpected end of file',
    });
  });

  it('refuses the whole file of a host that ignores ranges when one bit is flipped', async () => {
    await expect(openTampered(flip(stored, stored.length >> 1), true)).rejects.toMatchObject({
      code: 'integrity',
      path,
      message: 'gzip: incorrect data check',
    });
  });

  it('refuses member lengths that lead out of the file', async () => {
    // After the ten bytes of the gzip header come the extra field's length (two bytes), the subfield's head (four), the lengths.
    const bytes = flip(stored, 16);
    await expect(openTampered(bytes)).rejects.toMatchObject({
      code: 'integrity',
      path,
      message: expect.stringMatching(/^expected 7222 bytes, found \d+ in its members$/),
    });
  });

  it('refuses a summary that is missing', async () => {
    await expect(openRemoteSummary(fakeHost(new Map()), entry, emptyCache())).rejects.toMatchObject({
      code: 'transport',
      path,
      message: 'named by the index, but missing at https://host.example/tree/',
    });
  });

  it('refuses the one bucket that was tampered with, and reads all others', async () => {
    const { start, length } = rangeOf(2);
    const summary = await openTampered(flip(stored, start + (length >> 1)));
    expect((await namesIn(summary, [0, 1])).flat()).not.toHaveLength(0);
    await expect(namesIn(summary, [2])).rejects.toMatchObject({
      code: 'integrity',
      path,
      message: expect.stringMatching(/^bucket 4\/own\/1: gzip: inva/),
    });
    expect((await namesIn(summary, all().slice(3))).flat()).not.toHaveLength(0);
  });

  it('refuses a file that is too short for its buckets', async () => {
    const summary = await openTampered(stored.subarray(0, -30));
    await expect(namesIn(summary, [buckets - 1])).rejects.toMatchObject({
      code: 'integrity',
      path,
      message: CUT_OFF,
    });
  });

  it('fetches a bucket again that was cut off', async () => {
    const files = new Map([[path, stored.subarray(0, -30)]]);
    const summary = await openRemoteSummary(fakeHost(files), entry, emptyCache());
    await expect(namesIn(summary, [buckets - 1])).rejects.toMatchObject({
      code: 'integrity',
      path,
      message: CUT_OFF,
    });
    files.set(path, stored);
    expect(await namesIn(summary, [buckets - 1])).toHaveLength(1);
  });

  it('tries again after a host failed', async () => {
    const honest = fakeHost(tree.files);
    let failing = true;
    const host = {
      ...honest,
      fetch: async (...args: Parameters<typeof honest.fetch>) => {
        if (failing && args[1].range?.start !== 0) throw new Error('connection reset');
        return honest.fetch(...args);
      },
    };
    const summary = await openRemoteSummary(host, entry, emptyCache());
    await expect(namesIn(summary, [1])).rejects.toThrow('connection reset');
    failing = false;
    expect(await namesIn(summary, [1])).toHaveLength(1);
  });
});
