/**
 * Finds and reads the configuration of a build: the file that the user names, `repomill.yaml` in the input, or the defaults.
 */
import { decodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { pathBelow } from '../model/location.ts';
import type { ListingOptions } from '../platform/files/list-files.ts';
import { baseName, readWithin } from '../platform/files/read-files.ts';
import { aptInputs, CONFIG_NAME, type Config, defaultConfig, defaults, type InputRule } from './config.ts';
import { detectPreset } from './detect-preset.ts';
import { findAptTree } from './find-apt-tree.ts';
import { type KnownNames, parseConfig, parsePreset } from './parse-config.ts';

/** Bytes. Room for tens of thousands of settings. */
const MAX_CONFIG_SIZE = 1 << 20;

/**
 * Reads the configuration for an input directory.
 *
 * @param named - the file that the user names, if any
 * @param listing - how the input is listed, if there is no file
 * @throws RepomillError `usage` with every problem in the file, or if the named file does not exist, or has more than a mebibyte;
 *   `transport` if it cannot be read
 */
export async function readConfig(
  input: string,
  named: string | undefined,
  known: KnownNames,
  listing?: ListingOptions,
): Promise<Config> {
  const file = named ?? pathBelow(input, CONFIG_NAME);
  const bytes = await readWithin(file, MAX_CONFIG_SIZE).catch((error: unknown) => {
    throw error instanceof RepomillError && error.code === 'format' ? tooLong(error) : error;
  });
  const config = defaultConfig(baseName(input));
  if (bytes !== undefined) {
    return withAptTree(input, parseConfig(decodeText(bytes), file, { ...known, name: config.name }));
  }
  if (named !== undefined) throw new RepomillError('usage', 'no such configuration file', { path: named });
  const inTree = await withAptTree(input, config);
  if (inTree.aptTree !== undefined) return inTree;
  const detected = await detectPreset(input, listing);
  if (detected === undefined) return config;
  const { inputs = config.inputs, ...preset } = parsePreset(detected.preset, known);
  const { reads } = detected;
  return { ...config, ...preset, inputs: reads === undefined ? inputs : readInstead(inputs, reads), detected };
}

/** A configuration that does not say which files to read, with the apt repository that the input is, if it is one. */
async function withAptTree(input: string, config: Config): Promise<Config> {
  const aptTree = config.inputs === defaults.inputs ? await findAptTree(input) : undefined;
  return aptTree === undefined ? config : { ...config, inputs: aptInputs, aptTree };
}

function tooLong({ message, path }: RepomillError): RepomillError {
  return new RepomillError('usage', message, { path });
}

/** The mapping of a preset, for files that it does not name. */
function readInstead(inputs: readonly InputRule[], files: string): readonly InputRule[] {
  return inputs.slice(0, 1).map((rule) => ({ ...rule, files }));
}
