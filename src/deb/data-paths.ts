/**
 * The paths in the data archive of a package, which arrives in chunks: what `Contents` files list. Holds names only, and no more of
 * them than a package can have. Facts: dpkg-deb --contents, and the lists of apt-ftparchive, which leave out directories.
 */

import { RepomillError } from '../errors.ts';
import { compareText } from '../model/order.ts';
import { quote } from '../text/printable.ts';
import { parsePax, parseTarHeader, TAR_BLOCK, type TarHeader, textUpToNul } from './tar-header.ts';

/** Bytes of a header about the next entry: of a name, mostly. */
const MAX_EXTENSION = 1 << 20;

/** UTF-16 code units of all paths: of a million files. */
const MAX_NAMES = 100_000_000;

/** Collects the paths of an archive. */
export class DataPaths {
  readonly #paths: string[] = [];
  /** Bytes of what is collected: a header, or the content of one about the next entry. */
  #part: Uint8Array = new Uint8Array(TAR_BLOCK);
  #used = 0;
  /** Bytes to pass over. */
  #skip = 0;
  /** The header whose content is collected. */
  #extension: TarHeader | undefined;
  #renamed: string | undefined;
  #resized: number | undefined;
  #names = 0;
  #isAtEnd = false;

  /** Takes the next bytes. Throws `format` if they are not of an archive. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.#isAtEnd; ) {
      const skipped = Math.min(this.#skip, chunk.length - at);
      this.#skip -= skipped;
      at += skipped;
      const taken = Math.min(this.#part.length - this.#used, chunk.length - at);
      this.#part.set(chunk.subarray(at, at + taken), this.#used);
      this.#used += taken;
      at += taken;
      if (this.#used === this.#part.length && this.#skip === 0) this.#takePart();
    }
  }

  /** The paths, sorted by their characters, without `./`. Throws `format` if the archive is cut off. */
  finish(): readonly string[] {
    if (!this.#isAtEnd) throw bad('cut off: expected one more entry, or zeros at the end');
    return this.#paths.sort(compareText);
  }

  #takePart(): void {
    const part = this.#part;
    const extension = this.#extension;
    this.#extension = undefined;
    this.#used = 0;
    this.#part = new Uint8Array(TAR_BLOCK);
    if (extension !== undefined) this.#extend(extension, part.subarray(0, extension.size));
    else this.#takeHeader(part);
  }

  #takeHeader(block: Uint8Array): void {
    const header = parseTarHeader(block);
    if (header === undefined) {
      this.#isAtEnd = true;
      return;
    }
    const { type } = header;
    if (type === 'L' || type === 'K' || type === 'x' || type === 'g') {
      if (header.size > MAX_EXTENSION)
        throw bad(`tar: expected a header of at most ${MAX_EXTENSION} bytes, found ${header.size}`);
      if (header.size === 0) return;
      this.#extension = header;
      this.#part = new Uint8Array(filled(header.size));
      return;
    }
    // Its header may go on in the next block, which would be taken for an entry.
    if (type === 'S') throw bad(`tar: ${quote(header.name)}: expected a file, found a sparse file`);
    this.#skip = filled(this.#resized ?? header.size);
    if (type !== '5') this.#add(this.#renamed ?? header.name);
    this.#renamed = undefined;
    this.#resized = undefined;
  }

  #extend({ type }: TarHeader, content: Uint8Array): void {
    if (type === 'L') this.#renamed = textUpToNul(content);
    if (type !== 'x') return;
    const values = parsePax(content);
    this.#renamed = values.get('path') ?? this.#renamed;
    const size = values.get('size');
    if (size === undefined) return;
    if (!/^[0-9]{1,15}$/.test(size)) throw bad(`tar: expected a size in bytes, found ${quote(size)}`);
    this.#resized = Number(size);
  }

  #add(name: string): void {
    const path = name.replace(/^(?:\.?\/+)+/, '');
    if (path === '' || path.endsWith('/')) return;
    this.#names += path.length;
    if (this.#names > MAX_NAMES) throw bad(`expected at most ${MAX_NAMES} characters of names, found more`);
    this.#paths.push(path);
  }
}

function filled(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

function bad(message: string): RepomillError {
  return new RepomillError('format', message);
}
