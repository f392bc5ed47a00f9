/**
 * What a host of a published tree has to do, whichever program it is. The preview server and real hosts are held to it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byHashNextTo, packageFilesPath, STATE_PATH } from '../../src/layouts/apt/format/paths.ts';
import {
  INDEX_SIGNATURE_PATH,
  OLD_SIGNATURE_PATH,
  OLD_SUMMARY_PATH,
  SUMMARY_INDEX_PATH,
  signaturePath,
  summaryDeltaPath,
} from '../../src/layouts/flatpak/format/paths.ts';
import { treeHeaders } from '../../src/layouts/layouts.ts';
import {
  COMBINED_PATH,
  deltaPath,
  detailsPath,
  dictionaryPath,
  INDEX_PATH,
  packageListPath,
  summaryPath,
} from '../../src/layouts/native/format/paths.ts';
import { CONFIG_PATH, deltaIndexPath, objectPath } from '../../src/ostree/paths.ts';
import { replaceFile } from '../../src/platform/files/write-files.ts';
import { sha256 } from '../../src/platform/hash/sha256.ts';
import { sharedHeaders } from '../../src/publish/header-rules.ts';
import { type RawAnswer, requestRaw } from './raw-request.ts';

/** A host that runs. */
export interface Host {
  /** Ends with a slash. */
  readonly url: string;
  stop(): Promise<void>;
}

const json = Buffer.from(JSON.stringify({ signed: { format: 'repomill/1', title: 'a title '.repeat(500) } }));
const lines = gzipSync(Buffer.from('{"name":"hello"}\n'.repeat(1000)));
const binary = Buffer.from(Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251));
const [old, current] = await Promise.all([sha256(json), sha256(binary)]);

const SUMMARY = summaryPath(current);
/** Both layouts that publish packages list the same file. */
const list = gzipSync(Buffer.from(`${current} ${binary.length} - pool/g++_12~rc1_all.deb\n`));

/** What flatpak 1.14 asks for with every request; its curl unpacks what the answer calls compressed. */
export const FLATPAK_ENCODINGS = 'deflate, gzip, br, zstd';

const INDEX = 'dists/stable/main/binary-amd64/Packages';
const SOURCES = 'dists/stable/main/source/Sources';

/** One file of every kind that a tree has, of all layouts. */
export const treeFiles: ReadonlyMap<string, Buffer> = new Map([
  [INDEX_PATH, json],
  [COMBINED_PATH, lines],
  [SUMMARY, Buffer.concat([lines, lines])],
  [packageListPath(current), list],
  ['pool/g++_12~rc1_all.deb', binary],
  ['pool/main/g/g++/g++_12~rc1.orig.tar.xz', binary],
  [packageFilesPath(current), list],
  [INDEX, Buffer.from('Package: g++\n')],
  [`${INDEX}.gz`, lines],
  [`${INDEX}.xz`, binary],
  [byHashNextTo(INDEX, current), binary],
  [`${INDEX}.diff/Index`, binary],
  [`${INDEX}.diff/Index.gz`, lines],
  [`${INDEX}.diff/${current.slice(0, 16)}.gz`, lines],
  [byHashNextTo(`${INDEX}.diff/Index`, current), binary],
  [`${SOURCES}.xz`, binary],
  [`${SOURCES}.diff/Index.gz`, lines],
  [`${SOURCES}.diff/${current.slice(0, 16)}.gz`, lines],
  ['dists/stable/main/Contents-amd64.gz', lines],
  [byHashNextTo('dists/stable/InRelease', old), binary],
  ['dists/stable/example.sources', Buffer.from('Types: deb\n')],
  ['dists/stable/example.asc', Buffer.from('-----BEGIN PGP PUBLIC KEY BLOCK-----\n')],
  [STATE_PATH, json],
  ['dists/stable/Release', json],
  ['dists/stable/Release.gpg', binary],
  ['dists/stable/InRelease', json],
  [deltaPath(old, current), binary],
  [dictionaryPath(old), binary],
  [detailsPath(current, undefined), binary],
  [detailsPath(current, old), binary],
  [summaryDeltaPath(old, current), lines],
  [signaturePath(current), binary],
  [deltaIndexPath(current), binary],
  [objectPath(old, 'commit'), binary],
  [objectPath(old, 'commit').concat('meta'), binary],
  [objectPath(current, 'filez'), binary],
  ['deltas/ab/cdefghijklmnopqrstuvwxyz/superblock', binary],
  ['deltas/ab/cdefghijklmnopqrstuvwxyz/0', lines],
  ['refs/heads/app/org.example.Hello/x86_64/stable', binary],
  [CONFIG_PATH, binary],
  [OLD_SUMMARY_PATH, binary],
  [OLD_SIGNATURE_PATH, binary],
  [INDEX_SIGNATURE_PATH, binary],
  [SUMMARY_INDEX_PATH, binary],
]);

/** Writes `treeFiles` below a directory. */
export function writeTree(directory: string): void {
  for (const [path, bytes] of treeFiles) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
}

