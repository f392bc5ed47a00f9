/**
 * The first bytes of a file as text, for readers that recognise it.
 */
import { byteOrderMarkSize } from '../bytes/bytes.ts';
import type { InputFile } from '../platform/files/input-file.ts';

const latin1 = new TextDecoder('latin1');

/** The first `length` characters of a file, as Latin-1 and without a byte order mark: good enough to compare with ASCII. */
export function headText({ head }: Pick<InputFile, 'head'>, length: number = head.length): string {
  const start = byteOrderMarkSize(head);
  return latin1.decode(head.subarray(start, start + length));
}

/** The same, as far as the first empty line: the fields of the first stanza. */
export function firstStanza(file: Pick<InputFile, 'head'>): string {
  return headText(file).split(/\n\r?\n/, 1)[0] ?? '';
}
