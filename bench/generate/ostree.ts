/**
 * An OSTree archive repository of the refs of `flathub.ts`, for `flatpak build-update-repo`: a commit for each ref, all of one empty
 * tree. Written without libostree; `ostree fsck` accepts it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ref } from './flathub.ts';
import { array, bigEndian32, bigEndian64, byteArray, dictionary, type GVariant, text, tuple } from './gvariant.ts';

/** Changes with the bytes below. */
export const OSTREE_GENERATOR = 'ostree 1';

const CONFIG = '[core]\nrepo_version=1\nmode=archive-z2\n';
const FOLDERS = ['extensions', 'objects', 'refs/heads', 'refs/mirrors', 'refs/remotes', 'state', 'tmp/cache'];

/** A directory, `drwxr-xr-x`. */
const MODE = 0o040755;

/** Writes a repository into an empty folder. */
export function writeOstreeRepository(folder: string, refs: Iterable<Ref>): void {
  for (const name of FOLDERS) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'config'), CONFIG);
  commitRefs(folder, refs);
}

/** Writes a commit for each ref into a repository that is there, and sets the refs. */
export function commitRefs(folder: string, refs: Iterable<Ref>): void {
  const write = (value: GVariant, kind: string): Buffer => writeObject(folder, value, kind);
  const contents = write(tuple(emptyArray('(say)'), emptyArray('(sayay)')), 'dirtree');
  const owner = [bigEndian32(0), bigEndian32(0), bigEndian32(MODE)];
  const root = write(tuple(...owner, emptyArray('(ayay)')), 'dirmeta');
  for (const ref of refs) {
    const { kind, id, arch, branch } = ref;
    const digest = write(commitOf(ref, contents, root), 'commit');
    const parent = join(folder, 'refs/heads', kind, id, arch);
    mkdirSync(parent, { recursive: true });
    writeFileSync(join(parent, branch), `${digest.toString('hex')}\n`);
  }
}

/** `(a{sv}aya(say)sstayay)`: metadata, parent, related, subject, body, time, contents and metadata of the root. */
function commitOf(ref: Ref, contents: Buffer, root: Buffer): GVariant {
  const { kind, id, arch, branch, timestamp } = ref;
  return tuple(
    metadataOf(ref),
    byteArray(Buffer.alloc(0)),
    emptyArray('(say)'),
    text(`Export ${kind}/${id}/${arch}/${branch}`),
    text(''),
    bigEndian64(timestamp),
    byteArray(contents),
    byteArray(root),
  );
}

function metadataOf(ref: Ref): GVariant {
  const { kind, id, arch, branch, metadata, installedSize, downloadSize, subsets, endOfLife } = ref;
  const name = `${kind}/${id}/${arch}/${branch}`;
  return dictionary({
    'ostree.ref-binding': texts([name]),
    'xa.ref': text(name),
    'xa.metadata': text(metadata),
    'xa.installed-size': bigEndian64(installedSize),
    'xa.download-size': bigEndian64(downloadSize),
    ...(subsets.length === 0 ? {} : { 'xa.subsets': texts(subsets) }),
    ...(endOfLife === undefined ? {} : { 'ostree.endoflife': text(endOfLife) }),
  });
}

function texts(values: readonly string[]): GVariant {
  return array({ type: 's', alignment: 1, fixed: false }, values.map(text));
}

function emptyArray(type: string): GVariant {
  return array({ type, alignment: 1, fixed: false }, []);
}

/** Writes an object under the digest of its bytes. */
function writeObject(folder: string, { bytes }: GVariant, kind: string): Buffer {
  const digest = createHash('sha256').update(bytes).digest();
  const hex = digest.toString('hex');
  const parent = join(folder, 'objects', hex.slice(0, 2));
  mkdirSync(parent, { recursive: true });
  writeFileSync(join(parent, `${hex.slice(2)}.${kind}`), bytes);
  return digest;
}
