/**
 * What all readers do: bytes to pieces to drafts, in batches, with the byte order mark left out.
 */
import { byteOrderMarkSize } from '../bytes/bytes.ts';
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
  let unread: number = byteOrderMarkSize(file.head);
  for await (const chunk of file.chunks()) {
    yield splitter.push(chunk.subarray(unread));
    unread -= Math.min(unread, chunk.length);
  }
  yield splitter.end();
}
