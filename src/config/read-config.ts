/**
 * Finds and reads a build's configuration: the file that was named, `repomill.yaml` in the input, or the defaults.
 */

import { decodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { baseName, readIfPresent } from '../platform/files/read-files.ts';
import type { Config } from './config.ts';
import { CONFIG_NAME } from './config-name.ts';
import { defaultConfig } from './default-config.ts';
import { parseConfig } from './parse-config.ts';

/**
 * Reads the configuration for an input directory. Throws a usage error with every problem of the file.
 *
 * @param named - the file that the user named, if any
 * @param readers - the names that `reader:` may have
 */
export async function readConfig(
  input: string,
  named: string | undefined,
  readers: readonly string[],
): Promise<Config> {
  const file = named ?? `${input}/${CONFIG_NAME}`;
  const bytes = await readIfPresent(file);
  if (bytes !== undefined) return parseConfig(decodeText(bytes), file, { readers });
  if (named !== undefined) throw new RepomillError('usage', `${named}: no such configuration`);
  return defaultConfig(baseName(input));
}
