/**
 * What interop tests need of the machine. Where it is missing, tests are skipped with a line on stderr; under
 * `REQUIRE_INTEROP=1`, which CI sets, that is a failure instead.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program is on the PATH: `describe.skipIf(!requireProgram('bspatch'))`. */
export function requireProgram(name: string): boolean {
  const directories = (process.env.PATH ?? '').split(delimiter);
  return requirePeer(
    `the program ${name}`,
    directories.some((directory) => isExecutable(join(directory, name))),
  );
}

/** The same for anything else: returns `present`, loudly where it is false. */
export function requirePeer(what: string, present: boolean): boolean {
  if (present) return true;
  if (process.env.REQUIRE_INTEROP === '1') throw new Error(`REQUIRE_INTEROP=1, but ${what} is missing`);
  process.stderr.write(`SKIPPED: ${what} is missing; the tests that need it did not run\n`);
  return false;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
