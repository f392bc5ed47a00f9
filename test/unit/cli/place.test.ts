import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPlace } from '../../../src/cli/place.ts';

/** A host with a file at every path; requests as the host sees them. */
let server: Server;
let url: string;
let requests: string[];

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end('x');
  });
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('readPlace', () => {
  it.each([
    ['/index.json', 'index.json', '/index.json'],
    ['/a/b/index.json', 'index.json', '/a/b/index.json'],
    ['/a/index.json?token=1', 'index.json', '/a/index.json?token=1'],
    ['/a/index.json#top', 'index.json', '/a/index.json'],
    ['/a//summaries/0.gz', 'summaries/0.gz', '/a/summaries/0.gz'],
    ['/a', 'index.json', '/a/index.json'],
    ['/a/?token=1', 'index.json', '/a/index.json?token=1'],
  ])('reads %s as the file %s of a tree', async (place, path, requested) => {
    expect(await readPlace(url + place)).toMatchObject({ path });
    expect(requests).toEqual([requested]);
  });

  it('refuses what begins like a URL and is none', async () => {
    await expect(readPlace('http://')).rejects.toMatchObject({
      code: 'usage',
      message: 'expected an http or https URL, found "http://"',
    });
  });
});
