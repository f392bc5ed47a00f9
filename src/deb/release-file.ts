/**
 * The file `Release` of a suite: what an archive says about itself, and size and digest of each index. Written with SHA-256 alone;
 * read from any archive, with weaker lists kept apart. Facts: apt's apt-secure(8), `apt-pkg/deb/debmetaindex.cc`, and Debian's
 * wiki page RepositoryFormat. Refuses what apt could read in two ways.
 */
import { RepomillError } from '../errors.ts';
import { defined } from '../model/defined.ts';
import { isSafePath } from '../model/field-checks.ts';
import { compareText } from '../model/order.ts';
import { quote } from '../text/printable.ts';
import { formatReleaseDate, parseReleaseDate } from './release-date.ts';

/** The most bytes of a Release file, as apt has it (`Acquire::MaxReleaseFileSize`). */
export const MAX_RELEASE_SIZE = 10_000_000;

/** An index that a Release file lists. */
export interface ReleaseEntry {
  /** Below the directory of the Release file. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Lower-case hexadecimal digits. */
  readonly digest: string;
}

/** What a Release file says. */
export interface Release {
  readonly origin?: string;
  readonly label?: string;
  readonly suite?: string;
  readonly version?: string;
  readonly codename?: string;
  /** When it was made: seconds since 1970. apt ignores a file that is older than its own. */
  readonly date?: bigint;
  /** Until when apt accepts it: seconds since 1970. */
  readonly validUntil?: bigint;
  /** Whether apt installs from it only what the user asks for (priority 1). */
  readonly notAutomatic: boolean;
  /** Whether apt upgrades what was installed from it in spite of `notAutomatic` (priority 100). */
  readonly butAutomaticUpgrades: boolean;
  /** Whether indexes are also at `by-hash/SHA256/<digest>`. */
  readonly acquireByHash: boolean;
  /** Whether packages for all architectures are in the Packages file of each, so that `binary-all` is not read. */
  readonly allInEachArch: boolean;
  readonly architectures: readonly string[];
  readonly components: readonly string[];
  readonly description?: string;
  /** The fingerprints of the keys that have to sign the next Release file, as apt reads them. */
  readonly signedBy?: string;
  readonly sha256: readonly ReleaseEntry[];
}

/** A Release file of any archive. */
export interface ParsedRelease extends Release {
  readonly md5: readonly ReleaseEntry[];
  readonly sha1: readonly ReleaseEntry[];
  readonly sha512: readonly ReleaseEntry[];
  /** The other fields, by their names in lower case. Lines of a value are separated by line feeds. */
  readonly others: ReadonlyMap<string, string>;
}

/** The lists of digests: the name of the field, and how many hexadecimal digits it has. */
const LISTS = {
  md5: { name: 'MD5Sum', digits: 32 },
  sha1: { name: 'SHA1', digits: 40 },
  sha256: { name: 'SHA256', digits: 64 },
  sha512: { name: 'SHA512', digits: 128 },
} as const;

/**
 * The text of a Release file, with entries sorted by path. No line starts with a dash or ends with a blank, so its cleartext
 * signature needs no escapes.
 *
 * @throws RepomillError `format` if a value would not be read back as it is
 */
export function formatRelease(release: Release): string {
  const { date, validUntil, notAutomatic, butAutomaticUpgrades, acquireByHash, allInEachArch } = release;
  const fields: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Origin', release.origin],
    ['Label', release.label],
    ['Suite', release.suite],
    ['Version', release.version],
    ['Codename', release.codename],
    ['Date', date === undefined ? undefined : formatReleaseDate(date)],
    ['Valid-Until', validUntil === undefined ? undefined : formatReleaseDate(validUntil)],
    ['NotAutomatic', notAutomatic ? 'yes' : undefined],
    ['ButAutomaticUpgrades', butAutomaticUpgrades ? 'yes' : undefined],
    ['Acquire-By-Hash', acquireByHash ? 'yes' : undefined],
    ['No-Support-for-Architecture-all', allInEachArch ? 'Packages' : undefined],
    ['Architectures', joinWords('Architectures', release.architectures)],
    ['Components', joinWords('Components', release.components)],
    ['Description', release.description],
    ['Signed-By', release.signedBy],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [formatField(name, value)]));
  const entries = [...release.sha256].sort((a, b) => compareText(a.path, b.path));
  return `${[...lines, 'SHA256:', ...entries.map(formatEntry)].join('\n')}\n`;
}

