/**
 * Directories and files of a commit: `dirtree` objects, and the heads of `filez` objects, which hold a file's permissions and its
 * compressed content. From OSTree's `ostree-core.h`. Refuses anything not in normal form, and names that lead out of a directory.
 */
import { RepomillError } from '../errors.ts';
import { checkNormal } from '../glib/gvariant/check-normal.ts';
import { Variant } from '../glib/gvariant/variant.ts';
import type { Digest } from '../model/digest.ts';
import { digestIn } from './commit.ts';

/** The files and directories in a directory, each with the digest of its object. */
export interface Directory {
  readonly files: readonly DirectoryEntry[];
  readonly directories: readonly DirectoryEntry[];
}

/** A name in a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly sha256: Digest;
}

const DIRECTORY_TYPE = '(a(say)a(sayay))';

/** Parses a `dirtree` object. */
export function parseDirectory(bytes: Uint8Array): Directory {
  const [files, directories] = [...checkNormal(new Variant(DIRECTORY_TYPE, bytes)).children()];
  return { files: entriesOf(files), directories: entriesOf(directories) };
}

function entriesOf(list: Variant | undefined): readonly DirectoryEntry[] {
  return [...(list?.children() ?? [])].map((entry) => {
    const name = entry.child(0).string();
    if (name === '' || name === '.' || name === '..' || name.includes('/')) {
      throw new RepomillError('format', `directory: expected a file name, found ${JSON.stringify(name)}`);
    }
    return { name, sha256: digestIn(entry.child(1)) };
  });
}

/** The head of a file in an archive repository: what comes before its content. */
export interface FileHead {
  /** Bytes of the content, uncompressed. */
  readonly size: bigint;
  /** False for a link, which has no content of its own. */
  readonly isRegular: boolean;
  /** Where the content starts: raw deflate. */
  readonly contentStart: number;
}

/** Size, owner, group, mode, device, target of a link, extended attributes. */
const FILE_HEAD_TYPE = '(tuuuusa(ayay))';

/** The head's length, then zeros up to a multiple of eight. */
const FILE_HEAD_START = 8;

/** `S_IFMT` and `S_IFREG`. */
const FORMAT_BITS = 0o170000;
const REGULAR = 0o100000;

/** The length of the head of a `filez` object, in bytes, from its first four bytes; undefined if there are fewer. */
export function fileHeadLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < 4) return undefined;
  return FILE_HEAD_START + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

/** Parses the head of a `filez` object. `bytes` may end anywhere after the head. */
export function parseFileHead(bytes: Uint8Array): FileHead {
  const length = fileHeadLength(bytes);
  if (length === undefined || length > bytes.length) {
    throw new RepomillError(
      'format',
      `file object: expected a head of ${length ?? 'some'} bytes, found ${bytes.length}`,
    );
  }
  const head = checkNormal(new Variant(FILE_HEAD_TYPE, bytes.subarray(FILE_HEAD_START, length)));
  const isRegular = (head.child(3).uint32('big') & FORMAT_BITS) === REGULAR;
  return { size: head.child(0).uint64('big'), isRegular, contentStart: length };
}
