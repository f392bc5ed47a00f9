/**
 * Guesses the order of versions of a repository from some of its versions.
 */
import type { VersionOrderName } from '../model/versions/version-order.ts';

const semverPattern = /^v?\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;
const debianPattern = /^(?:\d+:)?\d[\w.+~-]*$/;

/** The order that versions need; undefined if the default will do. */
export function guessOrder(versions: readonly string[]): VersionOrderName | undefined {
  // A semantic version with a word at its end is older than the one without.
  if (versions.every((version) => semverPattern.test(version)) && versions.some((version) => /-[a-z]/i.test(version)))
    return 'semver';
  return versions.every((version) => debianPattern.test(version)) ? undefined : 'loose';
}
