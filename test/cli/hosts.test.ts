/** What every command that reads from a web host does about one that is slow, or that sends it elsewhere. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { type StaticServer, startStaticServer } from '../../src/platform/http/static-server.ts';
import { type Run, repomill } from '../launcher.ts';
import { DEBIAN, makeWorkspace } from '../workspace.ts';

const workspace = makeWorkspace();
const tree = join(workspace, 'tree');
const servers: Server[] = [];
let site: StaticServer;
/** Sends every request to the site. */
let redirecting: string;
/** Answers nothing. */
let silent: string;

beforeAll(async () => {
  await build({ input: DEBIAN, out: tree });
  site = await startStaticServer({ directory: tree, port: 0, sharedHeaders: {}, headersFor: () => ({}) });
  redirecting = await serve((request, response) => {
    response.writeHead(302, { Location: new URL(`.${request.url}`, site.url).href }).end();
  });
  silent = await serve(() => undefined);
});
afterAll(async () => {
  await site?.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const commands: readonly (readonly [string, (url: string) => readonly string[]])[] = [
  ['pull', (url) => ['pull', url, '--cache', join(workspace, 'copy'), '--arch', 'amd64']],
  ['status', (url) => ['status', '--from', url]],
  ['show', (url) => ['show', 'bash', '--from', url, '--arch', 'amd64']],
  ['search', (url) => ['search', 'shell', '--from', url, '--arch', 'amd64']],
  ['plan', (url) => ['plan', 'bash', '--from', url, '--arch', 'amd64']],
  ['inspect', (url) => ['inspect', url]],
  ['verify', (url) => ['verify', url]],
  ['diff', (url) => ['diff', url, tree]],
  ['build', (url) => ['build', DEBIAN, '--out', join(workspace, 'out'), '--previous', url, '--no-cache']],
];

const run = (words: readonly string[]): Promise<Run> => repomill(words);

describe.each(commands)('%s', (_, wordsFor) => {
  it('refuses a redirect to a different host, and says how to allow it', async () => {
    const { exitCode, stderr } = await run(wordsFor(redirecting));
    const allowed = new URL(site.url).origin;
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `${redirecting}/index.json: expected a redirect within ${redirecting}, found one to ${allowed}`,
    );
    expect(stderr).toContain(`allow it (--allow-redirect ${allowed})`);
  });

  it('follows a redirect that is allowed', async () => {
    const { stderr } = await run([...wordsFor(redirecting), '--allow-redirect', site.url]);
    expect(stderr).not.toContain('redirect');
  });

  it('gives up a host that says nothing for longer than --timeout', async () => {
    const { exitCode, stderr } = await run([...wordsFor(silent), '--timeout', '0.3']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`${silent}/`)]);
    expect(stderr).toContain('index.json: expected the file within 0.3 s');
  });
});

describe('a hint to try another command', () => {
  it('allows the same redirects', async () => {
    const words = ['show', 'bashh', '--from', redirecting, '--timeout', '60', '--allow-redirect', site.url];
    const { exitCode, stderr } = await run(words);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `try: repomill search bashh --from ${redirecting} --timeout 60 --allow-redirect ${site.url}`,
    );
  });
});

describe('the options for hosts', () => {
  it.each([['abc'], ['0'], ['-1'], ['']])('refuse a timeout of %j', async (timeout) => {
    const { exitCode, stderr } = await run(['inspect', silent, `--timeout=${timeout}`]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining(`--timeout: expected seconds, such as 60, found ${timeout}`),
    ]);
  });

  it.each([['cdn.example.org'], ['ftp://cdn.example.org']])(
    'refuse %j as a host to be redirected to',
    async (origin) => {
      const { exitCode, stderr } = await run(['inspect', silent, '--allow-redirect', origin]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`--allow-redirect: expected a host such as https://cdn.example.org, found ${origin}`);
    },
  );
});
