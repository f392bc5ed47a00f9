/**
 * Decompression of a file whose bytes arrive piece by piece, for auditors: neither the stored nor the unpacked file is whole in
 * memory.
 */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf, RepomillError } from '../../errors.ts';

/** The compressions of indexes, by the ends of the files' names. */
export type UnpackedSuffix = '' | '.gz' | '.xz';

/** Bytes of a piece of the result. */
const CHUNK_SIZE = 1 << 18;

/** Whether a compression can be undone here. */
export function isUnpackable(suffix: string): suffix is UnpackedSuffix {
  return suffix === '' || suffix === '.gz' || suffix === '.xz';
}

/**
 * The content of a file.
 *
 * @throws RepomillError `format` if it is truncated, corrupt, or if something follows it; and what the bytes' source throws
 */
export async function* unpackChunks(
  suffix: UnpackedSuffix,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  if (suffix === '') yield* chunks;
  else if (suffix === '.gz') yield* gunzipChunks(chunks);
  else yield* (await import('./xz.ts')).unxzChunks(chunks);
}

async function* gunzipChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const gunzip = createGunzip({ chunkSize: CHUNK_SIZE });
  let stored = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      stored += chunk.length;
      yield chunk;
    }
  };
  try {
    // The callback has nothing to do: the last stream passes on errors of the source.
    yield* pipeline(Readable.from(counted(), { objectMode: false }), gunzip, () => undefined);
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    throw new RepomillError('format', `gzip: ${messageOf(cause)}`, { cause });
  }
  const after = stored - gunzip.bytesWritten;
  if (after > 0) throw new RepomillError('format', `gzip: ${after} bytes after the end`);
  if (stored === 0) throw new RepomillError('format', 'gzip: unexpected end of file');
}
