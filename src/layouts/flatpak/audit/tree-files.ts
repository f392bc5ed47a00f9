/**
 * Files of the tree as flatpak's client gets them. A host that labels a `.gz` file with `Content-Encoding` has it unpacked on the
 * way: the audit goes on with what arrives, and the host's own audit reports it.
 */

import { looksLikePage } from '../../../audit/audit-host.ts';
import { isGzip } from '../../../bytes/bytes.ts';
import { messageOf, RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import type { Source } from '../../../model/source.ts';
import { gunzipMember } from '../../../platform/zlib/gunzip.ts';

/** Reads files of a tree. */
export class TreeFiles {
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;

  constructor(source: Source, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** A file, or undefined where there is none. */
  async find(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const result = await this.#source.fetch(path, {
      maxBytes,
      forbiddenIsMissing: true,
      ...defined({ signal: this.#signal }),
    });
    return result.kind === 'full' ? result.bytes : undefined;
  }

  /** A file that has to be there. */
  async read(path: string, maxBytes: number): Promise<Uint8Array> {
    const bytes = await this.find(path, maxBytes);
    if (bytes === undefined) throw new RepomillError('not-found', `${path}: expected a file, found none`);
    return bytes;
  }

  /** The content of a gzip file, of at most `maxBytes`. */
  async unpack(path: string, maxBytes: number): Promise<Uint8Array> {
    const result = await this.#source.fetch(path, {
      maxBytes,
      forbiddenIsMissing: true,
      ...defined({ signal: this.#signal }),
    });
    if (result.kind !== 'full') throw new RepomillError('not-found', `${path}: expected a file, found none`);
    const { bytes, encoding } = result;
    if (encoding !== undefined && !isGzip(bytes)) return bytes;
    try {
      return gunzipMember(bytes, maxBytes);
    } catch (error) {
      if (!looksLikePage(bytes)) throw error;
      throw new RepomillError('format', `${path}: expected gzip, found a web page (${messageOf(error)})`);
    }
  }
}
