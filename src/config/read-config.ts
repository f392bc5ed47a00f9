/**
 * Finds and reads a build's configuration: the file that was named, `repomill.yaml` in the input, or the defaults.
 */

import { decodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { baseName, readIfPresent } from '../platform/files/read-files.ts';
import type { Config } from './config.ts';
import { CONFIG_NAME } from './config-name.ts';
import { defaultConfig } from './default-config.ts';
import { type KnownNames, parseConfig } from './parse-config.ts';

/**
 * Reads the configuration for an input directory. Throws a usage error with every problem of the file.
 *
 * @param named - the file that the user named, if any
 * @param known - names that a configuration may use and that are defined elsewhere
 */
export async function readConfig(input: string, named: string | undefined, known: KnownNames): Promise<Config> {
  const file = named ?? `${input}/${CONFIG_NAME}`;
  const bytes = await readIfPresent(file);
  if (bytes !== undefined) return parseConfig(decodeText(bytes), file, known);
  if (named !== undefined) throw new RepomillError('usage', `${named}: no such configuration`);
  return defaultConfig(baseName(input));
}
