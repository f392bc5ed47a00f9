/**
 * Guesses under which name a registry has one of our fields, from the names that registries use.
 */

/** Names that registries use for a field of ours, the likeliest first. Case, `-` and `_` do not matter. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  name: [
    'name',
    'identifier',
    'packageIdentifier',
    'internalName',
    'package',
    'packageName',
    'pkgname',
    'pkgbase',
    'id',
    'slug',
    'crate',
    'uuid',
    'title',
  ],
  version: [
    'version',
    'vers',
    'packageVersion',
    'versionName',
    'pkgver',
    'ver',
    'assemblyVersion',
    'release',
    'tag',
    'commit',
  ],
  arch: ['arch', 'architecture', 'subdir', 'platform', 'cpu', 'nativecode'],
  size: ['size', 'downloadSize', 'fileSize', 'csize', 'bytes', 'length'],
  installedSize: ['installedSize', 'installSize', 'isize', 'unpackedSize'],
  sha256: [
    'sha256',
    'sha256sum',
    'sha256hash',
    'installerSha256',
    'downloadHash.sha256',
    'cksum',
    'checksum',
    'digest',
    'hash',
  ],
  path: ['path', 'filename', 'fileName', 'file'],
  url: ['url', 'downloadUrl', 'download', 'installerUrl', 'downloadLinkInstall', 'urls.0'],
  dependencies: ['dependencies', 'depends', 'requires', 'deps'],
  summary: ['summary', 'shortDescription', 'desc', 'abstract', 'punchline', 'description'],
  licence: ['licence', 'license', 'licenseName'],
  homepage: ['homepage', 'home', 'packageUrl', 'website', 'webSite', 'repoUrl', 'repository', 'repository', 'repo'],
  tags: ['tags', 'keywords', 'categories'],
};

/** The fields for which a source can be guessed, in the order in which a person wants them. */
export const guessedFields: readonly string[] = Object.keys(synonyms);

/**
 * The likeliest sources of a field among the paths that a record has, best first.
 *
 * @param paths - dotted paths, such as `download_hash.sha256`
 */
export function guessSources(field: string, paths: readonly string[]): readonly string[] {
  const spellings = new Map<string, string[]>();
  for (const path of new Set(paths)) {
    const plain = plainOf(path);
    const known = spellings.get(plain);
    if (known === undefined) spellings.set(plain, [path]);
    else known.push(path);
  }
  const plain = new Set((synonyms[field] ?? []).map(plainOf));
  return [...plain].flatMap((synonym) => spellings.get(synonym) ?? []);
}

function plainOf(name: string): string {
  return name.replaceAll(/[-_ ]/g, '').toLowerCase();
}
