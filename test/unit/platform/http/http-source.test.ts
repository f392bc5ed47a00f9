import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RepomillError } from '../../../../src/errors.ts';
import { httpSource } from '../../../../src/platform/http/http-source.ts';
import { asBrowser } from '../as-browser.ts';
import { closeServers, content, type LocalHost, serve, serveContent, servers } from './local-host.ts';

afterEach(closeServers);

const range = { start: 10, length: 5 };
const part = content.subarray(10, 15);

describe('httpSource', () => {
  it.each([
    ['', '/index.json'],
    ['/', '/index.json'],
    ['/repo', '/repo/index.json'],
    ['/repo//', '/repo/index.json'],
    ['/repo/?token=1&sig=a%2Fb#top', '/repo/index.json?token=1&sig=a%2Fb'],
  ])('joins the base %j to a path', async (base, expected) => {
    const host = await serveContent();
    await httpSource(host.url + base).fetch('index.json', { maxBytes: 1000 });
    expect(host.requests.map(({ url }) => url)).toEqual([expected]);
  });

  it.each([['ftp://host.example/'], ['host.example'], [''], ['file:///tmp']])('refuses %j', (base) => {
    expect(() => httpSource(base)).toThrow(`expected an http or https URL, found ${JSON.stringify(base)}`);
  });

  it('shows the query of its base in no location and no message', async () => {
    const host = await serve((_, response) => void response.writeHead(401).end());
    const source = httpSource(`${host.url}/repo?token=secret`);
    expect(source.location).toBe(`${host.url}/repo/`);
    await expect(source.fetch('index.json', { maxBytes: 1000 })).rejects.toMatchObject({
      message: 'expected HTTP status 200, found 401',
      path: `${host.url}/repo/index.json`,
    });
  });

  it('turns a user name and password into an authorization, and leaves them out of its location', async () => {
    const host = await serveContent();
    const source = httpSource(host.url.replace('http://', 'http://me:s%40fe@'));
    await source.fetch('index.json', { maxBytes: 1000 });
    expect(host.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:s@fe')}`);
    expect(source.location).toBe(`${host.url}/`);
  });

  it('encodes a user name and password as UTF-8', async () => {
    const host = await serveContent();
    await httpSource(host.url.replace('http://', 'http://me:%E2%82%AC@')).fetch('index.json', { maxBytes: 1000 });
    expect(host.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:€').toString('base64')}`);
  });

  it('refuses a user name and password that are not percent-encoded, and does not show them', () => {
    const message = 'expected a percent-encoded user name and password in the URL';
    expect(() => httpSource('http://me:100%@example.org/')).toThrow(new RepomillError('usage', message));
  });

  it('sends the headers that it is given', async () => {
    const host = await serveContent();
    await host.source({ headers: { Authorization: 'Bearer x' } }).fetch('a', { maxBytes: 1000 });
    expect(host.requests[0]?.headers.authorization).toBe('Bearer x');
  });

  it.each([
    ['"1"', 'if-none-match'],
    ['Mon, 01 Jan 2024 00:00:00 GMT', 'if-modified-since'],
  ])('asks in Node with a header whether %s changed', async (validator, header) => {
    const host = await serve((_, response) => void response.writeHead(304).end());
    expect(await host.source().fetch('a', { maxBytes: 1000, validator })).toEqual({ kind: 'unchanged' });
    expect(host.requests[0]?.headers[header]).toBe(validator);
  });

  it('leaves that to the cache in a browser, which needs no preflight request for it', async () => {
    const asked: unknown[] = [];
    vi.stubGlobal('fetch', async (_: string, { headers, cache }: RequestInit) => {
      asked.push({ headers, cache });
      return new Response(content, { headers: { ETag: '"1"' } });
    });
    const source = httpSource('http://host.example/');
    const fetches = () => [
      source.fetch('index.json', { maxBytes: 1000 }),
      source.fetch('index.json', { maxBytes: 1000, validator: '"1"' }),
    ];
    const results = await asBrowser(() => Promise.all(fetches()));
    expect(results.map(({ kind }) => kind)).toEqual(['full', 'full']);
    expect(asked).toEqual([
      { headers: {}, cache: 'default' },
      { headers: {}, cache: 'no-cache' },
    ]);
  });

  it('gives the bytes, how many there were, and the ETag', async () => {
    const host = await serveContent({ ETag: '"1"', 'Last-Modified': 'Mon, 01 Jan 2024 00:00:00 GMT' });
    expect(await host.source().fetch('a', { maxBytes: 1000 })).toEqual({
      kind: 'full',
      bytes: content,
      transferred: 1000,
      validator: '"1"',
    });
  });

  it('reports the bytes as they come in', async () => {
    const host = await serveContent();
    const steps: number[] = [];
    await host.source().fetch('a', { maxBytes: 1000, onBytes: (received) => steps.push(received) });
    expect(steps.at(-1)).toBe(1000);
  });

  it('follows redirects', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { Location: '/b' }).end();
      else response.end(content);
    });
    expect(await host.source().fetch('a', { maxBytes: 1000 })).toMatchObject({ kind: 'full', bytes: content });
  });

  it.each([[404], [410]])('takes status %i for a missing file, at once', async (status) => {
    const host = await serve((_, response) => void response.writeHead(status).end('gone'));
    expect(await host.source().fetch('a', { maxBytes: 1000 })).toEqual({ kind: 'missing' });
    expect(host.requests).toHaveLength(1);
  });

  it('takes status 403 for a missing file if the request says so', async () => {
    const host = await serve((_, response) => void response.writeHead(403).end());
    const result = await host.source().fetch('a', { maxBytes: 1000, forbiddenIsMissing: true });
    expect(result).toEqual({ kind: 'missing' });
  });

  it.each([[400], [403], [416], [204], [304], [206]])('refuses status %i, at once', async (status) => {
    const host = await serve((_, response) => void response.writeHead(status).end());
    await expect(host.source().fetch('a', { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'transport',
      path: `${host.url}/a`,
      message: `expected HTTP status 200, found ${status}`,
    });
    expect(host.requests).toHaveLength(1);
  });
});

