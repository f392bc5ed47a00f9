import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { memorySource } from '../../../../../src/client/in-memory.ts';
import { RepomillError } from '../../../../../src/errors.ts';
import { COMMIT_SAMPLE } from '../../../../../src/layouts/flatpak/audit/audit-commits.ts';
import { isDigest } from '../../../../../src/model/digest.ts';
import type { FetchedBytes, Source } from '../../../../../src/model/source.ts';
import { deltaIndexPath } from '../../../../../src/ostree/paths.ts';
import { verify } from '../../../../../src/verify.ts';
import { type Audited, onlyLayout } from '../../../../audited.ts';
import { APP, digestOf, draftRepository, type Files, packDeltaIndex, writeRepository } from './tiny-repository.ts';

/** A web host: it cannot be listed, and `meddle` does to a file what hosts do. */
function hostOf(
  files: Files,
  meddle: (path: string, answer: FetchedBytes) => FetchedBytes = (_, answer) => answer,
): Source {
  const source = memorySource(files, 'http://127.0.0.1/');
  return {
    location: source.location,
    async fetch(path, request) {
      const answer = await source.fetch(path, request);
      return answer.kind === 'full' ? meddle(path, answer) : answer;
    },
  };
}

async function audit(source: Source): Promise<Audited> {
  return onlyLayout(await verify({ tree: source }));
}

const right = (): Files => writeRepository(draftRepository()).files;

describe('verify, over HTTP', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await audit(hostOf(right()))).toMatchObject({ commits: 5, findings: [], remarks: [] });
  });

  it('finds, once, that the host says gzip of .gz files, so that clients unpack them', async () => {
    const unpack = (path: string, answer: FetchedBytes): FetchedBytes =>
      /\.(gz|delta)$/.test(path) ? { ...answer, bytes: gunzipSync(answer.bytes), encoding: 'gzip' } : answer;
    const { findings } = await audit(hostOf(right(), unpack));
    expect(findings).toEqual([
      {
        path: expect.stringMatching(/^summaries\/\w+\.gz$/),
        message: expect.stringMatching(/^expected no Content-Encoding, found gzip .*application\/gzip/),
      },
    ]);
  });

  it('lets a host compress a .gz file once more', async () => {
    const { findings } = await audit(hostOf(right(), (_, answer) => ({ ...answer, encoding: 'gzip' })));
    expect(findings).toEqual([]);
  });

  it.each([
    ['max-age=86400', '86400'],
    ['public, max-age=60, s-maxage=7200', '7200'],
    ['immutable', 'immutable'],
  ])('finds an index that caches keep: %s', async (cacheControl, age) => {
    const { findings } = await audit(hostOf(right(), (_, answer) => ({ ...answer, cacheControl })));
    const message = expect.stringContaining(`expected at most max-age=3600, found ${age}`);
    expect(findings).toEqual([{ path: 'summary.idx', message }]);
  });

  it.each(['max-age=3600', 'no-cache', 'no-store, max-age=86400', 'public'])(
    'accepts an index with %s',
    async (cacheControl) => {
      const { findings } = await audit(hostOf(right(), (_, answer) => ({ ...answer, cacheControl })));
      expect(findings).toEqual([]);
    },
  );

  it('finds a host that answers with a page for what it does not have', async () => {
    const page = encodeText('<!doctype html><title>Not found</title>');
    const source = memorySource(right());
    const host: Source = {
      location: 'host',
      async fetch(path, request) {
        const answer = await source.fetch(path, request);
        return answer.kind === 'missing' ? { kind: 'full', bytes: page, transferred: page.length } : answer;
      },
    };
    const { findings } = await audit(host);
    expect(findings).toContainEqual({
      path: `summaries/${'0'.repeat(64)}.gz`,
      message: expect.stringContaining('expected HTTP status 404 for a missing file, found 200'),
    });
  });

  it('takes an error in place of the other index for its absence', async () => {
    const source = memorySource(right());
    const host: Source = {
      location: 'host',
      fetch: async (path, request) => {
        if (path === 'index.json') throw new RepomillError('transport', 'found 403');
        return source.fetch(path, request);
      },
    };
    expect(await audit(host)).toMatchObject({ layout: 'flatpak', findings: [] });
  });

  it('says where there is no index at all', async () => {
    await expect(verify({ tree: hostOf(new Map()) })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('found no index.json, summary.idx or dists/repomill.json'),
    });
  });

  it('looks at the index of static deltas that a client would ask for', async () => {
    const files = right();
    const commit = new TextDecoder().decode(files.get(`refs/heads/${APP}`)).trim();
    if (!isDigest(commit)) throw new TypeError(commit);
    files.set(deltaIndexPath(commit), packDeltaIndex('else', digestOf(encodeText(''))));
    const { findings } = await audit(hostOf(files));
    expect(findings).toEqual([
      { path: deltaIndexPath(commit), message: `expected static deltas to ${commit}, found "else"` },
    ]);
  });

  it('compares a sample of many commits, the same one each time, and says so', async () => {
    const draft = draftRepository();
    const app = draft.refs.find(({ name }) => name === APP);
    const names = Array.from({ length: 100 }, (_, i) => `app/org.test.App${i + 100}/x86_64/stable`);
    for (const name of names) if (app !== undefined) draft.refs.push({ ...app, name });
    for (const { name, refs } of draft.summaries) if (name.endsWith('x86_64')) refs.splice(1, 0, ...names);
    const { files } = writeRepository(draft);
    const [first, second] = [await audit(hostOf(files)), await audit(hostOf(files))];
    expect(first).toEqual(second);
    expect(first.commits).toBe(COMMIT_SAMPLE);
    expect(first.remarks).toEqual([
      { path: 'objects', message: expect.stringContaining(`${COMMIT_SAMPLE} of 105 refs were compared`) },
    ]);
  });
});