function joinWords(name: string, words: readonly string[]): string | undefined {
  const unfit = words.find((word) => !/^[^\s\p{Cc}]+$/u.test(word));
  if (unfit !== undefined) throw wrong(`${name}: expected words without blanks, found ${quote(unfit)}`);
  return words.length === 0 ? undefined : words.join(' ');
}

function formatField(name: string, value: string): string {
  if (value === '' || value !== value.trim() || /\p{Cc}/u.test(value)) {
    throw wrong(`${name}: expected one line of text without blanks around it, found ${quote(value)}`);
  }
  return `${name}: ${value}`;
}

function formatEntry({ path, size, digest }: ReleaseEntry, i: number, all: readonly ReleaseEntry[]): string {
  if (!isListablePath(path)) throw wrong(`SHA256: expected a path inside of the suite, found ${quote(path)}`);
  if (all[i - 1]?.path === path) throw wrong(`SHA256: expected each path once, found ${quote(path)} again`);
  if (!/^[0-9a-f]{64}$/.test(digest)) throw wrong(`SHA256: expected 64 hexadecimal digits, found ${quote(digest)}`);
  if (!Number.isSafeInteger(size) || size < 0) throw wrong(`SHA256: expected a size in bytes, found ${size}`);
  return ` ${digest} ${size} ${path}`;
}

/** Whether a list can have the path: blanks separate it from the size. */
function isListablePath(path: string): boolean {
  return isSafePath(path) && !/\s/.test(path);
}

/**
 * Parses the text of a Release file: one stanza.
 *
 * @throws RepomillError `format` with the line of what is wrong: a line that is no field, a field or a path that occurs twice, a
 *   path outside of the suite, a date that apt cannot read; a text of more than `MAX_RELEASE_SIZE` characters
 */
export function parseRelease(text: string): ParsedRelease {
  const fields = parseFields(text);
  const take = (name: string): Field | undefined => {
    const field = fields.get(name.toLowerCase());
    fields.delete(name.toLowerCase());
    return field;
  };
  const textOf = (name: string): string | undefined => contentOf(take(name));
  const wordsOf = (name: string): readonly string[] => contentOf(take(name))?.match(/\S+/g) ?? [];
  const listOf = (kind: keyof typeof LISTS): readonly ReleaseEntry[] => {
    const field = take(LISTS[kind].name);
    return field === undefined ? [] : parseEntries(field, LISTS[kind].digits);
  };
  return {
    ...defined({
      origin: textOf('Origin'),
      label: textOf('Label'),
      suite: textOf('Suite'),
      version: textOf('Version'),
      codename: textOf('Codename'),
      date: parseDateField(take('Date')),
      validUntil: parseDateField(take('Valid-Until')),
      description: textOf('Description'),
      signedBy: textOf('Signed-By'),
    }),
    notAutomatic: isYes(textOf('NotAutomatic')),
    butAutomaticUpgrades: isYes(textOf('ButAutomaticUpgrades')),
    acquireByHash: isYes(textOf('Acquire-By-Hash')),
    allInEachArch: wordsOf('No-Support-for-Architecture-all').includes('Packages'),
    architectures: wordsOf('Architectures'),
    components: wordsOf('Components'),
    md5: listOf('md5'),
    sha1: listOf('sha1'),
    sha256: listOf('sha256'),
    sha512: listOf('sha512'),
    others: new Map([...fields].map(([name, field]) => [name, contentOf(field) ?? ''])),
  };
}

