import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../src/bytes/bytes.ts';
import { detailsFetcher } from '../../../src/client/details.ts';
import { memoryStore } from '../../../src/client/in-memory.ts';
import { pull } from '../../../src/client/pull/pull.ts';
import { openRepository } from '../../../src/client/repository.ts';
import type { PackageRecord } from '../../../src/model/record.ts';
import { sha256 } from '../../../src/platform/hash/sha256.ts';
import { deflate } from '../../../src/platform/zlib/gzip.ts';
import { fakeHost } from './fake-host.ts';
import { tinyRecord } from './tiny-records.ts';
import { publishTiny, type TinyTree, withDetails } from './tiny-tree.ts';

const dictionary = encodeText('fixed a crash when closing the window; new translations');
const details = { changelog: 'fixed a crash when closing the window', releases: [{ version: '1.0' }] };

async function publish(words?: Uint8Array): Promise<{ tree: TinyTree; record: PackageRecord }> {
  const files = new Map<string, Uint8Array>();
  const record = await withDetails(tinyRecord('app', 'amd64'), details, files, words);
  const tree = await publishTiny([{ arch: 'amd64', records: [record] }], words ? { dictionary: words } : {});
  for (const [path, bytes] of files) tree.files.set(path, bytes);
  return { tree, record };
}

/** The one file whose path begins like this. */
function find(tree: TinyTree, start: string, end: string): string {
  const found = [...tree.files.keys()].find((path) => path.startsWith(start) && path.endsWith(end));
  if (found === undefined) throw new Error(`no ${start}…${end}`);
  return found;
}

describe('detailsFetcher', () => {
  it('fetches a document', async () => {
    const { tree, record } = await publish();
    expect(await detailsFetcher(tree.signed, fakeHost(tree.files))(record)).toEqual(details);
  });

  it('fetches a document that was compressed with the dictionary, and the dictionary once', async () => {
    const { tree, record } = await publish(dictionary);
    const host = fakeHost(tree.files);
    const fetchDetails = detailsFetcher(tree.signed, host);
    expect(await fetchDetails(record)).toEqual(details);
    expect(host.roundTrips()).toBe(1);
    expect(await fetchDetails(record)).toEqual(details);
    expect(host.requests.filter((path) => path.endsWith('.dictionary'))).toHaveLength(1);
  });

  it('fetches nothing for a record without details', async () => {
    const { tree } = await publish(dictionary);
    const host = fakeHost(tree.files);
    expect(await detailsFetcher(tree.signed, host)(tinyRecord('plain', 'amd64'))).toEqual({});
    expect(host.requests).toEqual([]);
  });

  it.each([
    ['cut off', /^zlib: unexpected EOF$/, (good: Uint8Array) => good.subarray(0, -5)],
    ['empty', /^zlib: invalid zlib data$/, () => new Uint8Array()],
    ['a web page', /^zlib: invalid zlib data$/, () => encodeText('<!doctype html>')],
    ['a different document', /^zlib: expected 84 bytes, found 2$/, () => deflate(encodeText('{}'), undefined)],
    [
      'a different document of the same length',
      /^expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}$/,
      (_: Uint8Array, size: number) => deflate(new Uint8Array(size), undefined),
    ],
    ['a bomb', /^zlib: expected 84 bytes, found 85$/, () => deflate(new Uint8Array(1 << 20), undefined)],
  ])('refuses a document that is %s', async (_, message, spoil) => {
    const { tree, record } = await publish();
    const path = find(tree, 'details/plain/', '.zz');
    tree.files.set(path, spoil(tree.files.get(path) ?? new Uint8Array(), Number(record.detailsSize)));
    const fetched = detailsFetcher(tree.signed, fakeHost(tree.files))(record);
    await expect(fetched).rejects.toMatchObject({ code: 'integrity', path, message: expect.stringMatching(message) });
  });

  it('refuses a document that is not an object, although its digest is right', async () => {
    const { tree, record } = await publish();
    const document = encodeText('[]');
    const digest = await sha256(document);
    const path = `details/plain/${digest}.zz`;
    tree.files.set(path, deflate(document, undefined));
    const fetched = detailsFetcher(tree.signed, fakeHost(tree.files))({ ...record, details: digest, detailsSize: 2 });
    await expect(fetched).rejects.toMatchObject({
      code: 'format',
      path,
      message: 'details: expected a JSON object',
    });
  });

  it('refuses a dictionary with different bytes, and fetches it again the next time', async () => {
    const { tree, record } = await publish(dictionary);
    const path = find(tree, 'details/', '.dictionary');
    tree.files.set(path, new Uint8Array(dictionary.length));
    const fetchDetails = detailsFetcher(tree.signed, fakeHost(tree.files));
    await expect(fetchDetails(record)).rejects.toMatchObject({
      code: 'integrity',
      path,
      message: `expected SHA-256 ${await sha256(dictionary)}, found ${await sha256(new Uint8Array(dictionary.length))}`,
    });
    tree.files.set(path, dictionary);
    expect(await fetchDetails(record)).toEqual(details);
  });

  it('refuses a record whose document is missing', async () => {
    const { tree, record } = await publish();
    const path = find(tree, 'details/plain/', '.zz');
    tree.files.delete(path);
    const fetched = detailsFetcher(tree.signed, fakeHost(tree.files))(record);
    await expect(fetched).rejects.toMatchObject({
      code: 'transport',
      path,
      message: 'named by the index, but missing at https://host.example/tree/',
    });
  });

  it.each([
    ['only a size', { detailsSize: 5 }, '[null,5]'],
    ['only a digest', { details: 'a'.repeat(64) }, `["${'a'.repeat(64)}",null]`],
    ['a word instead of a digest', { details: 'latest', detailsSize: 5 }, '["latest",5]'],
    ['a negative size', { details: 'a'.repeat(64), detailsSize: -1 }, `["${'a'.repeat(64)}",-1]`],
    ['a fraction', { details: 'a'.repeat(64), detailsSize: 0.5 }, `["${'a'.repeat(64)}",0.5]`],
    [
      'a size beyond the limit',
      { details: 'a'.repeat(64), detailsSize: 2 ** 26 + 1 },
      `["${'a'.repeat(64)}",67108865]`,
    ],
  ])('refuses a record with %s before it fetches anything', async (_, fields, found) => {
    const { tree } = await publish();
    const host = fakeHost(tree.files);
    const fetched = detailsFetcher(tree.signed, host)(tinyRecord('app', 'amd64', fields));
    await expect(fetched).rejects.toMatchObject({
      code: 'format',
      message: `details of app: expected a digest and a size of at most 67108864 bytes, found ${found}`,
    });
    expect(host.requests).toEqual([]);
  });
});

describe('details of a repository', () => {
  it('come from the source', async () => {
    const { tree } = await publish(dictionary);
    const repository = await openRepository({ source: fakeHost(tree.files) });
    const [found] = await repository.show('app');
    expect(found && (await repository.details(found.record))).toEqual(details);
  });

  it('are refused without a source, but empty for a record that has none', async () => {
    const { tree, record } = await publish(dictionary);
    const store = memoryStore();
    await pull({ source: fakeHost(tree.files), store });
    const repository = await openRepository({ store });
    await expect(repository.details(record)).rejects.toMatchObject({
      code: 'usage',
      path: 'memory',
      message: 'the details of app are not in the local copy',
    });
    expect(await repository.details(tinyRecord('plain', 'amd64'))).toEqual({});
  });
});
