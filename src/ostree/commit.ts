/**
 * Commits: the parts that flatpak uses. From OSTree's `ostree-core.h`, and the `xa.` keys that flatpak adds. Refuses bytes that
 * are not a commit in normal form, and values that no commit can have.
 */

import { formatHex } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';
import { checkNormal } from '../glib/gvariant/check-normal.ts';
import { Variant } from '../glib/gvariant/variant.ts';
import { defined } from '../model/defined.ts';
import { type Digest, isDigest } from '../model/digest.ts';

/** Bytes on disk and bytes to fetch. */
export interface InstallSizes {
  readonly installed: bigint;
  readonly download: bigint;
}

/** What a summary says about a commit, besides its digest. */
export interface CommitFacts {
  /** Bytes of the commit object. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly timestamp: bigint;
  /** Bytes on disk and bytes to fetch, extra data included. */
  readonly installedSize: bigint;
  readonly downloadSize: bigint;
  /** The text of the app's `metadata`. */
  readonly metadata: string;
  readonly subsets: readonly string[];
  readonly endOfLife?: string;
  readonly endOfLifeRebase?: string;
  /** The kind of token that a client needs to fetch it. */
  readonly tokenType?: number;
  /** Files that a client fetches from elsewhere: their number and their bytes. */
  readonly extraData?: { readonly sources: number; readonly downloadSize: bigint };
}

/** A commit as written. Sizes and metadata may be missing; they then come from the commit's tree. */
export interface Commit extends Omit<CommitFacts, 'installedSize' | 'downloadSize' | 'metadata'> {
  readonly sizes: InstallSizes | undefined;
  readonly metadata: string | undefined;
  /** What extra data adds to the sizes. */
  readonly extraSizes: InstallSizes;
  /** The root directory. */
  readonly tree: Digest;
  /** Refs that the commit is bound to; undefined if it names none. */
  readonly refBinding: readonly string[] | undefined;
  readonly collectionBinding: string | undefined;
}

/** Metadata, parent, related objects, subject, body, timestamp, root directory, its permissions. */
const COMMIT_TYPE = '(a{sv}aya(say)sstayay)';

/** The last second that GLib has a date for, in seconds since 1970. */
export const MAX_TIME = 253_402_300_799n;

/** Bytes of a SHA-256. */
const DIGEST_SIZE = 32;

/** Parses a commit object. Throws a format error unless it is one. */
export function parseCommit(bytes: Uint8Array): Commit {
  const commit = checkNormal(new Variant(COMMIT_TYPE, bytes));
  const entries = new Map<string, Variant>();
  for (const entry of commit.child(0).children()) {
    const key = entry.child(0).string();
    if (!entries.has(key)) entries.set(key, entry.child(1).inner());
  }
  const lookup = (key: string, type: string): Variant | undefined => {
    const value = entries.get(key);
    return value?.type.text === type ? value : undefined;
  };
  const installed = lookup('xa.installed-size', 't')?.uint64('big');
  const download = lookup('xa.download-size', 't')?.uint64('big');
  const sources = [...(lookup('xa.extra-data-sources', 'a(ayttays)')?.children() ?? [])];
  const extraSizes = {
    download: total(sources.map((source) => source.child(1).uint64('big'))),
    installed: total(sources.map((source) => source.child(2).uint64('big'))),
  };
  const tokenType = lookup('xa.token-type', 'i')?.int32() ?? -1;
  return {
    size: bytes.length,
    timestamp: timeIn(commit.child(5)),
    sizes: installed === undefined || download === undefined ? undefined : { installed, download },
    metadata: lookup('xa.metadata', 's')?.string(),
    subsets: textsIn(lookup('xa.subsets', 'as')) ?? [],
    ...defined({
      endOfLife: lookup('ostree.endoflife', 's')?.string(),
      endOfLifeRebase: lookup('ostree.endoflife-rebase', 's')?.string(),
      tokenType: tokenType < 0 ? undefined : tokenType,
      extraData: sources.length === 0 ? undefined : { sources: sources.length, downloadSize: extraSizes.download },
    }),
    extraSizes,
    tree: digestIn(commit.child(6)),
    refBinding: textsIn(lookup('ostree.ref-binding', 'as')),
    collectionBinding: lookup('ostree.collection-binding', 's')?.string(),
  };
}

// An index repeats the time of the newest commit, and the next index needs a later one.
function timeIn(value: Variant): bigint {
  const time = value.uint64('big');
  if (time <= MAX_TIME) return time;
  throw new RepomillError('format', `timestamp: expected at most ${MAX_TIME}, the end of year 9999, found ${time}`);
}

/** Reads an `ay` of 32 bytes as a digest. Throws a format error for any other length. */
export function digestIn(value: Variant): Digest {
  const bytes = value.byteArray();
  const hex = bytes.length === DIGEST_SIZE ? formatHex(bytes) : '';
  if (isDigest(hex)) return hex;
  throw new RepomillError('format', `digest: expected ${DIGEST_SIZE} bytes, found ${bytes.length}`);
}

/** A sum of sizes. Throws a format error if it does not fit into 64 bits. */
export function total(sizes: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const size of sizes) sum += size;
  if (sum < 1n << 64n) return sum;
  throw new RepomillError('format', 'sizes: expected a sum below 2^64 bytes, found more');
}

/** Sums of several sizes. */
export function totalSizes(sizes: readonly InstallSizes[]): InstallSizes {
  return {
    installed: total(sizes.map(({ installed }) => installed)),
    download: total(sizes.map(({ download }) => download)),
  };
}

function textsIn(value: Variant | undefined): readonly string[] | undefined {
  return value && [...value.children()].map((text) => text.string());
}
