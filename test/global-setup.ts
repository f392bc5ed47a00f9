/**
 * Builds `dist/` once before all tests: the command line and the package's own name are tested as they are shipped. Gives
 * every process that a test starts a cache directory, so that no test reads or writes the user's own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs the build, and resolves to what is done after all tests. Throws where it fails; what it has to say is on the terminal. */
export function setup(): () => void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const cache = mkdtempSync(join(tmpdir(), 'repomill-test-cache-'));
  process.env.XDG_CACHE_HOME = cache;
  return () => rmSync(cache, { recursive: true, force: true });
}
