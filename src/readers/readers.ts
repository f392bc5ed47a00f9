/**
 * The table of readers.
 */
import type { InputFile } from '../platform/files/input-file.ts';
import { apkindex } from './apkindex/apkindex.ts';
import { arch } from './arch/arch.ts';
import { csv, tsv } from './csv/csv.ts';
import { deb } from './deb/deb.ts';
import { control, deb822 } from './deb822/deb822.ts';
import { dsc } from './dsc/dsc.ts';
import { gentoo } from './gentoo/gentoo.ts';
import { json, jsonLines } from './json/json.ts';
import { jsonc } from './json/jsonc.ts';
import { openwrt } from './openwrt/openwrt.ts';
import type { Reader } from './reader.ts';
import { sources } from './sources/sources.ts';
import { toml } from './toml/toml.ts';
import { yaml } from './yaml/yaml.ts';

/**
 * All readers, in the order in which they try to recognise a file. Three kinds of files are called `Packages`: Gentoo's and
 * OpenWrt's are known by their fields.
 */
export const readers: readonly Reader[] = [
  ...[json, jsonLines, jsonc, yaml, toml, csv, tsv],
  ...[apkindex, arch, gentoo, openwrt, sources, control, deb822, deb, dsc],
];

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
