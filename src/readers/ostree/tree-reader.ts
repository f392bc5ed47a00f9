/**
 * Walks the tree of a commit: how many bytes its files take on disk and to fetch, and what is in one of them. Each directory is
 * read once however many commits and directories hold it, so a tree that names itself over and over costs nothing.
 */

import { decodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_OBJECT_SIZE, MAX_TEXT_LENGTH } from '../../model/limits.ts';
import { total } from '../../ostree/commit.ts';
import { objectPath } from '../../ostree/paths.ts';
import { type Directory, fileHeadLength, parseDirectory, parseFileHead } from '../../ostree/tree-object.ts';
import type { Folder } from '../../platform/files/folder.ts';
import { inflateRaw } from '../../platform/zlib/strict-zlib.ts';
import { aboutObject } from './about-object.ts';

/** Bytes on disk and bytes to fetch. */
export interface Sizes {
  readonly installed: bigint;
  readonly download: bigint;
}

/** Bytes of a file object that nearly always hold its head. */
const HEAD_SIZE = 512;

/** What a file takes on disk is a multiple of this. */
const BLOCK = 512n;

/** How deep directories may nest: as deep as a path of 4 KiB can. */
const MAX_DEPTH = 2048;

/** Reads the trees of one repository. */
export class TreeReader {
  readonly #readTree: (sha256: Digest) => Uint8Array;
  readonly #folder: Folder;
  readonly #directories = new Map<Digest, Sizes>();
  readonly #files = new Map<Digest, Sizes>();

  /** @param readTree - gives the bytes of a `dirtree` object, compared with its digest */
  constructor(readTree: (sha256: Digest) => Uint8Array, folder: Folder) {
    this.#readTree = readTree;
    this.#folder = folder;
  }

  /** What all files below a directory take. */
  sizesOf(tree: Digest, depth = 0): Sizes {
    const known = this.#directories.get(tree);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw new RepomillError('format', `tree: expected at most ${MAX_DEPTH} levels, found more`);
    const { files, directories } = this.#directory(tree);
    const parts = [
      ...files.map(({ sha256 }) => this.#sizesOfFile(sha256)),
      ...directories.map(({ sha256 }) => this.sizesOf(sha256, depth + 1)),
    ];
    const sizes = {
      installed: total(parts.map((part) => part.installed)),
      download: total(parts.map((part) => part.download)),
    };
    this.#directories.set(tree, sizes);
    return sizes;
  }

  /** The content of a file in a directory; undefined where there is no such file. */
  textOf(tree: Digest, name: string): string | undefined {
    const file = this.#directory(tree).files.find((entry) => entry.name === name);
    if (file === undefined) return undefined;
    const path = objectPath(file.sha256, 'filez');
    return aboutObject(path, () => {
      const bytes = this.#folder.read(path, MAX_OBJECT_SIZE);
      const { isRegular, size, contentStart } = parseFileHead(bytes);
      if (!isRegular) return undefined;
      if (size <= MAX_TEXT_LENGTH) return decodeText(inflateRaw(bytes.subarray(contentStart), Number(size)));
      throw new RepomillError('format', `expected at most ${MAX_TEXT_LENGTH} bytes of text, found ${size}`);
    });
  }

  #directory(tree: Digest): Directory {
    return aboutObject(objectPath(tree, 'dirtree'), () => parseDirectory(this.#readTree(tree)));
  }

  #sizesOfFile(sha256: Digest): Sizes {
    const known = this.#files.get(sha256);
    if (known !== undefined) return known;
    const path = objectPath(sha256, 'filez');
    let { bytes, size } = this.#folder.readHead(path, HEAD_SIZE);
    const needed = fileHeadLength(bytes) ?? 0;
    if (needed > bytes.length && needed <= MAX_OBJECT_SIZE) ({ bytes, size } = this.#folder.readHead(path, needed));
    const head = aboutObject(path, () => parseFileHead(bytes));
    const installed = ((head.size + BLOCK - 1n) / BLOCK) * BLOCK;
    const sizes = head.isRegular ? { installed, download: BigInt(size) } : { installed: 0n, download: 0n };
    this.#files.set(sha256, sizes);
    return sizes;
  }
}
