/**
 * An OSTree archive repository of the refs of `flathub.ts`, for `flatpak build-update-repo`: a commit for each ref, all of one empty
 * tree. Written without libostree, with what repomill has for the same files; `ostree fsck` accepts it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeText, parseHex } from '../../src/bytes/bytes.ts';
import {
  type Packed,
  packArray,
  packBytes,
  packDictionary,
  packElements,
  packString,
  packTuple,
  packUint32,
  packUint64,
} from '../../src/glib/gvariant/pack.ts';
import type { Digest } from '../../src/model/digest.ts';
import { CONFIG_PATH, objectPath, REFS_PATH } from '../../src/ostree/paths.ts';
import { digestOf } from '../../src/platform/hash/sha256.ts';
import { nameOf, type Ref } from './flathub.ts';

/** Changes with the bytes below. */
export const OSTREE_GENERATOR = 'ostree 2';

const CONFIG = '[core]\nrepo_version=1\nmode=archive-z2\n';
const FOLDERS = ['extensions', 'objects', REFS_PATH, 'refs/mirrors', 'refs/remotes', 'state', 'tmp/cache'];

/** A directory, `drwxr-xr-x`. */
const MODE = 0o040755;

/** Writes a repository into an empty folder. */
export function writeOstreeRepository(folder: string, refs: Iterable<Ref>): void {
  for (const name of FOLDERS) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, CONFIG_PATH), CONFIG);
  commitRefs(folder, refs);
}

/** Writes a commit for each ref into a repository that is there, on top of the one it had, and sets the refs. */
export function commitRefs(folder: string, refs: Iterable<Ref>): void {
  const tree = writeEmptyTree(folder);
  for (const ref of refs) {
    const path = `${REFS_PATH}/${nameOf(ref)}`;
    const digest = writeObject(folder, packCommit(ref, tree, commitIn(join(folder, path))), 'commit');
    writeBelow(folder, path, `${digest}\n`);
  }
}

/** Nothing, where there is no such ref yet. */
function commitIn(file: string): Uint8Array {
  return existsSync(file) ? parseHex(readFileSync(file, 'utf8').trim()) : new Uint8Array();
}

/** A directory and its permissions. */
interface Tree {
  readonly content: Digest;
  readonly permissions: Digest;
}

function writeEmptyTree(folder: string): Tree {
  const content = packTuple([packElements('(say)', []), packElements('(sayay)', [])]);
  const permissions = packTuple([
    ...[0, 0, MODE].map((number) => packUint32(number, 'big')),
    packElements('(ayay)', []),
  ]);
  return {
    content: writeObject(folder, content, 'dirtree'),
    permissions: writeObject(folder, permissions, 'dirmeta'),
  };
}

/** Metadata, parent, related objects, subject, body, time, and the root. */
function packCommit(ref: Ref, tree: Tree, parent: Uint8Array): Packed {
  const { id, arch, branch } = ref;
  return packTuple([
    packMetadata(ref),
    packBytes(parent),
    packElements('(say)', []),
    packString(`Export ${nameOf(ref)}`),
    packString(`Name: ${id}\nArch: ${arch}\nBranch: ${branch}\nBuilt with: repomill's bench\n`),
    packUint64(BigInt(ref.timestamp), 'big'),
    packBytes(parseHex(tree.content)),
    packBytes(parseHex(tree.permissions)),
  ]);
}

function packMetadata(ref: Ref): Packed {
  const { metadata, installedSize, downloadSize, subsets, endOfLife, extraDataSize } = ref;
  const name = nameOf(ref);
  return packDictionary([
    ['ostree.ref-binding', packTexts([name])],
    ['ostree.collection-binding', packString('')],
    ['xa.ref', packString(name)],
    ['xa.metadata', packString(metadata)],
    ['xa.installed-size', packUint64(BigInt(installedSize), 'big')],
    ['xa.download-size', packUint64(BigInt(downloadSize), 'big')],
    ...(subsets.length === 0 ? [] : [['xa.subsets', packTexts(subsets)] as const]),
    ...(endOfLife === undefined ? [] : [['ostree.endoflife', packString(endOfLife)] as const]),
    ...(extraDataSize === undefined ? [] : [['xa.extra-data-sources', packExtraData(name, extraDataSize)] as const]),
  ]);
}

/** One file: its name, the bytes to fetch and to keep, its digest, and where it is. */
function packExtraData(ref: string, size: number): Packed {
  const source = packTuple([
    packBytes(encodeText('data.deb\0')),
    packUint64(BigInt(size), 'big'),
    packUint64(0n),
    packBytes(parseHex(digestOf(encodeText(ref)))),
    packString('https://example.com/data.deb'),
  ]);
  return packArray(source.type, [source]);
}

function packTexts(texts: readonly string[]): Packed {
  return packArray('s', texts.map(packString));
}

/** Writes an object under the digest of its bytes. */
function writeObject(folder: string, { bytes }: Packed, kind: 'commit' | 'dirtree' | 'dirmeta'): Digest {
  const digest = digestOf(bytes);
  writeBelow(folder, objectPath(digest, kind), bytes);
  return digest;
}

function writeBelow(folder: string, path: string, content: string | Uint8Array): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
