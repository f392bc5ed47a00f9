/**
 * The permissions of published files. They do not depend on the umask: a web server runs as a different user than the build.
 */
import { RepomillError } from '../errors.ts';
import type { FileModes } from '../platform/files/write-files.ts';

/** What everybody may read and the owner may write. */
const DEFAULT_MODE = 0o644;

/**
 * The permissions of files and, with an execute bit next to each read bit, of directories.
 *
 * @param mode - of files; without it, a file that is replaced keeps its own
 * @param name - of the setting, for the error
 * @throws RepomillError `usage` for a mode under which no later build could update the tree, or with other bits
 */
export function modesOf(mode: number | undefined, name = 'mode'): FileModes {
  const file = mode ?? DEFAULT_MODE;
  if (!Number.isInteger(file) || (file & 0o600) !== 0o600 || (file & ~0o666) !== 0) {
    throw new RepomillError(
      'usage',
      `${name}: expected 0600 or more and no execute bits, such as 0664, found ${formatMode(file)}`,
    );
  }
  return { file, directory: file | ((file & 0o444) >> 2), resets: mode !== undefined };
}

function formatMode(mode: number): string {
  return Number.isInteger(mode) && mode >= 0 ? mode.toString(8).padStart(4, '0') : String(mode);
}
