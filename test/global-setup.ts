/**
 * Builds `dist/` once before the lanes that test what is shipped: the command line and the package's own name. Gives every
 * process that a test starts a cache directory, so that no test reads or writes the user's own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Set in this process once the build is made: every lane of a run comes here, one after the other. */
const BUILT = 'REPOMILL_TEST_BUILT';

/** Returns what is done after all tests. Throws if the build fails; its output is on the terminal. */
export function setup(): () => void {
  if (process.env[BUILT] === undefined) {
    const root = fileURLToPath(new URL('..', import.meta.url));
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), 'repomill-test-cache-'));
    process.env[BUILT] = '1';
  }
  const { XDG_CACHE_HOME } = process.env;
  return () => {
    if (XDG_CACHE_HOME !== undefined) rmSync(XDG_CACHE_HOME, { recursive: true, force: true });
  };
}
