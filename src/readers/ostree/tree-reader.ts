/**
 * Walks the tree of a commit: the bytes that its files take on disk and to fetch, and the content of one file. Each directory is
 * read once however many commits and directories hold it, so a tree that names itself over and over costs nothing.
 */

import { decodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_TEXT_LENGTH } from '../../model/limits.ts';
import { type InstallSizes, totalSizes } from '../../ostree/commit.ts';
import { MAX_OBJECT_SIZE } from '../../ostree/limits.ts';
import { objectPath } from '../../ostree/paths.ts';
import { type Directory, fileHeadLength, parseDirectory, parseFileHead } from '../../ostree/tree-object.ts';
import type { Folder } from '../../platform/files/folder.ts';
import { inflateRaw } from '../../platform/zlib/gunzip.ts';
import { atPath, readObject } from './read-object.ts';

/** Bytes of a file object that nearly always hold its head. */
const HEAD_SIZE = 512;

/** A file takes a multiple of this on disk, in bytes. */
const BLOCK = 512n;

/** How deep directories may nest: as deep as a path of 4 KiB can. */
const MAX_DEPTH = 2048;

/** Reads the trees of one repository. */
export class TreeReader {
  readonly #folder: Folder;
  readonly #directories = new Map<Digest, InstallSizes>();
  readonly #files = new Map<Digest, InstallSizes>();

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** The sizes of all files below a directory together. */
  sizesOf(tree: Digest, depth = 0): InstallSizes {
    const known = this.#directories.get(tree);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw new RepomillError('format', `tree: expected at most ${MAX_DEPTH} levels, found more`);
    const { files, directories } = this.#directory(tree);
    const sizes = totalSizes([
      ...files.map(({ sha256 }) => this.#sizesOfFile(sha256)),
      ...directories.map(({ sha256 }) => this.sizesOf(sha256, depth + 1)),
    ]);
    this.#directories.set(tree, sizes);
    return sizes;
  }

  /** The content of a file in a directory; undefined if there is no such file. */
  textOf(tree: Digest, name: string): string | undefined {
    const file = this.#directory(tree).files.find((entry) => entry.name === name);
    if (file === undefined) return undefined;
    const path = objectPath(file.sha256, 'filez');
    return atPath(path, () => {
      const bytes = this.#folder.read(path, MAX_OBJECT_SIZE);
      const { isRegular, size, contentStart } = parseFileHead(bytes);
      if (!isRegular) return undefined;
      if (size <= MAX_TEXT_LENGTH) return decodeText(inflateRaw(bytes.subarray(contentStart), Number(size)));
      throw new RepomillError('format', `expected at most ${MAX_TEXT_LENGTH} bytes of text, found ${size}`);
    });
  }

  #directory(tree: Digest): Directory {
    return readObject(this.#folder, tree, 'dirtree', parseDirectory);
  }

  #sizesOfFile(sha256: Digest): InstallSizes {
    const known = this.#files.get(sha256);
    if (known !== undefined) return known;
    const path = objectPath(sha256, 'filez');
    let { bytes, size } = this.#folder.readHead(path, HEAD_SIZE);
    const needed = fileHeadLength(bytes) ?? 0;
    if (needed > bytes.length && needed <= MAX_OBJECT_SIZE) ({ bytes, size } = this.#folder.readHead(path, needed));
    const head = atPath(path, () => parseFileHead(bytes));
    const installed = ((head.size + BLOCK - 1n) / BLOCK) * BLOCK;
    const sizes = head.isRegular ? { installed, download: BigInt(size) } : { installed: 0n, download: 0n };
    this.#files.set(sha256, sizes);
    return sizes;
  }
}
