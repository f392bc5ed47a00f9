/** An input file in memory, read in chunks of any size. */
import type { Problem } from '../../../src/errors.ts';
import { HEAD_SIZE, type InputFile } from '../../../src/platform/files/input-file.ts';
import type { Draft, Reader } from '../../../src/readers/reader.ts';

export function memoryFile(name: string, content: string | Uint8Array, chunkSize = 1000): InputFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    path: `in/${name}`,
    name,
    head: bytes.subarray(0, HEAD_SIZE),
    async *chunks() {
      for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.slice(at, at + chunkSize);
    },
  };
}

/** Everything that a reader finds in a file, except how numbers are written. */
export async function readAll(
  reader: Reader,
  file: InputFile,
): Promise<{ drafts: readonly Draft[]; problems: readonly Problem[] }> {
  const drafts: Draft[] = [];
  const problems: Problem[] = [];
  for await (const output of reader.read(file)) {
    drafts.push(...output.drafts.map(({ textOf: _, ...draft }) => draft));
    problems.push(...output.problems);
  }
  return { drafts, problems };
}
