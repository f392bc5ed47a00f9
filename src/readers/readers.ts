/**
 * The table of readers.
 */
import type { InputFile } from '../platform/files/input-file.ts';
import { csv, tsv } from './csv/csv.ts';
import { deb822 } from './deb822/deb822.ts';
import { json, jsonLines } from './json/json.ts';
import { jsonc } from './json/jsonc.ts';
import type { Reader } from './reader.ts';
import { toml } from './toml/toml.ts';
import { yaml } from './yaml/yaml.ts';

/** All readers, in the order in which they try to recognise a file. */
export const readers: readonly Reader[] = [json, jsonLines, jsonc, yaml, toml, csv, tsv, deb822];

/** The names that `reader:` accepts in a configuration. */
export const readerNames: readonly string[] = readers.map(({ name }) => name);

/** The reader with this name, or undefined. */
export function readerNamed(name: string): Reader | undefined {
  return readers.find((reader) => reader.name === name);
}

/** The first reader that recognises a file, or undefined. */
export function readerFor(file: Pick<InputFile, 'name' | 'head'>): Reader | undefined {
  return readers.find((reader) => reader.recognises(file));
}
