import { afterEach, describe, expect, it, vi } from 'vitest';
import { httpSource } from '../../../../src/platform/http/http-source.ts';
import { asBrowser } from '../as-browser.ts';
import { closeServers, content, type LocalHost, serve, serveContent } from './local-host.ts';

afterEach(closeServers);

/** A host that redirects everything. */
function redirecting(location: string, status = 302): Promise<LocalHost> {
  return serve((_, response) => void response.writeHead(status, { Location: location }).end());
}

const secret = { Authorization: 'Bearer secret', 'X-Token': 'secret' };

describe('a redirect', () => {
  it.each([[301], [302], [303], [307], [308]])(
    'with status %i is followed on the same host, with the headers',
    async (status) => {
      const host = await serve((request, response) => {
        if (request.url === '/a') response.writeHead(status, { Location: '../b?c' }).end();
        else response.end(content);
      });
      expect(await host.source({ headers: secret }).fetch('a', { maxBytes: 1000 })).toMatchObject({ bytes: content });
      expect(host.requests.map(({ url, headers }) => [url, headers['x-token']])).toEqual([
        ['/a', 'secret'],
        ['/b?c', 'secret'],
      ]);
    },
  );

  it('keeps the range that is asked for', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { Location: '/b' }).end();
      else response.writeHead(206).end(content.subarray(10, 15));
    });
    const range = { start: 10, length: 5 };
    expect(await host.source().fetch('a', { maxBytes: 1000, range })).toMatchObject({ kind: 'partial' });
    expect(host.requests[1]?.headers.range).toBe('bytes=10-14');
  });

  it('to a different origin is refused, which is not asked for anything', async () => {
    const other = await serveContent();
    const host = await redirecting(`${other.url}/internal?key=1`);
    await expect(host.source({ headers: secret }).fetch('a', { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'transport',
      path: `${host.url}/a`,
      message: `expected a redirect within ${host.url}, found one to ${other.url}`,
      hint: `if you trust it, use its address instead, or allow it (--allow-redirect ${other.url})`,
    });
    expect([host.requests.length, other.requests.length]).toEqual([1, 0]);
  });

  it('to an origin that is allowed is followed, without the headers', async () => {
    const other = await serveContent();
    const host = await redirecting(`${other.url}/b`);
    const source = host.source({ headers: secret, allowRedirect: [`${other.url}/`] });
    expect(await source.fetch('a', { maxBytes: 1000 })).toMatchObject({ bytes: content });
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(other.requests[0]?.headers).not.toHaveProperty('x-token');
  });

  it('takes the authorization of the URL to no other host either', async () => {
    const other = await serveContent();
    const host = await redirecting(`${other.url}/b`);
    const source = httpSource(host.url.replace('http://', 'http://me:secret@'), { allowRedirect: [other.url] });
    expect(await source.fetch('a', { maxBytes: 1000 })).toMatchObject({ bytes: content });
    expect(host.requests[0]?.headers).toHaveProperty('authorization');
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('back to the first host takes them along again', async () => {
    const first: { url?: string } = {};
    const other = await serve((_, response) => void response.writeHead(302, { Location: `${first.url}/b` }).end());
    const host = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { Location: other.url }).end();
      else response.end(content);
    });
    first.url = host.url;
    await host.source({ headers: secret, allowRedirect: [other.url] }).fetch('a', { maxBytes: 1000 });
    expect(host.requests.map(({ headers }) => headers['x-token'])).toEqual(['secret', 'secret']);
    expect(other.requests.map(({ headers }) => headers['x-token'])).toEqual([undefined]);
  });

  it.each([
    ['from http to https', 'http://host.example/', 'https://host.example/b', ['secret', 'secret']],
    ['from http to https at a different port', 'http://host.example/', 'https://host.example:8443/b', undefined],
    ['from https to http', 'https://host.example/', 'http://host.example/b', undefined],
    ['to a host below', 'https://host.example/', 'https://a.host.example/b', undefined],
    ['to an address inside of the network', 'https://host.example/', 'http://169.254.169.254/', undefined],
  ])('%s is %s', async (_, base, location, tokens) => {
    const asked: (string | undefined)[] = [];
    vi.stubGlobal('fetch', async (_url: string, { headers }: { headers: Record<string, string> }) => {
      asked.push(headers['X-Token']);
      return asked.length === 1
        ? new Response(null, { status: 301, headers: { Location: location } })
        : new Response(content);
    });
    const fetching = httpSource(base, { headers: secret }).fetch('a', { maxBytes: 1000 });
    if (tokens !== undefined) expect(await fetching).toMatchObject({ bytes: content });
    else {
      const message = `expected a redirect within ${new URL(base).origin}, found one to ${new URL(location).origin}`;
      await expect(fetching).rejects.toMatchObject({ code: 'transport', message });
    }
    expect(asked).toEqual(tokens ?? ['secret']);
  });

  it.each([['ftp://host.example/'], ['http://me:secret@host.example/'], ['http://[']])(
    'to %j is refused, and not shown',
    async (location) => {
      const host = await redirecting(location);
      await expect(host.source().fetch('a', { maxBytes: 1000 })).rejects.toMatchObject({
        code: 'transport',
        path: `${host.url}/a`,
        message: 'expected a redirect to an http or https URL, found a different one',
      });
      expect(host.requests).toHaveLength(1);
    },
  );

  it('that leads back to itself ends', async () => {
    const host = await redirecting('/a');
    await expect(host.source().fetch('a', { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'transport',
      message: 'expected at most 10 redirects, found more',
    });
    expect(host.requests).toHaveLength(11);
  });

  it('without a location is an answer like any other', async () => {
    const host = await serve((_, response) => void response.writeHead(302).end());
    await expect(host.source().fetch('a', { maxBytes: 1000 })).rejects.toMatchObject({
      message: 'expected HTTP status 200, found 302',
    });
  });
});

describe('a redirect in a browser', () => {
  /** What the browser is asked to do with redirects, with an answer as it would give it. */
  function stubFetch(answer: Partial<Response>): readonly (RequestRedirect | undefined)[] {
    const modes: (RequestRedirect | undefined)[] = [];
    vi.stubGlobal('fetch', async (_: string, { redirect }: RequestInit) => {
      modes.push(redirect);
      return Object.defineProperties(
        new Response(content),
        Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, { value }])),
      );
    });
    return modes;
  }

  const fetchInBrowser = (headers = {}): Promise<unknown> =>
    asBrowser(() => httpSource('https://host.example/', { headers }).fetch('a', { maxBytes: 1000 }));

  it('is followed by the browser, on the same host', async () => {
    const modes = stubFetch({ redirected: true, url: 'https://host.example/b' });
    expect(await fetchInBrowser()).toMatchObject({ bytes: content });
    expect(modes).toEqual(['follow']);
  });

  it('to a different origin is refused', async () => {
    stubFetch({ redirected: true, url: 'https://other.example/b' });
    await expect(fetchInBrowser()).rejects.toMatchObject({
      code: 'transport',
      message: 'expected a redirect within https://host.example, found one to https://other.example',
    });
  });

  it('is not followed with headers, which would go along', async () => {
    const modes = stubFetch({ type: 'opaqueredirect', status: 0 });
    await expect(fetchInBrowser(secret)).rejects.toMatchObject({
      code: 'transport',
      path: 'https://host.example/a',
      message: 'expected a file, found a redirect, which would get the headers too',
      hint: 'use the address to which it leads; a browser does not say which one that is',
    });
    expect(modes).toEqual(['manual']);
  });
});
