/**
 * What users of an archive put into `/etc/apt/sources.list.d/`: a stanza (`<name>.sources`) with the key inside, which apt reads
 * since 2.3.10 (Debian 12, Ubuntu 22.04), or a line (`<name>.list`) with the path of a key file for older ones. Facts: sources.list(5).
 */
import { RepomillError } from '../../../errors.ts';
import { quote } from '../../../text/printable.ts';
import { readStanza } from './stanza-stream.ts';

/** An archive, as a machine has to know it. */
export interface SourcesEntry {
  /** Where the tree is: the parent of `dists/`. Undefined if the settings do not say: users then fill it in. */
  readonly url: string | undefined;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Undefined leaves it to apt, which takes those of the system. */
  readonly architectures?: readonly string[] | undefined;
  /** Whether there are indexes of source packages. */
  readonly hasSources: boolean;
  /** The armored keys; undefined for an archive that is not signed. */
  readonly keys?: string | undefined;
}

/** Stands for a URL that is not known. The top-level domain is reserved (RFC 2606), so it leads nowhere. */
export const UNKNOWN_URL = 'https://repository.invalid/replace-this-URL';

/**
 * The stanza of a `.sources` file.
 *
 * @throws RepomillError `format` if a word has blanks
 */
export function formatSourcesEntry(entry: SourcesEntry): string {
  const { url, suites, components, architectures, hasSources, keys } = entry;
  return [
    ...(url === undefined ? ['# Replace the URL: it is the address of the directory that has dists/ in it.'] : []),
    `Types: ${hasSources ? 'deb deb-src' : 'deb'}`,
    `URIs: ${checkWord(url ?? UNKNOWN_URL)}`,
    `Suites: ${suites.map(checkWord).join(' ')}`,
    `Components: ${components.map(checkWord).join(' ')}`,
    ...(architectures === undefined ? [] : [`Architectures: ${architectures.map(checkWord).join(' ')}`]),
    ...(keys === undefined ? ['Trusted: yes'] : ['Signed-By:', ...foldLines(keys)]),
    '',
  ].join('\n');
}

/** Lines as a field has them below its name: an empty one is a dot. */
function foldLines(text: string): readonly string[] {
  const lines = text.replace(/\n+$/, '').split('\n');
  return lines.map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`));
}

/** What a `.sources` file of one stanza says. Words are as they are written. */
export interface ReadSourcesEntry {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** `yes` for an archive that is not signed. */
  readonly trusted: readonly string[];
  /** The armored keys, or the path of a file; undefined if it names none. */
  readonly signedBy: string | undefined;
}

/** Parses a `.sources` file of one stanza, with comments. Throws a format error for a line that is no field. */
export function parseSourcesEntry(text: string): ReadSourcesEntry {
  const { fields, faults } = readStanza({ text: text.replaceAll(/^#.*$/gm, ''), line: 1 });
  const [fault] = faults;
  if (fault !== undefined) throw new RepomillError('format', fault);
  const wordsOf = (name: string): readonly string[] => fields.get(name)?.text.match(/\S+/g) ?? [];
  return {
    types: wordsOf('types'),
    uris: wordsOf('uris'),
    suites: wordsOf('suites'),
    components: wordsOf('components'),
    trusted: wordsOf('trusted'),
    signedBy: fields.get('signed-by')?.text.replaceAll(/^\.$/gm, '').trim(),
  };
}

/**
 * The line for apt before 2.3.10, for each suite.
 *
 * @param keyFile - where the users have saved the armored keys (apt 1.4 or newer), such as `/etc/apt/keyrings/example.asc`
 */
export function formatSourcesLines(entry: SourcesEntry, keyFile: string): string {
  const { url, suites, components, architectures, hasSources, keys } = entry;
  const options = [
    ...(architectures === undefined ? [] : [`arch=${architectures.map(checkWord).join(',')}`]),
    keys === undefined ? 'trusted=yes' : `signed-by=${checkWord(keyFile)}`,
  ];
  const where = (suite: string): string =>
    [`[${options.join(' ')}]`, checkWord(url ?? UNKNOWN_URL), checkWord(suite), ...components.map(checkWord)].join(' ');
  const types = hasSources ? ['deb', 'deb-src'] : ['deb'];
  return suites.flatMap((suite) => types.map((type) => `${type} ${where(suite)}\n`)).join('');
}

function checkWord(word: string): string {
  if (/^[^\s\p{Cc}]+$/u.test(word)) return word;
  throw new RepomillError('format', `expected a word without blanks, found ${quote(word)}`);
}
