/**
 * The client in a browser as it is found in the wild: a page over plain http, where there is no Web Crypto, which allows scripts
 * of its own alone, so that there is no WebAssembly.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import * as client from '../../src/client.ts';
import { type StaticServer, startStaticServer } from '../../src/platform/http/static-server.ts';
import { type Findings, useClient } from './browser-page.ts';
import { type Browser, openPage } from './chromium.ts';
import { requireProgram } from './programs.ts';

const HOST = 'packages.example';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', json: 'application/json' };

const hasChromium = requireProgram('chromium');

describe.skipIf(!hasChromium)('repomill/client in chromium', () => {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-browser-'));
  let server: StaticServer;
  let browser: Browser | undefined;
  let reported: Promise<Findings>;

  beforeAll(async () => {
    await publish(directory);
    await bundlePage(directory);
    let report: (findings: Findings) => void;
    reported = new Promise((resolve) => {
      report = resolve;
    });
    server = await startStaticServer({
      directory,
      port: 0,
      sharedHeaders: { 'Content-Security-Policy': "script-src 'self'" },
      headersFor: (path) => ({ 'Content-Type': TYPES[path.replace(/^.*\./, '')] ?? 'application/octet-stream' }),
      // The page asks for a file whose name is what it has found.
      onAnswer: ({ target }) => {
        const [, findings] = /^\/findings\?(.*)$/.exec(target) ?? [];
        if (findings !== undefined) report(JSON.parse(decodeURIComponent(findings)));
      },
    });
  });
  afterAll(async () => {
    await browser?.stop();
    await server?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('does everything on a page over plain http that allows no WebAssembly, and finds what it finds in Node', {
    timeout: 120_000,
  }, async () => {
    const page = server.url.replace('127.0.0.1', HOST);
    browser = openPage(page, HOST);
    const { found, ...around } = await Promise.race([reported, browser.ended]);
    expect(around).toEqual({
      location: `${page}repo/`,
      isSecureContext: false,
      hasWebCrypto: false,
      webAssembly: 'CompileError',
    });
    const inNode = await useClient(client, server.url);
    expect(found).toEqual(JSON.parse(JSON.stringify(inNode)));
    expect(inNode).toMatchObject({
      bash: ['5.2.15-2+b13', expect.any(String), ['amd64']],
      refusal: ['not-found', 'no index.json: not a repository, or not its top directory'],
      pulled: [
        [1, [expect.anything(), ['full', expect.any(Number)]]],
        [2, [expect.anything(), ['delta', expect.any(Number)]]],
      ],
    });
  });
});

/** Publishes two versions of the sample: the first one in `old/`, both in `repo/`. */
async function publish(directory: string): Promise<void> {
  const input = join(ROOT, 'examples/debian');
  const config = join(input, 'repomill.yaml');
  await build({ input, config, out: join(directory, 'old') });
  await build({ input, config, out: join(directory, 'repo') });
  await build({ input: join(input, 'update'), config, out: join(directory, 'repo') });
}

/** Bundles the client as it is published, and a page that uses it. */
async function bundlePage(directory: string): Promise<void> {
  const entry = join(directory, 'app.js');
  writeFileSync(
    entry,
    `import * as client from ${JSON.stringify(join(ROOT, 'dist/client.js'))};
     import { useClient } from ${JSON.stringify(join(ROOT, 'test/interop/browser-page.ts'))};
     const webAssembly = () => {
       try {
         return new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) && 'allowed';
       } catch ({ name }) {
         return name;
       }
     };
     const look = async () => ({
       location: client.httpSource('repo').location,
       isSecureContext,
       hasWebCrypto: crypto.subtle !== undefined,
       webAssembly: webAssembly(),
       found: await useClient(client, '/'),
     });
     const findings = await look().catch((error) => ({ error: String(error?.stack ?? error) }));
     await fetch('/findings?' + encodeURIComponent(JSON.stringify(findings)));`,
  );
  const bundle = await rolldown({ input: entry, platform: 'browser', logLevel: 'silent' });
  await bundle.write({ dir: join(directory, 'js'), minify: true });
  await bundle.close();
  writeFileSync(join(directory, 'index.html'), '<!doctype html><script type="module" src="js/app.js"></script>');
}
