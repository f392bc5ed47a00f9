/**
 * The reader of Debian packages: `.deb` files, and `.udeb` files of the installer. A package says what it is in its control file;
 * its record has the same fields as its stanza in a `Packages` file that apt-ftparchive makes. Only the first kilobytes are looked
 * at, and the rest is hashed. Facts: deb(5), deb-control(5), and the programs dpkg-deb, apt-ftparchive and apt.
 */

import { archInName } from '../../deb/arch-in-name.ts';
import { findControlFile } from '../../deb/control-file.ts';
import { type DebMember, locateMembers } from '../../deb/members.ts';
import { RepomillError } from '../../errors.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import { ALL } from '../../model/record.ts';
import type { StoredFile } from '../../platform/files/stored-file.ts';
import { decompressWithin, type FileRange } from '../../platform/zlib/decompress-range.ts';
import { quote } from '../../text/printable.ts';
import { debianFields } from '../deb822/deb822.ts';
import { OutputBuilder } from '../read-drafts.ts';
import type { Reader, ReaderOutput } from '../reader.ts';
import { tryDecodeText } from '../splitter.ts';
import { parseFields } from '../stanza/field-table.ts';
import { readOnlyStanza } from '../stanza/only-stanza.ts';
import { type MakeFields, requireField } from '../stanza/parse-stanza.ts';

/** Packages, each of which describes itself. */
export const deb: Reader = {
  name: 'deb',
  description: 'Debian packages themselves (*.deb, *.udeb)',
  names: debianFields.names,
  ownFiles: { isNamed: (name) => /\.u?deb$/.test(name) },
  recognises: ({ name }) => /\.u?deb$/.test(name),
  async *read({ path, stored }) {
    if (stored === undefined)
      throw new RepomillError('format', 'expected a package that is not compressed as a whole', { path });
    yield await stored((file) => readPackage(path, file));
  },
};

/** Bytes of the archive with the control file: compressed, and uncompressed. It also lists the files and their digests, megabytes of them. */
const MAX_CONTROL_MEMBER = 16 * 1024 * 1024;
const MAX_CONTROL_ARCHIVE = 64 * 1024 * 1024;

async function readPackage(path: string, file: StoredFile): Promise<ReaderOutput> {
  const output = new OutputBuilder(path);
  try {
    const { control } = locateMembers(file);
    const found = readControl(path, await controlIn(file, control));
    for (const { message, line } of found.problems) output.addProblem(`control: ${message}`, line);
    for (const { fields, line } of found.drafts) {
      const flaw = nameFlaw(path, fields.arch);
      if (flaw !== undefined) output.addProblem(flaw);
      else {
        const { size } = file;
        output.addDraft({ ...fields, path, size, sha256: await file.sha256() }, line, { entry: 'control' });
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof RepomillError) || thrown.code !== 'format') throw thrown;
    output.addProblem(thrown.message);
  }
  return output.take() ?? { drafts: [], problems: [] };
}

/** The bytes of the control file. */
async function controlIn(file: StoredFile, { name, start, size, compression }: DebMember): Promise<Uint8Array> {
  try {
    if (size > MAX_CONTROL_MEMBER) throw bad(`expected at most ${MAX_CONTROL_MEMBER} bytes, found ${size}`);
    const range: FileRange = { size, read: (at, length) => file.read(start + at, length) };
    return findControlFile(await decompressWithin(range, compression, MAX_CONTROL_ARCHIVE));
  } catch (cause) {
    throw prefixed(name, cause);
  }
}

/** The stanza of a control file. */
function readControl(path: string, bytes: Uint8Array): ReaderOutput {
  const text = bytes.length <= MAX_RECORD_SIZE ? tryDecodeText(bytes) : undefined;
  if (bytes.length > MAX_RECORD_SIZE)
    throw bad(`control: expected at most ${MAX_RECORD_SIZE} bytes, found ${bytes.length}`);
  // dpkg takes the carriage return for a part of each value.
  if (bytes.includes(RETURN))
    throw bad('control: expected lines that end with a newline alone, found a carriage return');
  if (bytes.includes(0)) throw bad('control: expected text, found a NUL');
  if (text === undefined) throw bad('control: expected UTF-8 text, found other bytes');
  try {
    return readOnlyStanza(path, { text, above: 0, of: 'one package' }, fieldsOf);
  } catch (cause) {
    throw prefixed('control', cause);
  }
}

const RETURN = 0x0d;

/** What an index says of the file, and a package cannot know of itself; and states of an installed package. apt-ftparchive drops them. */
const dropped = new Set(['filename', 'size', 'md5sum', 'sha1', 'sha256', 'sha512', 'status']);

const fieldsOf: MakeFields = (entries, refuse) => {
  const kept = entries.filter(({ name }) => !dropped.has(name.toLowerCase()));
  const fields = parseFields(kept, debianFields, refuse);
  requireField(fields, 'name', 'Package', entries, refuse);
  requireField(fields, 'version', 'Version', entries, refuse);
  requireField(fields, 'arch', 'Architecture', entries, refuse);
  if (Array.isArray(fields.arch))
    refuse(`field "Architecture": expected one, found ${quote(fields.arch.join(' '))}`, entries[0]?.line ?? 1);
  return fields;
};

/** What is wrong with the name of a file; undefined if nothing is. Tools and people choose files by their names. */
function nameFlaw(path: string, arch: unknown): string | undefined {
  const named = archInName(path.slice(path.lastIndexOf('/') + 1));
  if (named === undefined || named === arch) return undefined;
  return `control: expected the architecture in the file's name, ${named}; found ${arch === ALL ? 'all' : quote(String(arch))}`;
}

/** An error about the content, with the part of the package that it is about; any other error as it is. */
function prefixed(part: string, cause: unknown): unknown {
  if (!(cause instanceof RepomillError) || cause.code !== 'format') return cause;
  return new RepomillError('format', `${part}: ${cause.message}`, { cause });
}

function bad(message: string): RepomillError {
  return new RepomillError('format', message);
}