/** A field with the lines of its value; the first one is on the line of the name. */
interface Field {
  readonly name: string;
  /** Of the name, from 1. */
  readonly line: number;
  readonly lines: string[];
}

function parseFields(text: string): Map<string, Field> {
  if (text.length > MAX_RELEASE_SIZE) {
    throw wrong(`expected at most ${MAX_RELEASE_SIZE} characters, found ${text.length}`);
  }
  const fields = new Map<string, Field>();
  let last: Field | undefined;
  let ended: number | undefined;
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    if (line === '') {
      if (last !== undefined) ended ??= i + 1;
      continue;
    }
    if (ended !== undefined) throw wrong(`line ${i + 1}: expected the end after an empty line, found ${quote(line)}`);
    if (/^[ \t]/.test(line) && last !== undefined) {
      last.lines.push(line.trimStart());
      continue;
    }
    last = parseField(line, i + 1);
    const before = fields.get(last.name.toLowerCase());
    if (before !== undefined) throw wrong(`line ${i + 1}: ${last.name} is already on line ${before.line}`);
    fields.set(last.name.toLowerCase(), last);
  }
  if (last === undefined) throw wrong('expected a Release file, found nothing');
  return fields;
}

function parseField(line: string, number: number): Field {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  if (/^[!-,.-9;-~][!-9;-~]*$/.test(name)) return { name, line: number, lines: [line.slice(colon + 1).trim()] };
  if (line === '-----BEGIN PGP SIGNED MESSAGE-----') throw wrong('expected a Release file, found a signed message');
  throw wrong(`line ${number}: expected a field such as "Suite: stable", found ${quote(line)}`);
}

/** The text of a field: undefined if it is empty, as apt sees it. */
function contentOf(field: Field | undefined): string | undefined {
  const text = field?.lines.join('\n').trim();
  return text === '' ? undefined : text;
}

/** What apt takes for a yes (`StringToBool` of `apt-pkg/contrib/strutl.cc`). */
function isYes(value: string | undefined): boolean {
  return /^(yes|true|with|on|enable|1)$/i.test(value ?? '');
}

function parseDateField(field: Field | undefined): bigint | undefined {
  const value = contentOf(field);
  if (field === undefined || value === undefined) return undefined;
  const date = parseReleaseDate(value);
  if (date !== undefined) return date;
  const expected = 'a date such as "Sat, 07 Oct 2023 09:41:19 UTC"';
  throw wrong(`line ${field.line}: ${field.name}: expected ${expected}, found ${quote(value)}`);
}

function parseEntries({ name, line, lines }: Field, digits: number): readonly ReleaseEntry[] {
  const entries = new Map<string, ReleaseEntry>();
  for (const [i, text] of lines.entries()) {
    if (text === '' && i === 0) continue;
    const at = `line ${line + i}: ${name}:`;
    const [digest = '', size = '', path = '', ...more] = text.split(/[ \t]+/);
    if (!/^[0-9a-f]+$/i.test(digest) || digest.length !== digits || !/^\d{1,15}$/.test(size) || more.length > 0) {
      throw wrong(`${at} expected ${digits} hexadecimal digits, a size and a path, found ${quote(text)}`);
    }
    // Archives without suites list "./Packages".
    const entry = { path: path.replace(/^(\.\/)+/, ''), size: Number(size), digest: digest.toLowerCase() };
    if (!isListablePath(entry.path)) throw wrong(`${at} expected a path inside of the suite, found ${quote(path)}`);
    const before = entries.get(entry.path);
    if (before !== undefined && (before.digest !== entry.digest || before.size !== entry.size)) {
      throw wrong(`${at} ${quote(path)} is also listed with a different content`);
    }
    entries.set(entry.path, entry);
  }
  return [...entries.values()];
}

function wrong(message: string): RepomillError {
  return new RepomillError('format', message);
}
