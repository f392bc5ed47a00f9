/**
 * Guesses under which name a registry has one of our fields, from the names that registries use.
 */

/** Names that registries use for a field of ours, the likeliest first. Case and punctuation do not matter. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  name: [
    ...['identifier', 'packageIdentifier', 'internalName', 'slug', 'artifactId', 'extensionName', 'pname', 'crateName'],
    ...[
      'name',
      'package',
      'packageName',
      'pkgname',
      'pkgbase',
      'pluginName',
      'moduleName',
      'crate',
      'module',
      'plugin',
    ],
    ...['id', 'pluginId', 'appId', 'bundleId', 'key', 'shortName', 'uuid', 'title', 'displayName', 'label'],
  ],
  version: [
    ...['version', 'vers', 'packageVersion', 'versionName', 'pkgver', 'ver', 'assemblyVersion', 'versionString'],
    ...[
      'num',
      'latestVersion',
      'currentVersion',
      'stableVersion',
      'highestVersion',
      'latest',
      'tagName',
      'release',
      'tag',
      'commit',
    ],
  ],
  arch: [
    'arch',
    'architecture',
    'architectures',
    'subdir',
    'targetPlatform',
    'platform',
    'cpu',
    'nativecode',
    'system',
  ],
  size: ['size', 'downloadSize', 'fileSize', 'sizeBytes', 'sizeInBytes', 'csize', 'bytes', 'length', 'contentLength'],
  installedSize: ['installedSize', 'installSize', 'isize', 'unpackedSize'],
  sha256: [
    ...[
      'sha256',
      'sha256sum',
      'sha256hash',
      'sha256Checksum',
      'installerSha256',
      'downloadHash.sha256',
      'archiveSha256',
    ],
    ...['cksum', 'checksum', 'digest', 'hash', 'shasum', 'integrity'],
  ],
  path: ['path', 'filename', 'archiveFileName', 'file'],
  url: [
    ...['browserDownloadUrl', 'downloadUrl', 'url', 'downloadLink', 'downloadLinkInstall', 'download', 'installerUrl'],
    ...['archiveUrl', 'tarball', 'source', 'uri', 'href', 'link', 'urls.0', 'downloads.0'],
  ],
  dependencies: ['dependencies', 'depends', 'requires', 'deps', 'requiresPlugins'],
  summary: [
    'summary',
    'shortDescription',
    'desc',
    'abstract',
    'punchline',
    'sentence',
    'synopsis',
    'tagline',
    'description',
  ],
  licence: ['licence', 'license', 'licenseName', 'licenses'],
  homepage: ['homepage', 'home', 'website', 'homepageUrl', 'packageUrl', 'projectUrl', 'repoUrl', 'repository', 'repo'],
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
  return name.replaceAll(/[-_ ()/:#"]/g, '').toLowerCase();
}
