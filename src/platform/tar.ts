/**
 * Reads tar archives as streams, by the package `modern-tar`: their entries in order, never a file on disk. An archive that is
 * cut off, or whose headers do not have their checksums, is an error.
 */
import type { ParsedTarEntry } from 'modern-tar';
import { messageOf, RepomillError } from '../errors.ts';
import { refuseOldSparse } from './old-sparse.ts';

/** An entry of an archive. */
export interface TarEntry {
  /** As the archive has it: it may be absolute or have `..` in it, but nothing is written there. */
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'device' | 'sparse file';
  /** Bytes of its content. */
  readonly size: number;
  /** The content, once, until the next entry is asked for. */
  content(): AsyncIterable<Uint8Array>;
}

/**
 * Whether a file begins like an archive: with an entry, or with the zeros of one that is empty. Archives from before 1988 have no
 * signature and are not recognised.
 */
export function isTar(head: Uint8Array): boolean {
  if (head.length < BLOCK_SIZE) return false;
  const isEmpty = head[0] === 0 && head.every((byte) => byte === 0);
  return isEmpty || SIGNATURE.every((byte, i) => head[SIGNATURE_START + i] === byte);
}

const BLOCK_SIZE = 512;

const SIGNATURE = [...'ustar'].map((char) => char.charCodeAt(0));
const SIGNATURE_START = 257;

/**
 * The entries of an archive, in order. What is not read of one is skipped.
 *
 * @param path - the archive as the user would type it, for errors
 * @throws RepomillError `format` for an archive that is cut off or corrupt, or that has sparse files of GNU's old format; and what `chunks` throws
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<TarEntry, void> {
  // Loaded when it is needed: threads read thousands of files that are no archives.
  const { createTarDecoder } = await import('modern-tar');
  const archive = streamOf(refuseOldSparse(chunks, path)).pipeThrough(createTarDecoder({ strict: true }));
  for await (const { header, body } of readAll(archive, path)) {
    const content = readAll(body, path);
    yield { name: header.name, kind: kindOf(header), size: header.size, content: () => content };
    // The next entry comes after all bytes of this one. To cancel it would end one that the decoder has read ahead.
    for await (const _ of content);
  }
}

async function* readAll<Part>(stream: ReadableStream<Part>, path: string): AsyncGenerator<Part, void> {
  try {
    yield* stream;
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    throw new RepomillError('format', `cannot read: ${fragmentOf(cause)}`, { path, cause });
  }
}

/** What the package says, as a part of a sentence that names the format. */
function fragmentOf(cause: unknown): string {
  const text = messageOf(cause)
    .replace(/\.$/, '')
    .replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());
  return /\btar\b/.test(text) ? text : `tar: ${text}`;
}

function kindOf({ type, pax = {} }: ParsedTarEntry['header']): TarEntry['kind'] {
  // The content has no holes, and may begin with a list of them: it is not what the file was.
  if (Object.keys(pax).some((key) => key.startsWith('GNU.sparse.'))) return 'sparse file';
  if (type === 'file' || type === undefined) return 'file';
  if (type === 'directory') return 'directory';
  return type === 'link' || type === 'symlink' ? 'link' : 'device';
}

function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await source.return?.();
    },
  });
}
