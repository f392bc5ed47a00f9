/**
 * Watches the headers of a tar archive for sparse files as GNU tar wrote them before 2004, and still does with `--format=gnu`:
 * entries of type `S`, which `modern-tar` gives like any file, without their holes. Facts: "Storing Sparse Files", in the manual
 * of GNU tar.
 */
import { decodeText } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { quote } from '../text/printable.ts';

const BLOCK_SIZE = 512;
const [NAME, NAME_SIZE] = [0, 100];
const [SIZE, SIZE_SIZE] = [124, 12];
const TYPE = 156;
const [SIGNATURE, SIGNATURE_SIZE] = [257, 5];

/** Links, directories and devices: whatever their header says, they have no content. */
const BODYLESS = '123456';

/** The chunks of an archive, unchanged. Throws a `format` error at the header of such a file. */
export async function* refuseOldSparse(
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array, void> {
  const header = new Uint8Array(BLOCK_SIZE);
  let filled = 0;
  /** Bytes of content until the next header. */
  let content = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const passed = Math.min(content, chunk.length - at);
      content -= passed;
      at += passed;
      const part = chunk.subarray(at, at + BLOCK_SIZE - filled);
      header.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < BLOCK_SIZE) continue;
      filled = 0;
      const type = String.fromCharCode(header[TYPE] ?? 0);
      // What is no header is for the decoder to refuse.
      if (textAt(header, SIGNATURE, SIGNATURE_SIZE) !== 'ustar') continue;
      if (type === 'S') throw sparse(textAt(header, NAME, NAME_SIZE), path);
      content = BODYLESS.includes(type) ? 0 : Math.ceil(sizeIn(header) / BLOCK_SIZE) * BLOCK_SIZE;
    }
    yield chunk;
  }
}

function sparse(name: string, path: string): RepomillError {
  const message = `cannot read: tar: expected whole files, found the sparse file ${quote(name)}`;
  return new RepomillError('format', message, { path, hint: 'make the archive without `--sparse`' });
}

/** Octal digits, or a number in bytes after a first one of 0x80, of which the last six count. */
function sizeIn(header: Uint8Array): number {
  if (((header[SIZE] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(header, SIZE, SIZE_SIZE).trim(), 8) || 0;
  return header.subarray(SIZE + SIZE_SIZE - 6, SIZE + SIZE_SIZE).reduce((size, byte) => size * 256 + byte, 0);
}

/** The text in a field of a header, which ends with it or at a zero. */
function textAt(header: Uint8Array, start: number, size: number): string {
  const field = header.subarray(start, start + size);
  const end = field.indexOf(0);
  return decodeText(end === -1 ? field : field.subarray(0, end));
}
