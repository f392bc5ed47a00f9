/**
 * Files of the tree as flatpak's client gets them. What a host does to them on the way is a finding: the client undoes a
 * `Content-Encoding` as any client does, and then looks for gzip in vain.
 */

import type { Finding } from '../../../audit/findings.ts';
import { isGzip } from '../../../bytes/bytes.ts';
import { messageOf, RepomillError } from '../../../errors.ts';
import type { Source } from '../../../model/source.ts';
import { gunzipMember } from '../../../platform/zlib/gunzip.ts';

/** Reads files of a tree. */
export class TreeFiles {
  readonly #source: Source;
  readonly #findings: Finding[];
  #isUnpacked = false;

  /** @param findings - where a host's fault is noted, once however many files it is done to */
  constructor(source: Source, findings: Finding[]) {
    this.#source = source;
    this.#findings = findings;
  }

  /** A file, or undefined where there is none. */
  async find(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const result = await this.#source.fetch(path, { maxBytes, forbiddenIsMissing: true });
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
    const result = await this.#source.fetch(path, { maxBytes, forbiddenIsMissing: true });
    if (result.kind !== 'full') throw new RepomillError('not-found', `${path}: expected a file, found none`);
    const { bytes, encoding } = result;
    if (encoding !== undefined && !isGzip(bytes)) {
      this.#noteUnpacked(path, encoding);
      return bytes;
    }
    try {
      return gunzipMember(bytes, maxBytes);
    } catch (error) {
      if (!looksLikePage(bytes)) throw error;
      throw new RepomillError('format', `${path}: expected gzip, found a web page (${messageOf(error)})`);
    }
  }

  #noteUnpacked(path: string, encoding: string): void {
    if (this.#isUnpacked) return;
    this.#isUnpacked = true;
    const message =
      `expected no Content-Encoding, found ${encoding}: clients unpack the file, look for gzip in what is left, and fail; ` +
      'make the host send .gz files as application/gzip as they are (nginx: `gzip_static off`; Apache: no `AddEncoding`)';
    this.#findings.push({ path, message });
  }
}

/** Whether bytes are a web page: what many hosts answer for a file that they do not have. */
export function looksLikePage(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 64));
  return /^\s*<(?:!doctype|html|head|\?xml)/i.test(text);
}