describe('httpSource, asking conditionally', () => {
  it.each([
    ['"1"', 'if-none-match'],
    ['W/"1"', 'if-none-match'],
    ['Mon, 01 Jan 2024 00:00:00 GMT', 'if-modified-since'],
  ])('sends %s as %s, and understands the answer', async (validator, header) => {
    const host = await serve((_, response) => void response.writeHead(304).end());
    expect(await host.source().fetch('a', { maxBytes: 1000, validator })).toEqual({ kind: 'unchanged' });
    expect(host.requests[0]?.headers[header]).toBe(validator);
  });

  it('takes the date for the validator if there is no ETag', async () => {
    const date = 'Mon, 01 Jan 2024 00:00:00 GMT';
    const host = await serveContent({ 'Last-Modified': date });
    expect(await host.source().fetch('a', { maxBytes: 1000 })).toMatchObject({ validator: date });
  });

  it('has no validator if the host gives none', async () => {
    const host = await serveContent();
    expect(await host.source().fetch('a', { maxBytes: 1000 })).not.toHaveProperty('validator');
  });
});

describe('httpSource, asking for a range', () => {
  it('requests it uncompressed, and gives it', async () => {
    const host = await serve(
      (_, response) => void response.writeHead(206, { 'Content-Range': 'bytes 10-14/1000' }).end(part),
    );
    const result = await host.source().fetch('a', { maxBytes: 1000, range });
    expect(result).toEqual({ kind: 'partial', bytes: part, transferred: 5 });
    expect(host.requests[0]?.headers).toMatchObject({ range: 'bytes=10-14', 'accept-encoding': 'identity' });
  });

  it('accepts a range without Content-Range', async () => {
    const host = await serve((_, response) => void response.writeHead(206).end(part));
    expect(await host.source().fetch('a', { maxBytes: 1000, range })).toMatchObject({
      kind: 'partial',
      bytes: part,
    });
  });

  it('gives the whole file if the host ignores the range', async () => {
    const host = await serveContent();
    expect(await host.source().fetch('a', { maxBytes: 1000, range })).toMatchObject({ kind: 'full', bytes: content });
  });

  it('refuses a range that it did not ask for', async () => {
    const host = await serve(
      (_, response) => void response.writeHead(206, { 'Content-Range': 'bytes 0-4/1000' }).end(part),
    );
    await expect(host.source().fetch('a', { maxBytes: 1000, range })).rejects.toMatchObject({
      code: 'transport',
      path: `${host.url}/a`,
      message: 'expected a range from 10, found "bytes 0-4/1000"',
    });
  });

  it('refuses a range that is longer than asked for', async () => {
    const host = await serve((_, response) => void response.writeHead(206).end(content));
    await expect(host.source().fetch('a', { maxBytes: 1000, range })).rejects.toMatchObject({
      code: 'integrity',
      path: `${host.url}/a`,
      message: 'expected at most 5 bytes, found more',
    });
  });
});

