/**
 * Finds and reads the configuration of a build: the file that the user names, `repomill.yaml` in the input, or the defaults.
 */
import { decodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { pathBelow } from '../model/location.ts';
import { baseName, readIfPresent } from '../platform/files/read-files.ts';
import { CONFIG_NAME, type Config, defaultConfig } from './config.ts';
import { detectPreset } from './detect-preset.ts';
import { type KnownNames, parseConfig, parsePreset } from './parse-config.ts';

/**
 * Reads the configuration for an input directory.
 *
 * @param named - the file that the user names, if any
 * @throws RepomillError (usage) with every problem in the file, or if the named file does not exist
 */
export async function readConfig(input: string, named: string | undefined, known: KnownNames): Promise<Config> {
  const file = named ?? pathBelow(input, CONFIG_NAME);
  const bytes = await readIfPresent(file);
  if (bytes !== undefined) return parseConfig(decodeText(bytes), file, known);
  if (named !== undefined) throw new RepomillError('usage', 'no such configuration file', { path: named });
  const config = defaultConfig(baseName(input));
  const detected = await detectPreset(input);
  return detected === undefined ? config : { ...config, ...parsePreset(detected.preset, known), detected };
}
