/**
 * Compiles `dist/` once before all tests: the command line and the package's own name are tested as they are shipped.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs the build. Throws where it fails; the compiler's complaints are on the terminal. */
export function setup(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}