describe('httpSource, bounding what it reads', () => {
  it('accepts a file that is as long as it may be', async () => {
    const host = await serveContent();
    expect(await host.source().fetch('a', { maxBytes: 1000 })).toMatchObject({ bytes: content });
  });

  it('refuses a file that is one byte longer, and does not try again', async () => {
    const host = await serveContent();
    await expect(host.source().fetch('a', { maxBytes: 999 })).rejects.toMatchObject({
      code: 'integrity',
      path: `${host.url}/a`,
      message: 'expected at most 999 bytes, found more',
    });
    expect(host.requests).toHaveLength(1);
  });

  it('stops reading an endless file', async () => {
    const host = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(content));
      };
      response.on('drain', more);
      more();
    });
    const closed = new Promise((resume) => servers[0]?.on('request', (_, response) => response.on('close', resume)));
    await expect(host.source().fetch('a', { maxBytes: 5000 })).rejects.toMatchObject({
      code: 'integrity',
      message: 'expected at most 5000 bytes, found more',
    });
    await closed;
  });

  it('bounds a compressed answer by its length after decompression', async () => {
    const bomb = gzipSync(new Uint8Array(1 << 20));
    const host = await serve((_, response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb));
    await expect(host.source().fetch('a', { maxBytes: 5000 })).rejects.toMatchObject({
      code: 'integrity',
      message: 'expected at most 5000 bytes, found more',
    });
  });

  it('gives the Cache-Control of the host', async () => {
    const host = await serveContent({ 'Cache-Control': 'max-age=60' });
    expect(await host.source().fetch('a', { maxBytes: 1000 })).toMatchObject({ cacheControl: 'max-age=60' });
  });

  it('counts the bytes of a compressed answer that crossed the wire, and gives its encoding', async () => {
    const packed = gzipSync(content);
    const headers = { 'Content-Encoding': 'gzip', 'Content-Length': String(packed.length) };
    const host = await serve((_, response) => void response.writeHead(200, headers).end(packed));
    expect(await host.source().fetch('a.gz', { maxBytes: 1000 })).toEqual({
      kind: 'full',
      bytes: content,
      transferred: packed.length,
      encoding: 'gzip',
    });
  });
});

