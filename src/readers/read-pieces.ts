/**
 * What all readers do: bytes to pieces to drafts, in batches, with the byte order mark left out.
 */
import type { InputFile } from '../platform/files/input-file.ts';
import { BatchBuilder } from './batch-builder.ts';
import type { Batch } from './reader.ts';
import type { Piece, Splitter, TextPiece } from './splitter.ts';

/** Reads a file through a splitter; `parse` adds what a piece holds, or what is wrong with it. */
export async function* readPieces(
  file: InputFile,
  splitter: Splitter,
  parse: (piece: TextPiece, found: BatchBuilder) => void,
): AsyncGenerator<Batch, void> {
  const found = new BatchBuilder(file.path);
  for await (const pieces of split(file, splitter)) {
    for (const piece of pieces) {
      if ('text' in piece) parse(piece, found);
      else found.addProblem(piece.problem, piece.line, piece.column);
      const batch = found.isFull ? found.take() : undefined;
      if (batch) yield batch;
    }
  }
  const rest = found.take();
  if (rest) yield rest;
}

async function* split(file: InputFile, splitter: Splitter): AsyncGenerator<readonly Piece[], void> {
  let unread = byteOrderMarkLength(file.head);
  for await (const chunk of file.chunks()) {
    yield splitter.push(chunk.subarray(unread));
    unread -= Math.min(unread, chunk.length);
  }
  yield splitter.end();
}

function byteOrderMarkLength(head: Uint8Array): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
}
