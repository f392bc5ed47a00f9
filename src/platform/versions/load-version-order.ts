/**
 * Loads an order of versions by its name. Only that of Debian, which most repositories have, is always there.
 */
import { RepomillError } from '../../errors.ts';
import { compareVersions } from '../../model/versions/debian.ts';
import {
  DEFAULT_VERSION_ORDER,
  isVersionOrderName,
  type VersionComparison,
  type VersionOrder,
  type VersionOrderName,
  versionOrderNames,
} from '../../model/versions/version-order.ts';

/**
 * Loads the order of versions of a repository.
 *
 * @param name - as the index has it (`signed.versions`); by default that of Debian
 * @throws RepomillError `format` for a name that this version of repomill does not know
 * @example
 * const { compare } = await loadVersionOrder(repository.signed.versions);
 * ['1.0.0', '1.0.0-rc.1'].sort(compare); // in a repository with `versions: semver`: ['1.0.0-rc.1', '1.0.0']
 */
export async function loadVersionOrder(name: string = DEFAULT_VERSION_ORDER): Promise<VersionOrder> {
  if (isVersionOrderName(name)) return loaders[name]();
  throw unknownVersionOrder(name);
}

/** The error for an order that this version of repomill does not know. */
export function unknownVersionOrder(name: string): RepomillError {
  const message = `versions: expected one of ${versionOrderNames.join(', ')}, found ${JSON.stringify(name)}`;
  return new RepomillError('format', message, {
    hint: 'the repository was written by a newer version of repomill; update this one',
  });
}

const loaders: Readonly<Record<VersionOrderName, () => Promise<VersionOrder>>> = {
  debian: async () => ofAnyVersion(compareVersions),
  semver: async () => (await import('./semver-order.ts')).semverOrder,
  pep440: async () => (await import('./pep440-order.ts')).pep440Order,
  rpm: async () => ofAnyVersion((await import('../../model/versions/rpm.ts')).compareRpmVersions),
  loose: async () => ofAnyVersion((await import('../../model/versions/loose.ts')).compareLooseVersions),
};

function ofAnyVersion(compare: VersionComparison): VersionOrder {
  return { compare, isValid: () => true };
}
