/**
 * The readers that there are. To add one, write its file and add it here.
 */
import type { InputFile } from '../platform/files/input-file.ts';
import { deb822 } from './deb822/deb822.ts';
import { json } from './json/json.ts';
import { jsonLines } from './json/json-lines.ts';
import type { Reader } from './reader.ts';
import { yaml } from './yaml/yaml.ts';

/** In the order in which they are asked whether they recognise a file. */
export const readers: readonly Reader[] = [json, jsonLines, yaml, deb822];

/** What `reader:` may say in a configuration. */
export const readerNames: readonly string[] = readers.map(({ name }) => name);

/** The reader with a name, or undefined. */
export function readerNamed(name: string): Reader | undefined {
  return readers.find((reader) => reader.name === name);
}

/** The first reader that recognises a file, or undefined. */
export function readerFor(file: Pick<InputFile, 'name' | 'head'>): Reader | undefined {
  return readers.find((reader) => reader.recognises(file));
}
