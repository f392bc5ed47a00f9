/**
 * Small packages, made here byte by byte: .deb files, and source packages of one file. `dpkg-deb` and `dpkg-source` would take a
 * process for each.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { makeTar } from '../../archive.ts';
import { sha256Of } from '../../workspace.ts';

/** Fields of a package's control file beside those that every package has. */
export interface DebOptions {
  readonly version?: string;
  readonly arch?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** The content of its one file, beside its name. */
  readonly content?: string;
}

/** A package's file. */
export interface Deb {
  /** `hello_1.0_amd64.deb`, without the epoch. */
  readonly fileName: string;
  readonly bytes: Buffer;
  /** Its control file: a stanza without what only a list knows. */
  readonly control: string;
}

/** Makes a .deb with one file in it. */
export async function makeDeb(name: string, options: DebOptions = {}): Promise<Deb> {
  const { version = '1.0', arch = 'amd64', fields = {}, content = name } = options;
  const control = stanzaOf({
    Package: name,
    Version: version,
    Architecture: arch,
    Maintainer: 'Example Archive <archive@example.org>',
    'Installed-Size': '12',
    Section: 'utils',
    Priority: 'optional',
    Description: `the package ${name}\n It has a second line,\n .\n and a paragraph after it.`,
    ...fields,
  });
  const members = [
    arMember('debian-binary', Buffer.from('2.0\n')),
    arMember('control.tar.gz', gzipSync(await makeTar([['./control', control]]))),
    arMember('data.tar.gz', gzipSync(await makeTar([[`./usr/share/doc/${name}/README`, `${content}\n`]]))),
  ];
  const bytes = Buffer.concat([Buffer.from('!<arch>\n'), ...members]);
  return { fileName: `${name}_${version.replace(/^\d+:/, '')}_${arch}.deb`, bytes, control };
}

/** The stanza of a list for a package at a path. */
export function listedStanza({ control, bytes }: Deb, path: string): string {
  return `${control}Filename: ${path}\nSize: ${bytes.length}\nSHA256: ${sha256Of(bytes)}\n`;
}

/** A source package: its files by name. */
export interface DebianSource {
  readonly dscName: string;
  readonly files: Readonly<Record<string, Buffer>>;
  /** The stanza of a `Sources` file for these files in a directory. */
  stanzaIn(directory: string): string;
}

/** Makes a source package of the format `3.0 (native)`. */
export async function makeSource(name: string, version = '1.0'): Promise<DebianSource> {
  const base = `${name}_${version.replace(/^\d+:/, '')}`;
  const tar = gzipSync(await makeTar([[`${name}/README`, `${name} ${version}\n`]]));
  const common = {
    Binary: name,
    Architecture: 'any',
    Version: version,
    Maintainer: 'Example Archive <archive@example.org>',
    'Standards-Version': '4.6.2',
  };
  const listed = (files: Readonly<Record<string, Buffer>>): Readonly<Record<string, string>> => ({
    'Checksums-Sha256': linesOf(files, sha256Of),
    Files: linesOf(files, (bytes) => createHash('md5').update(bytes).digest('hex')),
  });
  const tarName = `${base}.tar.gz`;
  const dsc = Buffer.from(stanzaOf({ Format: '3.0 (native)', Source: name, ...common, ...listed({ [tarName]: tar }) }));
  const dscName = `${base}.dsc`;
  const files = { [dscName]: dsc, [tarName]: tar };
  return {
    dscName,
    files,
    stanzaIn: (directory) =>
      stanzaOf({ Package: name, Format: '3.0 (native)', ...common, Directory: directory, ...listed(files) }),
  };
}

function linesOf(files: Readonly<Record<string, Buffer>>, digest: (bytes: Buffer) => string): string {
  return Object.entries(files)
    .map(([name, bytes]) => `\n ${digest(bytes)} ${bytes.length} ${name}`)
    .join('');
}

/** A stanza; a value may have lines that continue it. */
export function stanzaOf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}:${value.startsWith('\n') ? '' : ' '}${value}\n`)
    .join('');
}

/** A member of an ar archive: name, time, owner, group, mode and size, padded with spaces; an even number of bytes. */
function arMember(name: string, bytes: Uint8Array): Buffer {
  const widths = [16, 12, 6, 6, 8, 10];
  const header = [name, '0', '0', '0', '100644', String(bytes.length)]
    .map((field, place) => field.padEnd(widths[place] ?? 0))
    .join('');
  return Buffer.concat([Buffer.from(`${header}\`\n`), bytes, Buffer.from(bytes.length % 2 === 1 ? '\n' : '')]);
}
