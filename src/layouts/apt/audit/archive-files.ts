/**
 * Files of an archive as they are served. All are bounded before they are read, and large ones come piece by piece: no index is
 * whole in memory.
 */
import { looksLikePage } from '../../../audit/audit-host.ts';
import { expect } from '../../../audit/findings.ts';
import { missingFile, RepomillError, throwIfAborted } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import { fetchChunks } from '../../../model/fetch-chunks.ts';
import type { Source } from '../../../model/source.ts';
import { startDigest } from '../../../platform/hash/sha256.ts';
import { type UnpackedSuffix, unpackChunks } from '../../../platform/zlib/unpack-chunks.ts';
import type { FileDigest } from '../format/pdiff-index.ts';

/** Reads files of an archive. */
export class ArchiveFiles {
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;

  constructor(source: Source, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** A file; undefined if it is missing. Throws an integrity error for one that is longer. */
  async find(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    throwIfAborted(this.#signal);
    const options = { maxBytes, forbiddenIsMissing: true, ...defined({ signal: this.#signal }) };
    const found = await this.#source.fetch(path, options);
    return found.kind === 'full' ? found.bytes : undefined;
  }

  /** A file; throws if it is missing. */
  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    const bytes = await this.find(path, maxBytes);
    if (bytes === undefined) throw missingFile(path);
    return bytes;
  }

  /** The bytes of a file, of which there are at most `size`, piece by piece. */
  async *chunks(path: string, size: number): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of fetchChunks(this.#source, path, size, this.#signal)) {
      throwIfAborted(this.#signal);
      yield chunk;
    }
  }

  /** The content of a file, piece by piece. Throws an integrity error as soon as it is longer than `size` bytes. */
  async *content(
    path: string,
    storedSize: number,
    suffix: UnpackedSuffix,
    size: number,
  ): AsyncGenerator<Uint8Array, void> {
    let found = 0;
    for await (const chunk of unpackChunks(suffix, this.chunks(path, storedSize))) {
      throwIfAborted(this.#signal);
      found += chunk.length;
      if (found > size) throw new RepomillError('integrity', `uncompressed: expected ${size} bytes, found more`);
      yield chunk;
    }
  }

  /** Compares a file with its digest. Throws `not-found` or `integrity`. */
  async compare(path: string, { sha256, size }: FileDigest): Promise<void> {
    const digest = startDigest();
    let found = 0;
    for await (const chunk of this.chunks(path, size)) {
      if (found === 0 && looksLikePage(chunk))
        throw new RepomillError('integrity', 'expected a file, found a web page');
      digest.update(chunk);
      found += chunk.length;
    }
    expect('size', size, found);
    expect('SHA-256', sha256, digest.finish());
  }
}
