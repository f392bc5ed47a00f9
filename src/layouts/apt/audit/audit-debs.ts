/**
 * Compares packages with their stanzas: what apt plans by the stanza, dpkg does by the control file in the package. Only fields that
 * decide on what is installed are compared; archives may state others, such as the section, in their own way.
 */

import { findControlFile } from '../../../deb/control-file.ts';
import { locateMembers } from '../../../deb/members.ts';
import { RepomillError } from '../../../errors.ts';
import { noDigests, withStoredFile } from '../../../platform/files/stored-file.ts';
import { decompressWithin } from '../../../platform/zlib/decompress-range.ts';
import { quote } from '../../../text/printable.ts';
import { type ReadStanza, readStanza } from '../format/stanza-stream.ts';

/** The fields that are compared. */
const COMPARED = [
  ...['package', 'version', 'architecture', 'multi-arch', 'essential'],
  ...['depends', 'pre-depends', 'conflicts', 'breaks', 'replaces', 'provides'],
];

/** Bytes of the archive with the control file: compressed, and uncompressed. */
const MAX_CONTROL_MEMBER = 16 * 1024 * 1024;
const MAX_CONTROL_ARCHIVE = 64 * 1024 * 1024;

/** The fields of a stanza that are compared with its package, by their names in lower case. */
export function comparedFields(fields: ReadStanza['fields']): ReadonlyMap<string, string> {
  return new Map(
    COMPARED.flatMap((name) => {
      const text = fields.get(name)?.text;
      return text === undefined ? [] : [[name, plainList(text)] as const];
    }),
  );
}

/** A list in one spelling: blanks and line ends between its words do not count. */
function plainList(text: string): string {
  const items = text.split(',').map((item) => item.trim().replaceAll(/\s+/g, ' '));
  return items.filter((item) => item !== '').join(', ');
}

/**
 * Compares a package with its stanza.
 *
 * @param file - where it is on disk
 * @param said - the fields of the stanza
 * @throws RepomillError `integrity` for a field that differs, `format` if the file is no package
 */
export async function auditDeb(file: string, said: ReadonlyMap<string, string>): Promise<void> {
  const found = comparedFields(await readControlFields(file));
  for (const [name, text] of said) {
    const own = found.get(name) ?? '';
    if (own !== text) {
      const shown = own === '' ? 'none' : quote(own);
      throw new RepomillError('integrity', `${name}: expected ${quote(text)}, as in its stanza, found ${shown}`);
    }
  }
}

async function readControlFields(file: string): Promise<ReadStanza['fields']> {
  return withStoredFile(file, noDigests, async (stored) => {
    const { start, size, compression } = locateMembers(stored).control;
    if (size > MAX_CONTROL_MEMBER) {
      throw new RepomillError('format', `control.tar: expected at most ${MAX_CONTROL_MEMBER} bytes, found ${size}`);
    }
    const range = { size, read: (at: number, length: number) => stored.read(start + at, length) };
    const control = findControlFile(await decompressWithin(range, compression, MAX_CONTROL_ARCHIVE));
    return readStanza({ line: 1, text: new TextDecoder().decode(control) }).fields;
  });
}
