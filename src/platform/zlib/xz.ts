/**
 * Decompression of .xz files, by the package `xz-decompress`. It reads one stream and ignores what follows, so the
 * streams of a file are found first (`xz-streams.ts`): a file is read whole, or not at all.
 */
import { type FileHandle, open } from 'node:fs/promises';
import xz from 'xz-decompress';
import { messageOf } from '../../errors.ts';
import { findXzStreams, readExactly, type XzStream } from './xz-streams.ts';

/**
 * The content of a .xz file. All files of a process take turns, so two of them cannot be read in step with each other.
 *
 * @param chunkSize - bytes to read at a time
 * @throws Error if the file is truncated or corrupt, or cannot be read
 */
export async function* readXz(file: string, chunkSize: number): AsyncGenerator<Uint8Array, void> {
  const handle = await open(file);
  try {
    for (const stream of await findXzStreams(handle)) yield* decompress(sourceOf(handle, stream, chunkSize));
  } finally {
    await handle.close();
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

function sourceOf(handle: FileHandle, { start, end }: XzStream, chunkSize: number): ReadableStream<Uint8Array> {
  let at = start;
  return new ReadableStream({
    async pull(controller) {
      const chunk = await readExactly(handle, at, Math.min(chunkSize, end - at));
      at += chunk.length;
      controller.enqueue(chunk);
      if (at === end) controller.close();
    },
  });
}
