/**
 * A pool of small Debian packages, for the tools that read nothing else: each a real .deb (an ar archive of two tar files) with one
 * line in it. The same bytes on every machine.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { changesUntil, thingsOfDay } from './changes.ts';
import { Random } from './random.ts';
import { newWord, phrase } from './text.ts';

/** Changes with the packages below. */
export const POOL_GENERATOR = 'pool 1';

/** How many packages, and which day. */
export interface PoolSettings {
  readonly packages: number;
  readonly day: number;
  /** Packages that have a new version, every day. */
  readonly aDay: number;
}

/** A package's file, relative to the pool. */
interface Deb {
  readonly name: string;
  readonly file: string;
  readonly control: string;
}

/** Packages that have a new version. */
export interface PoolChange {
  /** Relative to the folder of the pool. */
  readonly files: readonly string[];
  readonly names: readonly string[];
}

/** Writes every package of a day. */
export function writePool(folder: string, settings: PoolSettings): void {
  for (const deb of debsOf(settings)) writeDeb(folder, deb);
}

/** Writes the packages that change on a day in the place of what they were the day before. */
export function updatePool(folder: string, settings: PoolSettings): void {
  for (const deb of changedDebs(settings)) {
    rmSync(join(folder, deb.file, '..'), { recursive: true, force: true });
    writeDeb(folder, deb);
  }
}

/** Below this folder of a pool, `renewPool` also puts what it changes under names that are the same in every round. */
const RENEWED = 'renewed';

/** Packages that are the same ones in every round, for tools whose commands name them. */
export function renewedOf({ packages, aDay }: PoolSettings): PoolChange {
  const names = renewedPlaces(packages, aDay).map(nameAt);
  return { files: names.map((name) => `${RENEWED}/${name}.deb`), names };
}

/** Gives these packages a new version, in the place of the one before. Rounds count from 1. */
export function renewPool(folder: string, { packages, aDay }: PoolSettings, round: number): void {
  for (const place of renewedPlaces(packages, aDay)) {
    const deb = debAt(place, round);
    rmSync(join(folder, deb.file, '..'), { recursive: true, force: true });
    writeDeb(folder, deb);
    writeDeb(folder, { ...deb, file: `${RENEWED}/${deb.name}.deb` });
  }
}

function renewedPlaces(packages: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => Math.floor((packages * (place + 0.5)) / count));
}

/** The packages that change on a day. */
export function changeOf(settings: PoolSettings): PoolChange {
  const debs = changedDebs(settings);
  return { files: debs.map(({ file }) => file), names: debs.map(({ name }) => name) };
}

/** What a `Packages` file says of a day, without a look at the files. */
export function* poolStanzas(settings: PoolSettings): Generator<string> {
  for (const deb of debsOf(settings)) {
    const bytes = bytesOf(deb);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    yield `${deb.control}Filename: ${deb.file}\nSize: ${bytes.length}\nSHA256: ${sha256}\n\n`;
  }
}

function debsOf({ packages, day, aDay }: PoolSettings): readonly Deb[] {
  const changes = changesUntil('pool', packages, aDay, day);
  return Array.from({ length: packages }, (_, place) => debAt(place, changes.get(place) ?? 0));
}

function changedDebs({ packages, day, aDay }: PoolSettings): readonly Deb[] {
  const changes = changesUntil('pool', packages, aDay, day);
  return [...thingsOfDay('pool', packages, aDay, day)].map((place) => debAt(place, changes.get(place) ?? 0));
}

function debAt(place: number, change: number): Deb {
  const name = nameAt(place);
  const random = new Random(`package ${place}`);
  const version = `${random.skewed(9)}.${random.skewed(40)}-${1 + change}`;
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: amd64',
    'Maintainer: Archive Team <archive@lists.example.org>',
    `Installed-Size: ${random.between(10, 90_000)}`,
    `Depends: libc6 (>= 2.${random.between(2, 36)}), ${nameAt(random.skewed(500))}`,
    'Section: utils',
    'Priority: optional',
    `Homepage: https://${newWord(random)}.example.org/`,
    `Description: ${phrase(random, random.between(4, 9))}`,
    ` ${phrase(random, random.between(20, 60))}.`,
    '',
  ].join('\n');
  return { name, file: `pool/main/${name.charAt(0)}/${name}/${name}_${version}_amd64.deb`, control };
}

function nameAt(place: number): string {
  return `${newWord(new Random(`package name ${place}`))}${place}`;
}

function writeDeb(folder: string, deb: Deb): void {
  const path = join(folder, deb.file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, bytesOf(deb));
}

function bytesOf({ control }: Deb): Buffer {
  const members = [
    arMember('debian-binary', Buffer.from('2.0\n')),
    arMember('control.tar.gz', gzipSync(tar('./control', control))),
    arMember('data.tar.gz', gzipSync(tar('./usr/share/doc/README', control.slice(0, 80)))),
  ];
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members]);
}

/** An ar member: name, time, owner, group, mode, size, each padded with spaces; an even number of bytes. */
function arMember(name: string, bytes: Buffer): Buffer {
  const fields = [
    name.padEnd(16),
    '0'.padEnd(12),
    '0'.padEnd(6),
    '0'.padEnd(6),
    '100644'.padEnd(8),
    String(bytes.length).padEnd(10),
  ];
  return Buffer.concat([Buffer.from(`${fields.join('')}\`\n`), bytes, Buffer.from(bytes.length % 2 === 1 ? '\n' : '')]);
}

/** A tar file of one file, in the ustar form of POSIX. */
function tar(name: string, content: string): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0' + '0000000\0' + '0000000\0', 100);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512), Buffer.alloc(1024)]);
}