/** The tests of one host. `start` is given a directory that holds `treeFiles`. */
export function describeHost(title: string, start: (directory: string) => Promise<Host>): void {
  describe(title, () => {
    const directory = mkdtempSync(join(tmpdir(), 'repomill-test-'));
    let host: Host;
    beforeAll(async () => {
      writeTree(directory);
      host = await start(directory);
    });
    afterAll(async () => {
      await host?.stop();
      rmSync(directory, { recursive: true });
    });
    const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> =>
      requestRaw(new URL(path, host.url), { method, headers });

    it.each([...treeFiles])('serves %s as it is stored, with the headers of the table', async (path, bytes) => {
      const { status, headers, body } = await get(path, { 'Accept-Encoding': 'identity' });
      expect(status).toBe(200);
      expect(body.equals(bytes)).toBe(true);
      expect(headers).toMatchObject(inLowerCase({ ...sharedHeaders, ...treeHeaders(path) }));
      expect(headers).toMatchObject({ 'content-length': String(bytes.length), 'accept-ranges': 'bytes' });
    });

    it.each([...treeFiles].filter(([path]) => path !== INDEX_PATH))(
      'never labels %s as compressed, even for a client that would like it',
      async (path, bytes) => {
        const { headers, body } = await get(path, { 'Accept-Encoding': FLATPAK_ENCODINGS });
        expect(headers['content-encoding']).toBeUndefined();
        expect(body.equals(bytes)).toBe(true);
      },
    );

    it('gives the index to a client that accepts gzip, compressed or not', async () => {
      const { headers, body } = await get(INDEX_PATH, { 'Accept-Encoding': 'gzip' });
      expect([undefined, 'gzip']).toContain(headers['content-encoding']);
      expect((headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).equals(json)).toBe(true);
    });

    it.each([
      ['bytes=0-0', 0, 1],
      ['bytes=100-199', 100, 100],
      ['bytes=4990-', 4990, 10],
      ['bytes=-7', 4993, 7],
      ['bytes=4000-999999', 4000, 1000],
    ])('answers the range %s of a delta with that stretch', async (range, begin, length) => {
      const { status, headers, body } = await get(deltaPath(old, current), { Range: range });
      expect(status).toBe(206);
      expect(headers['content-range']).toBe(`bytes ${begin}-${begin + length - 1}/${binary.length}`);
      expect(body.equals(binary.subarray(begin, begin + length))).toBe(true);
      expect(headers).toMatchObject(inLowerCase({ ...sharedHeaders, ...treeHeaders(deltaPath(old, current)) }));
    });

    it('answers one member of a summary as it is, also to a client that would like it compressed', async () => {
      const { status, headers, body } = await get(SUMMARY, {
        Range: `bytes=${lines.length}-${2 * lines.length - 1}`,
        'Accept-Encoding': 'gzip',
      });
      expect([status, headers['content-encoding']]).toEqual([206, undefined]);
      expect(body.equals(lines)).toBe(true);
    });

    it('refuses a range that begins after the end', async () => {
      const { status, headers } = await get(deltaPath(old, current), { Range: 'bytes=5000-5001' });
      expect([status, headers['content-range']]).toEqual([416, 'bytes */5000']);
    });

    it.each([INDEX_PATH, COMBINED_PATH, SUMMARY, SUMMARY_INDEX_PATH, 'dists/stable/InRelease', `${INDEX}.xz`])(
      'answers 304 for %s to a client that has it',
      async (path) => {
        const { headers } = await get(path);
        const { etag = '', 'last-modified': date = '' } = headers;
        for (const condition of [{ 'If-None-Match': etag }, { 'If-Modified-Since': date }]) {
          const again = await get(path, condition);
          expect([again.status, again.body.length]).toEqual([304, 0]);
          expect(again.headers).toMatchObject({ 'access-control-allow-origin': '*' });
          expect(again.headers['cache-control']).toBe(treeHeaders(path)['Cache-Control']);
        }
      },
    );

    it('answers 200 to a client that has something else', async () => {
      for (const condition of [
        { 'If-None-Match': '"another"' },
        { 'If-Modified-Since': 'Thu, 01 Jan 2015 00:00:00 GMT' },
      ]) {
        expect((await get(INDEX_PATH, condition)).status).toBe(200);
      }
    });

    it('sends a file anew that was replaced by one as long within the same second', async () => {
      const file = join(directory, 'replaced');
      const asked: Record<string, string>[] = [{}];
      for (const content of ['1st', '2nd', '3rd']) {
        await replaceFile(file, Buffer.from(content));
        for (const condition of asked) {
          const { status, body } = await get('replaced', condition);
          expect([status, String(body)]).toEqual([200, content]);
        }
        const { etag = '', 'last-modified': date = '' } = (await get('replaced')).headers;
        asked.push({ 'If-None-Match': etag }, { 'If-Modified-Since': date });
      }
    });

    it('answers HEAD like GET, without the body', async () => {
      const { status, headers, body } = await get(SUMMARY, {}, 'HEAD');
      expect([status, headers['content-length'], body.length]).toEqual([200, String(2 * lines.length), 0]);
      expect(headers).toMatchObject(inLowerCase({ ...sharedHeaders, ...treeHeaders(SUMMARY) }));
    });

    it.each(['summaries/missing.gz', 'deltas/missing.bsdiff', 'details/plain/missing.zz', 'missing.json'])(
      'answers 404 for %s, readable from other origins and kept by no cache',
      async (path) => {
        const { status, headers } = await get(path);
        expect(status).toBe(404);
        expect(headers['access-control-allow-origin']).toBe('*');
        expect(headers['cache-control']).toBeUndefined();
      },
    );
  });
}

function inLowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
