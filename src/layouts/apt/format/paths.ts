/**
 * The paths of an apt tree, as Debian's archives have them, and as apt asks for them. Only the state file, the lists of package
 * files and the names of patches are repomill's own. Each function that makes a path is next to the one that parses it.
 */
import { type Digest, isDigest } from '../../../model/digest.ts';

/** What repomill knows of the tree besides what clients read: `state-file.ts`. It changes under its name. */
export const STATE_PATH = 'dists/repomill.json';

/** The directory of everything that clients read before they fetch packages. */
export const DISTS = 'dists';

/** The directory of packages. */
export const POOL = 'pool';

/** Whether a file is a package, or describes a source package: what the pool is made of. */
export function isPackageFile(path: string): boolean {
  return /\.(?:deb|udeb|dsc)$/.test(path);
}

/** The entry points of a suite, in the order in which they are written: clients look for the last one first. */
export const RELEASE_NAMES = ['Release', 'Release.gpg', 'InRelease'] as const;

/** `dists/<suite>` */
export function suiteDirectory(suite: string): string {
  return `${DISTS}/${suite}`;
}

/** The directory of an index, relative to that of its suite: `main/binary-amd64`, `main/source`. */
export function indexDirectory(component: string, arch: string): string {
  return `${component}/${arch === 'source' ? 'source' : `binary-${arch}`}`;
}

/** The name of an index, uncompressed. */
export function indexName(arch: string): 'Packages' | 'Sources' {
  return arch === 'source' ? 'Sources' : 'Packages';
}

/** The path next to a file under which apt asks for a content by its digest: `main/binary-amd64/by-hash/SHA256/<sha256>`. */
export function byHashPath(directory: string, sha256: Digest): string {
  return `${directory}/by-hash/SHA256/${sha256}`;
}

/** The path under which apt asks for a file by its digest. */
export function byHashNextTo(path: string, sha256: Digest): string {
  return byHashPath(path.slice(0, path.lastIndexOf('/')), sha256);
}

/** `dists/<sha256>.files.gz`: a list of the packages' files. */
export function packageFilesPath(sha256: Digest): string {
  return `${DISTS}/${sha256}.files.gz`;
}

/** The digest in the path of a list of the packages' files; undefined for any other path. */
export function digestOfPackageFiles(path: string): Digest | undefined {
  const [, digest] = /^dists\/(\w+)\.files\.gz$/.exec(path) ?? [];
  return isDigest(digest) ? digest : undefined;
}

/** What a path below `dists/` is, as far as ownership and headers are concerned. */
export type DistsPathKind = 'state' | 'package files' | 'by-hash' | 'patch' | 'entry point' | 'index' | 'client file';

const SEGMENT = '[A-Za-z0-9][A-Za-z0-9.~+_-]*';
const patterns: readonly (readonly [DistsPathKind, RegExp])[] = [
  ['state', /^dists\/repomill\.json$/],
  ['package files', /^dists\/[0-9a-f]{64}\.files\.gz$/],
  ['by-hash', new RegExp(`^dists/${SEGMENT}/(?:${SEGMENT}/){0,3}by-hash/SHA256/[0-9a-f]{64}$`)],
  ['patch', new RegExp(`^dists/${SEGMENT}/${SEGMENT}/${SEGMENT}/(?:Packages|Sources)\\.diff/[0-9a-f]{16}\\.gz$`)],
  ['entry point', new RegExp(`^dists/${SEGMENT}/(?:InRelease|Release|Release\\.gpg)$`)],
  ['client file', new RegExp(`^dists/${SEGMENT}/${SEGMENT}\\.(?:sources|asc)$`)],
  [
    'index',
    new RegExp(
      `^dists/${SEGMENT}/${SEGMENT}/(?:${SEGMENT}/(?:Packages|Sources)(?:\\.diff/Index)?(?:\\.xz|\\.gz)?|Contents-${SEGMENT}\\.gz)$`,
    ),
  ],
];

/** What a path is; undefined for one that an apt tree does not have. */
export function distsPathKind(path: string): DistsPathKind | undefined {
  return patterns.find(([, pattern]) => pattern.test(path))?.[0];
}

/** Whether a file of this kind is named by its content, and so cannot be somebody else's. */
export function isNamedByContent(kind: DistsPathKind): boolean {
  return kind === 'by-hash' || kind === 'patch' || kind === 'package files';
}