describe('httpSource, trying again', () => {
  /** A host that fails some times, and then works. */
  function failing(times: number, fail: (response: ServerResponse) => void): Promise<LocalHost> {
    let left = times;
    return serve((_, response) => {
      if (left-- > 0) fail(response);
      else response.end(content);
    });
  }

  const failures: readonly (readonly [string, (response: ServerResponse) => void, RegExp])[] = [
    ['answers 500', (response) => void response.writeHead(500).end(), /^expected HTTP status 200, found 500$/],
    ['answers 429', (response) => void response.writeHead(429).end(), /^expected HTTP status 200, found 429$/],
    ['answers 503', (response) => void response.writeHead(503).end('busy'), /^expected HTTP status 200, found 503$/],
    ['hangs up', (response) => void response.destroy(), /^other side closed$|ECONNRESET/],
    [
      'hangs up in the middle',
      (response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write(content.subarray(0, 10), () => response.destroy());
      },
      /^other side closed$|^terminated$|ECONNRESET/,
    ],
  ];

  it.each(failures)('gets the file from a host that twice %s', async (_, fail) => {
    const host = await failing(2, fail);
    expect(await host.source().fetch('a', { maxBytes: 1000 })).toMatchObject({ bytes: content });
    expect(host.requests).toHaveLength(3);
  });

  it.each(failures)('gives up on a host that three times %s', async (_, fail, message) => {
    const host = await failing(3, fail);
    await expect(host.source().fetch('a', { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'transport',
      path: `${host.url}/a`,
      message: expect.stringMatching(message),
    });
    expect(host.requests).toHaveLength(3);
  });

  it('gives up on a host that says nothing', async () => {
    const host = await serve(() => undefined);
    // A request that is given up may not have reached the host yet: attempts are counted here.
    const fetched = vi.spyOn(globalThis, 'fetch');
    const fetching = host.source({ timeout: 20, retryDelays: [0] }).fetch('a', { maxBytes: 1 });
    await expect(fetching).rejects.toMatchObject({
      code: 'transport',
      path: `${host.url}/a`,
      message: 'nothing received for 20 ms',
    });
    expect(fetched).toHaveBeenCalledTimes(2);
    fetched.mockRestore();
  });

  it('gives up on a host that stops in the middle', async () => {
    const host = await serve((_, response) => void response.writeHead(200).write(content));
    const fetching = host.source({ timeout: 20, retryDelays: [] }).fetch('a', { maxBytes: 5000 });
    await expect(fetching).rejects.toMatchObject({ code: 'transport', message: 'nothing received for 20 ms' });
  });

  it('gives up on a host that sends a byte now and then', async () => {
    const host = await serve((_, response) => {
      const timer = setInterval(() => response.write('a'), 5);
      response.on('close', () => clearInterval(timer));
    });
    const fetching = host.source({ timeout: 300, retryDelays: [] }).fetch('a', { maxBytes: 5000 });
    await expect(fetching).rejects.toMatchObject({
      code: 'transport',
      path: `${host.url}/a`,
      message: expect.stringMatching(/^expected at least 300 bytes in 300 ms, found \d+$/),
    });
  });

  it('gives up on a host that sends early hints without end', async () => {
    const host = await serve((_, response) => {
      const timer = setInterval(() => response.writeEarlyHints({ link: '</a>; rel=preload' }), 5);
      response.on('close', () => clearInterval(timer));
    });
    const fetching = host.source({ timeout: 60, retryDelays: [] }).fetch('a', { maxBytes: 5000 });
    await expect(fetching).rejects.toMatchObject({ code: 'transport', message: 'nothing received for 60 ms' });
  });

  it('gives up at the deadline, whatever the host does, and does not try again', async () => {
    const host = await serve((_, response) => void response.writeHead(503).end());
    const fetching = host.source({ deadline: 400, retryDelays: [60_000] }).fetch('a', { maxBytes: 1000 });
    await expect(fetching).rejects.toMatchObject({
      code: 'transport',
      path: `${host.url}/a`,
      message: 'expected the file within 0.4 s',
    });
    expect(host.requests).toHaveLength(1);
  });

  it('tells an abort from the deadline', async () => {
    const controller = new AbortController();
    const host = await serve(() => controller.abort());
    const fetching = host.source({ deadline: 60_000 }).fetch('a', { maxBytes: 1000, signal: controller.signal });
    await expect(fetching).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('waits as long as the host asks', async () => {
    const times: number[] = [];
    const host = await serve((_, response) => {
      times.push(performance.now());
      if (times.length > 1) response.end(content);
      else response.writeHead(503, { 'Retry-After': '1' }).end();
    });
    expect(await host.source().fetch('a', { maxBytes: 1000 })).toMatchObject({ bytes: content });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
  });

  it('does not wait if the host asks for more than a minute', async () => {
    const host = await serve((_, response) => void response.writeHead(429, { 'Retry-After': '3600' }).end());
    await expect(host.source().fetch('a', { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'transport',
      path: `${host.url}/a`,
      message: 'expected HTTP status 200, found 429',
      hint: 'the host asks to wait 3600 s',
    });
    expect(host.requests).toHaveLength(1);
  });

  it('gives up on a host that is not there', async () => {
    const host = await serveContent();
    closeServers();
    const error = await host
      .source()
      .fetch('a', { maxBytes: 1 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'transport', message: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('httpSource, aborted', () => {
  const reason = new Error('enough');

  it('asks nothing if it was aborted before', async () => {
    const host = await serveContent();
    const fetching = host.source().fetch('a', { maxBytes: 1000, signal: AbortSignal.abort(reason) });
    await expect(fetching).rejects.toMatchObject({ code: 'interrupted', message: 'aborted', cause: reason });
    expect(host.requests).toEqual([]);
  });

  it('ends while it waits for an answer, hangs up, and does not try again', async () => {
    const controller = new AbortController();
    const host = await serve(() => controller.abort(reason));
    const closed = new Promise((resume) => servers[0]?.on('connection', (socket) => socket.on('close', resume)));
    const fetching = host.source().fetch('a', { maxBytes: 1000, signal: controller.signal });
    await expect(fetching).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    await closed;
    expect(host.requests).toHaveLength(1);
  });

  it('ends while it waits for more of a body, and does not try again', async () => {
    const controller = new AbortController();
    const host = await serve((_, response) => void response.writeHead(200).write(content));
    const onBytes = (): void => void setTimeout(() => controller.abort(reason));
    const fetching = host.source().fetch('a', { maxBytes: 5000, signal: controller.signal, onBytes });
    await expect(fetching).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    expect(host.requests).toHaveLength(1);
  });

  it('ends between two chunks of a body', async () => {
    const controller = new AbortController();
    const host = await serveContent();
    const onBytes = (): void => controller.abort(reason);
    const fetching = host.source().fetch('a', { maxBytes: 1000, signal: controller.signal, onBytes });
    await expect(fetching).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    expect(host.requests).toHaveLength(1);
  });

  it('ends while it waits to try again', async () => {
    const controller = new AbortController();
    const host = await serve((_, response) => {
      response.on('close', () => setTimeout(() => controller.abort(reason), 5));
      response.writeHead(503).end();
    });
    const source = host.source({ retryDelays: [60_000] });
    const fetching = source.fetch('a', { maxBytes: 1000, signal: controller.signal });
    await expect(fetching).rejects.toMatchObject({ code: 'interrupted', cause: reason });
    expect(host.requests).toHaveLength(1);
  });

  it('leaves no listener at the signal', async () => {
    const host = await serveContent();
    const signal = new AbortController().signal;
    const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    await host.source().fetch('a', { maxBytes: 1000, signal });
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
  });
});
