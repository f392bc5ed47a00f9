/**
 * The table of readers.
 */
import type { InputFile } from '../platform/files/input-file.ts';
import { control, deb822 } from './deb822/deb822.ts';
import { json, jsonLines } from './json/json.ts';
import { openwrt } from './openwrt/openwrt.ts';
import type { Reader } from './reader.ts';
import { yaml } from './yaml/yaml.ts';

/**
 * All readers, in the order in which they try to recognise a file. OpenWrt's `Packages`
 * is known by its fields.
 */
export const readers: readonly Reader[] = [json, jsonLines, yaml, openwrt, control, deb822];

/** The names that `reader:` accepts in a configuration. */
export const readerNames: readonly string[] = readers.flatMap(({ name, aliases = [] }) => [name, ...aliases]);

/** The reader with this name, or undefined. */
export function readerNamed(name: string): Reader | undefined {
  return readers.find((reader) => reader.name === name || reader.aliases?.includes(name));
}

/** The first reader that recognises a file, or undefined. */
export function readerFor(file: Pick<InputFile, 'name' | 'head'>): Reader | undefined {
  return readers.find((reader) => reader.recognises(file));
}

/** Whether a file accompanies others and repeats their records. */
export function isCompanion(file: Pick<InputFile, 'name' | 'head'>): boolean {
  return readers.some((reader) => reader.isCompanion?.(file) === true);
}
