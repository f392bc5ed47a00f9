import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { treeHeaders } from '../../../../src/layouts/layouts.ts';
import { type Answer, type StaticServer, startStaticServer } from '../../../../src/platform/http/static-server.ts';
import { sharedHeaders } from '../../../../src/publish/header-rules.ts';
import { describeHost } from '../../../contract/host-contract.ts';
import { type RawAnswer, requestRaw } from '../../../contract/raw-request.ts';

describeHost('the preview server as a host', async (directory) => {
  const server = await startStaticServer({ directory, port: 0, sharedHeaders, headersFor: treeHeaders });
  return { url: server.url, stop: server.close };
});

describe('the preview server', () => {
  const outside = mkdtempSync(join(tmpdir(), 'repomill-test-'));
  const directory = join(outside, 'tree');
  let server: StaticServer;

  beforeAll(async () => {
    mkdirSync(join(directory, 'folder', 'inner'), { recursive: true });
    writeFileSync(join(outside, 'secret'), 'secret');
    writeFileSync(join(directory, 'file'), '0123456789');
    writeFileSync(join(directory, 'empty'), '');
    writeFileSync(join(directory, 'index.html'), '<h1>');
    writeFileSync(join(directory, 'a b+c%.txt'), 'odd');
    symlinkSync('file', join(directory, 'link'));
    symlinkSync('nowhere', join(directory, 'broken'));
    symlinkSync('circle', join(directory, 'circle'));
    server = await startStaticServer({ directory, port: 0, sharedHeaders, headersFor: treeHeaders });
  });
  afterAll(async () => {
    await server.close();
    rmSync(outside, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> =>
    requestRaw(new URL(server.url), { path, headers, method });

  it('listens on this machine only', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/$/);
  });

  it.each([
    '/../secret',
    '/folder/../../secret',
    '/%2e%2e/secret',
    '/%2E./secret',
    '/..%2fsecret',
    '/folder%2f..%2f..%2fsecret',
    '/..%5csecret',
    '/..\\secret',
    '//secret',
    '/./../secret',
    '/%252e%252e/secret',
  ])('does not leave its directory by %s', async (path) => {
    const { status, body } = await get(path);
    expect([status, body.length]).toEqual([404, 0]);
  });

  it.each([
    ['/file%00', 'a NUL'],
    ['/%', 'half an escape'],
    ['/%ff', 'an escape that is not UTF-8'],
    ['/folder', 'a directory'],
    ['/folder/', 'a directory without a page'],
    ['/folder//inner', 'an empty name'],
    ['/file/', 'a file as a directory'],
    ['/file/more', 'a name below a file'],
    ['/broken', 'a link to nowhere'],
    ['/circle', 'a link to itself'],
    [`/${'x'.repeat(5000)}`, 'a name too long'],
    ['http://127.0.0.1/file', 'a whole URL'],
  ])('answers 404 for %s: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.skipIf(process.platform === 'win32')('answers 404 for a pipe, without waiting for its other end', async () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    expect((await get('/pipe')).status).toBe(404);
  });

  it.each([
    ['/link', '0123456789'],
    ['/file?query', '0123456789'],
    ['/%66ile', '0123456789'],
    ['/a%20b+c%25.txt', 'odd'],
    ['/', '<h1>'],
    ['/empty', ''],
  ])('answers %s with the file', async (path, content) => {
    const { status, body } = await get(path);
    expect([status, String(body)]).toEqual([200, content]);
  });

  it('gives a page its type', async () => {
    expect((await get('/')).headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s and says what it allows', async (method) => {
    const { status, headers } = await get('/file', {}, method);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it.each(['bytes=', 'bytes=-', 'bytes=5-2', 'bytes=a-b', 'bytes=0-1,3-4', 'lines=0-1', '0-1'])(
    'passes over the range %s and answers the whole file',
    async (range) => {
      const { status, body } = await get('/file', { Range: range });
      expect([status, String(body)]).toEqual([200, '0123456789']);
    },
  );

  it.each([
    ['/file', 'bytes=10-'],
    ['/file', 'bytes=-0'],
    ['/file', 'bytes=99999999999999999999-'],
    ['/empty', 'bytes=0-0'],
    ['/empty', 'bytes=-1'],
  ])('answers 416 for %s, %s, and lets no cache keep that', async (path, range) => {
    const { status, headers } = await get(path, { Range: range });
    expect([status, headers['cache-control']]).toEqual([416, undefined]);
  });

  it('answers HEAD with the whole length, whatever the range', async () => {
    const { status, headers } = await get('/file', { Range: 'bytes=0-1' }, 'HEAD');
    expect([status, headers['content-length']]).toEqual([200, '10']);
  });

  it('answers a range only from the state that If-Range names', async () => {
    const { etag = '', 'last-modified': date = '' } = (await get('/file')).headers;
    for (const [condition, status] of [
      [etag, 206],
      [date, 206],
      ['"another"', 200],
      [`W/${etag}`, 200],
      ['Thu, 01 Jan 2015 00:00:00 GMT', 200],
    ] as const) {
      expect((await get('/file', { Range: 'bytes=0-1', 'If-Range': condition })).status).toBe(status);
    }
  });

  it('knows its ETag in a list, weakened, and as a star', async () => {
    const { etag = '' } = (await get('/file')).headers;
    for (const condition of [`"a", ${etag}`, `W/${etag}`, '*']) {
      expect((await get('/file', { 'If-None-Match': condition })).status).toBe(304);
    }
  });

  it.each(['nonsense', '""', '"other"'])('sends the file for If-None-Match %s, whatever the date', async (tag) => {
    const date = 'Thu, 01 Jan 2099 00:00:00 GMT';
    expect((await get('/file', { 'If-None-Match': tag, 'If-Modified-Since': date })).status).toBe(200);
  });

  it('sends the file if the date is malformed', async () => {
    expect((await get('/file', { 'If-Modified-Since': 'yesterday' })).status).toBe(200);
  });

  it('has a different ETag for different bytes of the same length', async () => {
    writeFileSync(join(directory, 'changing'), 'one');
    const before = (await get('/changing')).headers.etag;
    writeFileSync(join(directory, 'changing'), 'two');
    expect((await get('/changing')).headers.etag).not.toBe(before);
  });

  it('reports each answer once, at its end', async () => {
    const answers: Answer[] = [];
    const onAnswer = (answer: Answer): void => void answers.push(answer);
    const telling = await startStaticServer({ directory, port: 0, sharedHeaders, headersFor: treeHeaders, onAnswer });
    const requests: readonly (readonly [Answer, Record<string, string>])[] = [
      [{ method: 'GET', target: '/file?x=1', status: 200, bodyBytes: 10 }, {}],
      [{ method: 'GET', target: '/missing', status: 404, bodyBytes: 0 }, {}],
      [{ method: 'GET', target: '/file', status: 206, bodyBytes: 3 }, { Range: 'bytes=2-4' }],
      [{ method: 'HEAD', target: '/file', status: 200, bodyBytes: 0 }, {}],
    ];
    for (const [answer, headers] of requests) {
      const { method, target: path } = answer;
      await requestRaw(new URL(telling.url), { method, path, headers });
      await expect.poll(() => answers.at(-1)).toEqual(answer);
    }
    expect(answers).toHaveLength(requests.length);
    await telling.close();
  });

  it('ends open connections when it closes', async () => {
    const closing = await startStaticServer({ directory, port: 0, sharedHeaders, headersFor: treeHeaders });
    const socket = connect(Number(new URL(closing.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await closing.close();
    await ended;
    await expect(requestRaw(new URL(closing.url), {})).rejects.toThrow('ECONNREFUSED');
  });

  it('refuses a port that is in use, and names it', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve(Number(Object(taken.address()).port)));
    });
    await expect(startStaticServer({ directory, port, sharedHeaders, headersFor: treeHeaders })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`port ${port}: cannot listen`),
    });
    taken.close();
  });

  it.each(['missing', 'file'])('refuses a path that is not a directory: %s', async (name) => {
    const options = { directory: join(directory, name), port: 0, sharedHeaders, headersFor: treeHeaders };
    await expect(startStaticServer(options)).rejects.toMatchObject({
      code: 'not-found',
      path: options.directory,
      message: 'no such directory',
    });
  });
});
