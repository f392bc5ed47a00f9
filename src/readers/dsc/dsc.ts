/**
 * The reader of Debian's source packages: a `.dsc` file, and the archives beside it that it names. Its record has the fields of a
 * stanza in `Sources`, as dpkg-scansources makes it: `Package` for `Source`, `Directory`, and the file itself among its checksums.
 * Only those with SHA-256 are kept: apt needs no others, and lists without the `.dsc` would be wrong. A signature is left out, as
 * is usual: the index pins each file by its digest.
 */
import { formatChecksums, parseChecksums, type SourceFile } from '../../deb/checksums.ts';
import { withoutSignature } from '../../deb/signed-text.ts';
import { RepomillError } from '../../errors.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import type { StoredFile } from '../../platform/files/stored-file.ts';
import { quote } from '../../text/printable.ts';
import { OutputBuilder } from '../read-drafts.ts';
import type { Draft, Reader, ReaderOutput } from '../reader.ts';
import { sourceFields } from '../sources/sources.ts';
import { tryDecodeText } from '../splitter.ts';
import { parseFields } from '../stanza/field-table.ts';
import { readOnlyStanza } from '../stanza/only-stanza.ts';
import { type MakeFields, requireField } from '../stanza/parse-stanza.ts';

/** Source packages, each of which describes itself. */
export const dsc: Reader = {
  name: 'dsc',
  description: 'Debian source packages (*.dsc, with the files that they name)',
  names: new Map([...sourceFields.names, ['name', 'Source']]),
  ownFiles: { isNamed: (name) => name.endsWith('.dsc'), neighboursIn },
  recognises: ({ name }) => name.endsWith('.dsc'),
  async *read({ path, stored }) {
    if (stored === undefined) throw new RepomillError('format', 'expected a file that is not compressed', { path });
    yield await stored((file) => readSource(path, file));
  },
};

async function readSource(path: string, file: StoredFile): Promise<ReaderOutput> {
  const output = new OutputBuilder(path);
  try {
    if (file.size > MAX_RECORD_SIZE) throw bad(`expected at most ${MAX_RECORD_SIZE} bytes, found ${file.size}`);
    const unsigned = withoutSignature(textOf(file.read(0, file.size)));
    const found = readOnlyStanza(path, { ...unsigned, of: 'one source package' }, fieldsOf);
    for (const { message, line } of found.problems) output.addProblem(message, line);
    const [draft] = found.drafts;
    if (draft !== undefined && found.problems.length === 0) await addSource(draft, path, file, output);
  } catch (thrown) {
    if (!(thrown instanceof RepomillError) || thrown.code === 'interrupted') throw thrown;
    output.addProblem(thrown.message);
  }
  return output.take() ?? { drafts: [], problems: [] };
}

function textOf(bytes: Uint8Array): string {
  const text = tryDecodeText(bytes);
  if (text === undefined) throw bad('expected UTF-8 text, found other bytes');
  if (text.includes('\r')) throw bad('expected lines that end with a newline alone, found a carriage return');
  return text;
}

const fieldsOf: MakeFields = (entries, refuse) => {
  const own = entries
    .filter(({ name }) => !isOther(name))
    .map((entry) =>
      entry.name.toLowerCase() === 'source' ? { ...entry, name: 'Package', written: entry.name } : entry,
    );
  const fields = parseFields(own, sourceFields, refuse);
  requireField(fields, 'name', 'Source', entries, refuse);
  requireField(fields, 'version', 'Version', entries, refuse);
  requireField(fields, CHECKSUMS, CHECKSUMS, entries, refuse);
  return fields;
};

const CHECKSUMS = 'Checksums-Sha256';

/** Lists of digests that would not have the file itself, and what an index says. */
function isOther(name: string): boolean {
  return /^(?:files|checksums-(?!sha256$).*|directory)$/i.test(name);
}

/** Compares the files that a source package names, and adds it. */
async function addSource(
  { fields, line }: Draft,
  path: string,
  file: StoredFile,
  output: OutputBuilder,
): Promise<void> {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const parts = filesIn(fields[CHECKSUMS]);
  const problems: string[] = [];
  for (const part of parts) {
    const problem =
      part.name === name ? 'expected a file beside it, found its own name' : await compareFile(part, file);
    if (problem !== undefined) problems.push(`${part.name}: ${problem}`);
  }
  for (const problem of problems) output.addProblem(problem);
  if (problems.length > 0) return;
  const { size } = file;
  const sha256 = await file.sha256();
  const Directory = slash === -1 ? '.' : path.slice(0, slash);
  const checksums = { [CHECKSUMS]: formatChecksums([{ name, size, sha256 }, ...parts]) };
  const { [CHECKSUMS]: _, ...others } = fields;
  output.addDraft({ ...others, arch: 'source', Directory, ...checksums, path, size, sha256 }, line);
}

function filesIn(text: unknown): readonly SourceFile[] {
  try {
    return parseChecksums(String(text));
  } catch (cause) {
    if (!(cause instanceof RepomillError)) throw cause;
    throw new RepomillError('format', `field ${quote(CHECKSUMS)}: ${cause.message}`, { cause });
  }
}

async function compareFile({ name, size, sha256 }: SourceFile, file: StoredFile): Promise<string | undefined> {
  const found = await file.neighbour(name);
  if (found === undefined) return 'expected a file beside it, found nothing';
  if (found.size !== size) return `expected ${size} bytes, found ${found.size}`;
  return found.sha256 === sha256 ? undefined : `expected sha256 ${sha256}, found ${found.sha256}`;
}

/** The names of the files; none of a file that is not sound, which is read again each time. */
function neighboursIn(bytes: Uint8Array): readonly string[] {
  const text = tryDecodeText(bytes) ?? '';
  const [, list = ''] = /^Checksums-Sha256:[^\n]*((?:\n[ \t][^\n]*)*)/im.exec(text) ?? [];
  try {
    return parseChecksums(list).map(({ name }) => name);
  } catch {
    return [];
  }
}

function bad(message: string): RepomillError {
  return new RepomillError('format', message);
}
