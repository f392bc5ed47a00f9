/**
 * The reader of pacman's package databases. A database is an archive with a directory for each package, in which `desc` says what
 * the package is; older ones say its dependencies in `depends`, and those that are called `*.files` list its files in `files`. A
 * `desc` outside of an archive is read, too. Refuses links, devices and paths that lead out of the archive.
 */
import { concatBytes } from '../../bytes/bytes.ts';
import { defined } from '../../model/defined.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import type { InputFile } from '../../platform/files/input-file.ts';
import { isTar, readTar, type TarEntry } from '../../platform/tar.ts';
import { quote } from '../../text/printable.ts';
import { headText } from '../head-text.ts';
import { LineSplitter } from '../line-splitter.ts';
import { OutputBuilder, readDrafts } from '../read-drafts.ts';
import type { Reader, ReaderOutput } from '../reader.ts';
import { badText, TOO_LARGE, tryDecodeText } from '../splitter.ts';
import { descFields, parseDesc } from './parse-desc.ts';

const descNames = new Map([...descFields.names].map(([field, name]) => [field, `%${name}%`] as const));

/** Packages of pacman, in a database or each in a file. */
export const arch: Reader = {
  name: 'arch',
  aliases: ['pacman'],
  description: 'package databases of Arch Linux and pacman (*.db, *.db.tar.gz, desc)',
  names: descNames,
  recognises: (file) => isDatabase(file) || (file.name === 'desc' && /^%[A-Z0-9]+%\r?\n/.test(headText(file, 64))),
  isCompanion: (file) => isDatabase(file) && /\.files(\.tar)?$/.test(file.name),
  read: (file) => (isTar(file.head) ? readDatabase(file) : readDesc(file)),
};

function isDatabase({ name, head }: Pick<InputFile, 'name' | 'head'>): boolean {
  return /\.(db|files)(\.tar)?$/.test(name) && isTar(head);
}

function readDesc(file: InputFile): AsyncIterable<ReaderOutput> {
  // The whole file is one record.
  return readDrafts(file, new LineSplitter(() => 'nowhere'), ({ text, line }, output) => {
    const described = new DescribedPackage(output);
    described.add(text, line);
    described.finish();
  });
}

async function* readDatabase(file: InputFile): AsyncGenerator<ReaderOutput, void> {
  const output = new OutputBuilder(file.path);
  let directory = '';
  let described: DescribedPackage | undefined;
  let ignored: string | undefined;
  for await (const entry of readTar(file.chunks(), file.path)) {
    const parent = directoryOf(entry, output);
    if (parent === undefined) {
      if (entry.kind === 'file' && !leadsOut(entry.name)) ignored ??= entry.name;
      continue;
    }
    if (parent !== directory) {
      described?.finish();
      described = new DescribedPackage(output, parent);
      directory = parent;
    }
    const text = await readText(entry, output);
    if (text === undefined) described?.spoil();
    else described?.add(text, 1, entry.name);
    const full = output.isFull ? output.take() : undefined;
    if (full) yield full;
  }
  described?.finish();
  if (described === undefined && ignored !== undefined) {
    output.addProblem(`expected files such as demo-1.0-1/desc in the archive, found ${quote(ignored)}`);
  }
  const rest = output.take();
  if (rest) yield rest;
}

/** The directory of a file about a package; undefined for any other entry, which is ignored if it can hide nothing. */
function directoryOf({ name, kind }: TarEntry, output: OutputBuilder): string | undefined {
  if (leadsOut(name)) {
    output.addProblem(`expected a path inside the archive, found ${quote(name)}`);
    return undefined;
  }
  const [, directory, file] = /^(?:\.\/)?([^/]+)\/(desc|depends|files)$/.exec(name) ?? [];
  if (directory === undefined || kind === 'directory') return undefined;
  if (kind === 'file') return directory;
  output.addProblem(`${directory}/${file}: expected a file, found a ${kind}`);
  return undefined;
}

/** Whether a path is absolute, or goes up with `..`. */
function leadsOut(name: string): boolean {
  return /^\/|(^|\/)\.\.(\/|$)/.test(name);
}

/** The text of an entry; undefined, with a problem, if it is too long or not UTF-8. */
async function readText(entry: TarEntry, output: OutputBuilder): Promise<string | undefined> {
  if (entry.size > MAX_RECORD_SIZE) {
    output.addProblem(`${entry.name}: ${TOO_LARGE}`);
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry.content()) chunks.push(chunk);
  const bytes = concatBytes(chunks);
  const text = tryDecodeText(bytes);
  if (text !== undefined) return text;
  const { line, problem } = badText(bytes, { line: 1, column: 1 });
  output.addProblem(`${entry.name}: ${problem}`, line);
  return undefined;
}

/** Collects what the files about one package say. */
class DescribedPackage {
  readonly #output: OutputBuilder;
  /** Its directory in the archive; undefined if it is a file of its own. */
  readonly #directory: string | undefined;
  readonly #fields: Record<string, unknown> = {};
  readonly #entries = new Set<string>();
  #line = 1;
  #isSound = true;

  constructor(output: OutputBuilder, directory?: string) {
    this.#output = output;
    this.#directory = directory;
  }

  /** Adds the text of a file, which begins on a line. `entry`: its name, if it is in an archive. */
  add(text: string, line: number, entry?: string): void {
    const refuse = (message: string, at: number): void => {
      this.#isSound = false;
      this.#output.addProblem(entry === undefined ? message : `${entry}: ${message}`, line + at - 1);
    };
    if (entry !== undefined && this.#entries.has(entry)) {
      this.#isSound = false;
      this.#output.addProblem(`${entry}: expected once in the archive, found again`);
      return;
    }
    if (entry !== undefined) this.#entries.add(entry);
    this.#line = line;
    for (const [field, value] of Object.entries(parseDesc(text, refuse))) {
      if (Object.hasOwn(this.#fields, field))
        refuse(
          `field ${quote(descNames.get(field) ?? `%${field}%`)}: expected in one file of the package, found again`,
          1,
        );
      else this.#fields[field] = value;
    }
  }

  /** Leaves the package out: a file about it has a problem that was reported. */
  spoil(): void {
    this.#isSound = false;
  }

  /** Adds the draft, or what is missing in it. */
  finish(): void {
    const { name } = this.#fields;
    const entry = this.#directory === undefined ? undefined : `${this.#directory}/desc`;
    if (!this.#isSound) return;
    if (name !== undefined) this.#output.addDraft(this.#fields, this.#line, defined({ entry }));
    else {
      const message = 'expected a field "%NAME%", found none';
      this.#output.addProblem(entry === undefined ? message : `${entry}: ${message}`, this.#line);
    }
  }
}
