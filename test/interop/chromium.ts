/**
 * A page in a real browser, without a window.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A browser with one page. */
export interface Browser {
  /** Ends it, and removes what it has written. */
  stop(): Promise<void>;
  /** Rejects with what it said if it ends by itself. */
  readonly ended: Promise<never>;
}

/** Opens a URL whose host is a name that stands for this machine. Chromium treats `localhost` and 127.0.0.1 as secure, a name not. */
export function openPage(url: string, host: string): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'repomill-chromium-'));
  const browser = spawn(
    'chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run',
      '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
      `--host-resolver-rules=MAP ${host} 127.0.0.1`,
      `--user-data-dir=${profile}`,
      // Says on stderr what a page has to say.
      '--enable-logging=stderr',
      url,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  browser.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${String(chunk)}`.slice(-4000);
  });
  const exited = once(browser, 'exit');
  const ended = exited.then(() => {
    throw new Error(`chromium ended: ${said}`);
  });
  ended.catch(() => undefined);
  return {
    ended,
    async stop() {
      browser.kill('SIGTERM');
      const killing = setTimeout(() => browser.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(killing);
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
