/**
 * The reader of Debian's control files: `Packages`, and the `control` file of a binary package. Debian Policy, section 5.1.
 * Refuses a clear-signed file, whose signature would otherwise be dropped silently.
 */
import { byteOrderMarkSize } from '../../bytes/bytes.ts';
import type { InputFile } from '../../platform/files/input-file.ts';
import { LineSplitter } from '../line-splitter.ts';
import { readDrafts } from '../read-drafts.ts';
import type { Reader, ReaderOutput } from '../reader.ts';
import { parseStanza } from './parse-stanza.ts';

const EMPTY_LINE = Uint8Array.of(0x0a, 0x0a);

/** Stanzas of fields, as Debian writes them. */
export const deb822: Reader = {
  name: 'deb822',
  description: 'Debian control stanzas (Packages, control)',
  separatorIn: (file) => (isArmoured(file) ? undefined : EMPTY_LINE),
  recognises: ({ name, head }) => /(^|_)(Packages|control)$/.test(name) || /^Package:/i.test(asAscii(head)),
  read: (file) => (isArmoured(file) ? refuseArmour(file) : readStanzas(file)),
};

function isArmoured({ head }: Pick<InputFile, 'head'>): boolean {
  return asAscii(head).startsWith('-----BEGIN PGP');
}

function readStanzas(file: InputFile): AsyncIterable<ReaderOutput> {
  return readDrafts(file, new LineSplitter(cutAtBlank), parseStanza);
}

/** Stanzas end at a line that is empty or holds only white space. */
function cutAtBlank(bytes: Uint8Array, start: number, end: number): 'after' | 'nowhere' {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return 'nowhere';
  }
  return 'after';
}

async function* refuseArmour(file: InputFile): AsyncGenerator<ReaderOutput, void> {
  const message = 'expected a stanza, found PGP armour; verify the signature yourself and remove it';
  yield { drafts: [], problems: [{ file: file.path, line: 1, message }] };
}

/** The first few characters of a file, for comparison with ASCII. */
function asAscii(head: Uint8Array): string {
  const start = byteOrderMarkSize(head);
  return String.fromCharCode(...head.subarray(start, start + 16));
}
