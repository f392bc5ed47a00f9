/**
 * Decompression of .xz files, by the package `xz-decompress`. It reads one stream and ignores what follows, so the
 * streams of a file are found first (`xz-streams.ts`): a file is read whole, or not at all.
 */
import { type FileHandle, open } from 'node:fs/promises';
import xz from 'xz-decompress';
import { concatBytes } from '../../bytes/bytes.ts';
import { messageOf, RepomillError } from '../../errors.ts';
import { findXzStreams, type XzSource, type XzStream } from './xz-streams.ts';

/**
 * The content of a .xz file. All files of a process take turns, so two of them cannot be read in step with each other.
 *
 * @param chunkSize - bytes to read at a time
 * @throws Error if the file is truncated or corrupt, or cannot be read
 */
export async function* readXz(file: string, chunkSize: number): AsyncGenerator<Uint8Array, void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    yield* decodeXz({ size, read: (start, length) => readExactly(handle, start, length) }, chunkSize);
  } finally {
    await handle.close();
  }
}

/** The same for bytes that need not be a whole file. */
export async function* decodeXz(source: XzSource, chunkSize: number): AsyncGenerator<Uint8Array, void> {
  for (const stream of await findXzStreams(source)) yield* decompress(streamOf(source, stream, chunkSize));
}

/** Exactly `length` bytes of a file. Throws an Error if it has become shorter. */
async function readExactly(handle: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, start + read);
    if (bytesRead === 0) throw new Error('unexpected end of file');
    read += bytesRead;
  }
  return bytes;
}

/**
 * The content of a .xz file of one stream, at most `max` bytes.
 *
 * @throws RepomillError `format` if it is truncated, corrupt or longer
 */
export async function unxz(stored: Uint8Array, max: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of decompress(new Blob([Uint8Array.from(stored)]).stream())) {
      size += part.length;
      if (size > max) throw new Error(`expected at most ${max} bytes, found more`);
      parts.push(part.slice());
    }
  } catch (cause) {
    throw new RepomillError('format', `xz: ${messageOf(cause)}`, { cause });
  }
  return concatBytes(parts);
}

/**
 * The content of a .xz file of one stream, whose bytes arrive piece by piece.
 *
 * @throws RepomillError `format` if it is truncated or corrupt; and what the bytes' source throws
 */
export async function* unxzChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  let failure: unknown;
  const stored = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(value.slice());
      } catch (error) {
        failure = error;
        controller.error(error);
      }
    },
  });
  try {
    for await (const part of decompress(stored)) yield part;
  } catch (cause) {
    if (failure !== undefined) throw failure;
    throw new RepomillError('format', `xz: ${messageOf(cause)}`, { cause });
  } finally {
    await iterator.return?.();
  }
}

async function* decompress(compressed: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = new xz.XzReadableStream(compressed).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    throw readableError(cause);
  } finally {
    // Gives the next file its turn. It rejects with an error that was already thrown above.
    await reader.cancel().catch(() => undefined);
  }
}

// The decoder's own errors are bare numbers (xz-embedded's `enum xz_ret`); those of the system are readable.
function readableError(cause: unknown): unknown {
  if (cause instanceof Error && 'syscall' in cause) return cause;
  const isUnsupported = messageOf(cause).endsWith('error code 6');
  const message = isUnsupported
    ? 'unsupported xz data: expected a CRC check and the LZMA2 filter alone'
    : 'corrupt xz data';
  return new Error(message, { cause });
}

function streamOf(source: XzSource, { start, end }: XzStream, chunkSize: number): ReadableStream<Uint8Array> {
  let at = start;
  return new ReadableStream({
    async pull(controller) {
      const chunk = await source.read(at, Math.min(chunkSize, end - at));
      at += chunk.length;
      controller.enqueue(chunk);
      if (at === end) controller.close();
    },
  });
}
