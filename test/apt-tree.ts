/**
 * Apt repositories for tests, as files: stanzas in, a tree with Release files out. Each test spoils one thing in it.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { encodeText } from '../src/bytes/bytes.ts';
import { encodeBzip2 } from '../src/bzip2/encoder.ts';
import { formatArmor } from '../src/openpgp/armor.ts';

/** Files by their paths. */
export type TreeContents = Record<string, string | Uint8Array>;

/** One suite. */
export interface SuiteContents {
  /** The text of each index, by its path without a compression: `main/binary-amd64/Packages`. */
  readonly indexes: Readonly<Record<string, string>>;
  /** Compressions that its Release lists: empty for none. */
  readonly forms?: readonly string[];
  /** Those of them that are there. */
  readonly served?: readonly string[];
  /** Fields of its Release, beside the lists. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The lists of digests. */
  readonly lists?: readonly string[];
  /** Files that its Release lists and that are no indexes. */
  readonly others?: TreeContents;
  /** What its Release is in: by default an InRelease alone. */
  readonly release?: 'InRelease' | 'Release';
}

const compressed: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  '': (bytes) => bytes,
  '.gz': (bytes) => gzipSync(bytes),
  '.bz2': (bytes) => encodeBzip2([bytes]),
};

const hashes: Readonly<Record<string, string>> = { MD5Sum: 'md5', SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' };

/** A repository, from its suites by their paths below `dists`. */
export function aptTree(suites: Readonly<Record<string, SuiteContents>>): TreeContents {
  const tree: TreeContents = {};
  for (const [place, suite] of Object.entries(suites)) Object.assign(tree, suiteFiles(`dists/${place}`, suite));
  return tree;
}

function suiteFiles(directory: string, suite: SuiteContents): TreeContents {
  const {
    indexes,
    forms = ['', '.gz'],
    served = forms,
    others = {},
    lists = ['SHA256'],
    release = 'InRelease',
  } = suite;
  const listed: TreeContents = { ...others };
  const tree: TreeContents = {};
  for (const [path, text] of Object.entries(indexes)) {
    for (const form of forms) {
      const bytes = compressed[form]?.(encodeText(text)) ?? encodeText(text);
      listed[`${path}${form}`] = bytes;
      if (served.includes(form)) tree[`${directory}/${path}${form}`] = bytes;
    }
  }
  for (const [path, content] of Object.entries(others)) tree[`${directory}/${path}`] = content;
  const text = formatLists({ Codename: directory.split('/').at(-1) ?? '', ...suite.fields }, listed, lists);
  tree[`${directory}/${release}`] = release === 'InRelease' ? clearSigned(text) : text;
  return tree;
}

/** The text of a Release. */
export function formatLists(
  fields: Readonly<Record<string, string>>,
  files: Readonly<TreeContents>,
  lists: readonly string[] = ['SHA256'],
): string {
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  const tables = lists.map((list) => {
    const lines = Object.entries(files).map(([path, content]) => {
      const bytes = typeof content === 'string' ? encodeText(content) : content;
      return ` ${createHash(hashes[list] ?? list)
        .update(bytes)
        .digest('hex')} ${bytes.length} ${path}\n`;
    });
    return `${list}:\n${lines.join('')}`;
  });
  return [...head, ...tables].join('');
}

/** A text as InRelease has it, with a signature that nobody made. */
export function clearSigned(text: string): string {
  const signature = formatArmor('SIGNATURE', Uint8Array.of(0xc2, 1, 4));
  return `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${text}${signature}`;
}

/** A stanza of Packages. */
export function stanza(name: string, fields: Readonly<Record<string, string>> = {}): string {
  const { Version = '1.0', Architecture = 'amd64', ...more } = fields;
  const all = {
    Package: name,
    Version,
    Architecture,
    Filename: `pool/main/${name}_${Version}_${Architecture}.deb`,
    Size: '100',
    SHA256: createHash('sha256').update(`${name} ${Version} ${Architecture}`).digest('hex'),
    ...more,
  };
  return `${Object.entries(all)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('')}\n`;
}
