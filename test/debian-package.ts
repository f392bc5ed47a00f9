/**
 * Debian packages, as dpkg-deb makes them or as somebody hostile would.
 */
import { gzipSync } from 'node:zlib';
import { concatBytes, encodeText } from '../src/bytes/bytes.ts';
import { crc32 } from '../src/xz/crc32.ts';
import { type ArchiveEntry, makeTar } from './archive.ts';

/** A member of an ar archive: its name, its content, and what its header says that is not so. */
export type ArMember = readonly [name: string, content: string | Uint8Array, header?: { size?: string; end?: string }];

/** An ar archive. */
export function makeAr(members: readonly ArMember[]): Uint8Array {
  const parts = members.flatMap(([name, content, { size, end = '`\n' } = {}]) => {
    const bytes = typeof content === 'string' ? encodeText(content) : content;
    const written = size ?? String(bytes.length);
    const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${written.padEnd(10)}${end}`;
    return [encodeText(header), bytes, encodeText(bytes.length % 2 === 1 ? '\n' : '')];
  });
  return concatBytes([encodeText('!<arch>\n'), ...parts]);
}

/** The control file of a small package, with other fields in the place of its own. */
export function controlOf(fields: Readonly<Record<string, string | undefined>> = {}): string {
  const all = {
    Package: 'hello',
    Version: '1.0-1',
    Architecture: 'amd64',
    Maintainer: 'Test Archive <archive@example.org>',
    ...fields,
    Description: 'says hello\n to everybody',
  };
  return Object.entries(all)
    .map(([name, text]) => (text === undefined ? '' : `${name}: ${text}\n`))
    .join('');
}

/** How a package is made. */
export interface DebParts {
  readonly control?: string;
  /** All of the control archive, in place of the control file. */
  readonly entries?: readonly ArchiveEntry[];
  readonly data?: readonly ArchiveEntry[];
  readonly compress?: '' | '.gz' | '.xz' | '.zst';
}

/** A package. */
export async function makeDeb({
  control = controlOf(),
  entries,
  data = [],
  compress = '',
}: DebParts = {}): Promise<Uint8Array> {
  const own: readonly ArchiveEntry[] = entries ?? [
    ['./', { type: 'directory' }],
    ['./control', control],
  ];
  return makeAr([
    ['debian-binary', '2.0\n'],
    [`control.tar${compress}`, compressed(await makeTar(own), compress)],
    [`data.tar${compress}`, compressed(await makeTar(data), compress)],
  ]);
}

/** Bytes in a compression, by its suffix. */
export function compressed(bytes: Uint8Array, suffix: '' | '.gz' | '.xz' | '.zst'): Uint8Array {
  if (suffix === '.gz') return gzipSync(bytes);
  if (suffix === '.xz') return storedXz(bytes);
  return suffix === '.zst' ? storedZstd(bytes) : bytes;
}

/**
 * A .xz file whose blocks are not compressed: The .xz File Format 1.1, sections 2 to 4.
 *
 * @param dictionary - the size of the dictionary that is announced: 0 is 4 KiB, and 40 is 4 GiB
 */
export function storedXz(bytes: Uint8Array, dictionary = 12): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 1 << 16) {
    const chunk = bytes.subarray(at, at + (1 << 16));
    chunks.push(Uint8Array.of(at === 0 ? 1 : 2, (chunk.length - 1) >> 8, (chunk.length - 1) & 0xff), chunk);
  }
  const data = concatBytes([...chunks, Uint8Array.of(0)]);
  const header = withCrc(Uint8Array.of(2, 0, 0x21, 1, dictionary, 0, 0, 0));
  const check = word(crc32(bytes));
  const unpadded = header.length + data.length + check.length;
  const index = withCrc(padded(concatBytes([Uint8Array.of(0, 1), varint(unpadded), varint(bytes.length)])));
  const flags = Uint8Array.of(0, 1);
  const footer = concatBytes([word(index.length / 4 - 1), flags]);
  return concatBytes([
    Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0),
    withCrc(flags),
    ...[header, padded(data), check, index],
    ...[word(crc32(footer)), footer, encodeText('YZ')],
  ]);
}

function padded(bytes: Uint8Array): Uint8Array {
  return concatBytes([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)]);
}

function withCrc(bytes: Uint8Array): Uint8Array {
  return concatBytes([bytes, word(crc32(bytes))]);
}

function word(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Uint8Array.of(...bytes, left);
}

/** A frame of Zstandard whose blocks are not compressed: RFC 8878, section 3.1.1. */
export function storedZstd(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [ZSTD_HEADER];
  for (let at = 0; at === 0 || at < bytes.length; at += 1 << 16) {
    const block = bytes.subarray(at, at + (1 << 16));
    parts.push(blockHeader(at + block.length >= bytes.length, 0, block.length), block);
  }
  return concatBytes(parts);
}

/** A frame of Zstandard that repeats a zero: some bytes for each 128 KiB. */
export function zstdBomb(blocks: number): Uint8Array {
  const parts = Array.from({ length: blocks }, (_, i) => [blockHeader(i === blocks - 1, 1, 1 << 17), Uint8Array.of(0)]);
  return concatBytes([ZSTD_HEADER, ...parts.flat()]);
}

/** Magic number, no options, a window of 1 MiB. */
const ZSTD_HEADER = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 10 << 3);

function blockHeader(isLast: boolean, type: number, size: number): Uint8Array {
  return word((isLast ? 1 : 0) | (type << 1) | (size << 3)).subarray(0, 3);
}
