/**
 * OSTree archive repositories for tests, written object by object: what ostree and flatpak would write, and whatever else a test
 * wants to find there. Needs neither of them.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { concatBytes, encodeText, parseHex } from '../src/bytes/bytes.ts';
import {
  type Packed,
  packArray,
  packBytes,
  packDictionary,
  packString,
  packTuple,
  packUint32,
  packUint64,
} from '../src/glib/gvariant/pack.ts';
import { type Digest, isDigest } from '../src/model/digest.ts';
import { objectPath } from '../src/ostree/paths.ts';
import { sha256Of, writeFiles } from './workspace.ts';

/** Kinds of objects. */
export type ObjectKind = Parameters<typeof objectPath>[1];

/** A commit, as far as it is not the same for all. */
export interface CommitSpec {
  readonly metadata?: readonly (readonly [string, Packed])[];
  /** Seconds since 1970. */
  readonly timestamp?: bigint;
  /** The root directory. */
  readonly tree?: Digest;
}

/** What an app's commit says. */
export interface AppSpec extends CommitSpec {
  readonly subsets?: readonly string[];
  /** Text of the app's `metadata`. */
  readonly text?: string;
  readonly sizes?: { readonly installed: bigint; readonly download: bigint };
}

/** A directory: names and the digests of their objects. */
export interface TreeSpec {
  readonly files?: Readonly<Record<string, Digest>>;
  readonly directories?: Readonly<Record<string, Digest>>;
}

/** The configuration of a new repository. */
export const CONFIG = '[core]\nrepo_version=1\nmode=archive-z2\nindexed-deltas=true\n';

/** When the commits of tests are made, unless they say otherwise. */
export const EPOCH = 1_600_000_000n;

const NO_DIGEST = '00'.repeat(32);
const COMMIT_KEYS = { title: 'Export', text: 'Of a test.\n' };

/** A repository that a test writes. */
export class OstreeRepository {
  readonly directory: string;

  constructor(directory: string, config: string = CONFIG) {
    this.directory = writeFiles(directory, { config });
    for (const name of ['objects', 'refs/heads']) mkdirSync(`${directory}/${name}`, { recursive: true });
  }

  /** Writes an object under the digest of its bytes. */
  writeObject(kind: ObjectKind, bytes: Uint8Array): Digest {
    return this.writeObjectAs(digestOfBytes(bytes), kind, bytes);
  }

  /** Writes an object under any digest. */
  writeObjectAs(digest: Digest, kind: ObjectKind, bytes: Uint8Array): Digest {
    writeFiles(this.directory, { [objectPath(digest, kind)]: bytes });
    return digest;
  }

  /** Writes a regular file. */
  writeFile(content: string): Digest {
    const digest = digestOfBytes(concatBytes([formatHead(fileFacts()), encodeText(content)]));
    return this.writeObjectAs(digest, 'filez', filezOf(BigInt(content.length), deflateRawSync(content)));
  }

  writeTree(tree: TreeSpec): Digest {
    return this.writeObject('dirtree', treeBytes(tree));
  }

  writeCommit(commit: CommitSpec = {}): Digest {
    return this.writeObject('commit', commitBytes(commit));
  }

  /** Writes a ref file; `content` is mostly a digest. */
  writeRef(name: string, content: string): void {
    writeFiles(this.directory, { [`refs/heads/${name}`]: `${content}\n` });
  }

  /** Commits an app or a runtime. */
  commit(name: string, app: AppSpec = {}): Digest {
    const digest = this.writeCommit({ ...app, metadata: appMetadata(name, app) });
    this.writeRef(name, digest);
    return digest;
  }

  removeRef(name: string): void {
    rmSync(`${this.directory}/refs/heads/${name}`);
  }
}

/** A digest that no object of a test has. */
export function noDigest(): Digest {
  return digestIn(NO_DIGEST);
}

/** What `flatpak build-export` writes into a commit. */
export function appMetadata(name: string, app: AppSpec): readonly (readonly [string, Packed])[] {
  const { sizes = { installed: 4096n, download: 1024n }, text = `[Application]\nname=${name}\n`, subsets = [] } = app;
  const names = packArray('s', subsets.map(packString));
  return [
    ['ostree.ref-binding', packArray('s', [packString(name)])],
    ['xa.metadata', packString(text)],
    ['xa.installed-size', packUint64(sizes.installed, 'big')],
    ['xa.download-size', packUint64(sizes.download, 'big')],
    ...(subsets.length === 0 ? [] : [['xa.subsets', names] as const]),
    ...(app.metadata ?? []),
  ];
}

/** The bytes of a commit. */
export function commitBytes({ metadata = [], timestamp = EPOCH, tree = noDigest() }: CommitSpec = {}): Uint8Array {
  return packTuple([
    packDictionary(metadata),
    packBytes(new Uint8Array(0)),
    packArray('(say)', []),
    packString(COMMIT_KEYS.title),
    packString(COMMIT_KEYS.text),
    packUint64(timestamp, 'big'),
    packBytes(parseHex(tree)),
    packBytes(parseHex(NO_DIGEST)),
  ]).bytes;
}

/** The bytes of a directory. */
export function treeBytes({ files = {}, directories = {} }: TreeSpec): Uint8Array {
  const digest = (hex: string): Packed => packBytes(parseHex(hex));
  return packTuple([
    packArray(
      '(say)',
      Object.entries(files).map(([name, file]) => packTuple([packString(name), digest(file)])),
    ),
    packArray(
      '(sayay)',
      Object.entries(directories).map(([name, tree]) => packTuple([packString(name), digest(tree), digest(NO_DIGEST)])),
    ),
  ]).bytes;
}

/** The bytes of a `filez` object: a head that announces a size, then the compressed content. */
export function filezOf(size: bigint, content: Uint8Array, mode?: number): Uint8Array {
  return concatBytes([formatHead([packUint64(size, 'big'), ...fileFacts(mode)]), content]);
}

// Owner, group, mode, device, target of a link, extended attributes.
function fileFacts(mode = 0o100644): readonly Packed[] {
  const numbers = [0, 0, mode, 0].map((value) => packUint32(value, 'big'));
  return [...numbers, packString(''), packArray('(ayay)', [])];
}

function formatHead(facts: readonly Packed[]): Uint8Array {
  const bytes = packTuple(facts).bytes;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes([length, bytes]);
}

function digestOfBytes(bytes: Uint8Array): Digest {
  return digestIn(sha256Of(bytes));
}

function digestIn(hex: string): Digest {
  if (isDigest(hex)) return hex;
  throw new TypeError(`expected a digest, found ${hex}`);
}
