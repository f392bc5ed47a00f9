/**
 * Files of the tree as flatpak's client gets them. A host that labels a `.gz` file with `Content-Encoding` has it unpacked on the
 * way: the audit goes on with what arrives, and the host's own audit reports it.
 */

import { looksLikePage } from '../../../audit/audit-host.ts';
import { isGzip } from '../../../bytes/bytes.ts';
import { messageOf, missingFile, RepomillError, throwIfAborted } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import type { FetchedBytes, Source } from '../../../model/source.ts';
import { gunzipMember } from '../../../platform/zlib/gunzip.ts';

/** Reads files of a tree. */
export class TreeFiles {
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;

  constructor(source: Source, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** A file; undefined if it is missing. */
  async find(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    return (await this.#fetch(path, maxBytes))?.bytes;
  }

  /** A file; throws if it is missing. */
  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    const bytes = await this.find(path, maxBytes);
    if (bytes === undefined) throw missingFile(path);
    return bytes;
  }

  /** The content of a gzip file, of at most `maxBytes`. */
  async unpack(path: string, maxBytes: number): Promise<Uint8Array> {
    const result = await this.#fetch(path, maxBytes);
    if (result === undefined) throw missingFile(path);
    const { bytes, encoding } = result;
    if (encoding !== undefined && !isGzip(bytes)) return bytes;
    try {
      return gunzipMember(bytes, maxBytes);
    } catch (error) {
      if (!looksLikePage(bytes)) throw error;
      throw new RepomillError('format', `expected gzip, found a web page (${messageOf(error)})`, { path });
    }
  }

  async #fetch(path: string, maxBytes: number): Promise<FetchedBytes | undefined> {
    throwIfAborted(this.#signal);
    const options = { maxBytes, forbiddenIsMissing: true, ...defined({ signal: this.#signal }) };
    const result = await this.#source.fetch(path, options);
    return result.kind === 'full' ? result : undefined;
  }
}
