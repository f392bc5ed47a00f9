/**
 * The sizes and the metadata of a commit that does not state them, from the objects of its tree. Each directory is read once,
 * however many others contain it.
 */

import { decodeText } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_TEXT_LENGTH } from '../../../model/limits.ts';
import { type InstallSizes, totalSizes } from '../../../ostree/commit.ts';
import { MAX_OBJECT_SIZE } from '../../../ostree/limits.ts';
import { objectPath } from '../../../ostree/paths.ts';
import { type Directory, parseDirectory, parseFileHead } from '../../../ostree/tree-object.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { inflateRaw } from '../../../platform/zlib/gunzip.ts';
import type { ListedFiles } from './listed-files.ts';

/** A file takes a multiple of this on disk, in bytes. */
const BLOCK = 512n;

/** Bytes that nearly always hold the head of a file object. */
const HEAD_SIZE = 1024;

/** Deeper than any path can be. */
const MAX_DEPTH = 2048;

/** Reads the trees of a repository. */
export class TreeSizer {
  readonly #files: ListedFiles;
  readonly #known = new Map<Digest, InstallSizes>();

  constructor(files: ListedFiles) {
    this.#files = files;
  }

  /** The sizes of all regular files below a directory together. */
  async sizesOf(tree: Digest, depth = 0): Promise<InstallSizes> {
    const known = this.#known.get(tree);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw new RepomillError('format', `tree: expected at most ${MAX_DEPTH} levels, found more`);
    const { files, directories } = await this.#directory(tree);
    const parts: InstallSizes[] = [];
    for (const { sha256 } of files) parts.push(await this.#fileSizes(sha256));
    for (const { sha256 } of directories) parts.push(await this.sizesOf(sha256, depth + 1));
    const sizes = totalSizes(parts);
    this.#known.set(tree, sizes);
    return sizes;
  }

  /** The text of `metadata` in a directory; empty if there is no such file. */
  async metadataOf(tree: Digest): Promise<string> {
    const file = (await this.#directory(tree)).files.find(({ name }) => name === 'metadata');
    if (file === undefined) return '';
    const bytes = await this.#files.read(objectPath(file.sha256, 'filez'), MAX_OBJECT_SIZE);
    const { isRegular, size, contentStart } = parseFileHead(bytes);
    if (!isRegular) return '';
    if (size > MAX_TEXT_LENGTH) throw new RepomillError('format', `metadata: expected a text, found ${size} bytes`);
    return decodeText(inflateRaw(bytes.subarray(contentStart), Number(size)));
  }

  async #directory(tree: Digest): Promise<Directory> {
    const path = objectPath(tree, 'dirtree');
    const bytes = await this.#files.read(path, MAX_OBJECT_SIZE);
    if (digestOf(bytes) === tree) return parseDirectory(bytes);
    throw new RepomillError('integrity', 'expected the bytes of its digest, found others', { path });
  }

  async #fileSizes(sha256: Digest): Promise<InstallSizes> {
    const path = objectPath(sha256, 'filez');
    const { bytes, size } = await this.#files.readHead(path, HEAD_SIZE);
    const whole = bytes.length < size && headIsLonger(bytes) ? await this.#files.read(path, MAX_OBJECT_SIZE) : bytes;
    const head = parseFileHead(whole);
    if (!head.isRegular) return { installed: 0n, download: 0n };
    return { installed: ((head.size + BLOCK - 1n) / BLOCK) * BLOCK, download: BigInt(size) };
  }
}

// The first four bytes are the length of what follows the first eight.
function headIsLonger(bytes: Uint8Array): boolean {
  return bytes.length < 4 || new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) + 8 > bytes.length;
}
