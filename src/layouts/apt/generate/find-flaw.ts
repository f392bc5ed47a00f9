/**
 * What keeps a record out of an archive: names and architectures that apt cannot install, and files that it could not download.
 * Debian Policy, sections 5.6.1 and 5.6.8; what apt does without a field was tried with apt 2.6.
 */
import { isDigest } from '../../../model/digest.ts';
import { archesOf, type PackageRecord } from '../../../model/record.ts';
import { quote } from '../../../text/printable.ts';
import { SOURCE } from './suites.ts';

/** An upstream version has colons only after an epoch, and a revision is not empty. */
const VERSION = /^(?:[0-9]{1,9}:[0-9A-Za-z][0-9A-Za-z.+~:-]*|[0-9A-Za-z][0-9A-Za-z.+~-]*)(?<!-)$/;

/** The first flaw of a record; undefined if it has none. */
export function findFlaw(record: PackageRecord): string | undefined {
  const { name, version, path, size, sha256 } = record;
  const arches = archesOf(record);
  const what = `${name} ${version} (${arches.join(', ')})`;
  if (!/^[a-z0-9][a-z0-9.+-]+$/.test(name)) {
    return `the name ${quote(name)}: apt knows names of at least two lower-case letters, digits, "+", "-" and ".", starting with a letter or digit`;
  }
  if (!VERSION.test(version)) {
    return `the version ${quote(version)} of ${name}: apt knows versions of letters, digits, ".", "+", "~" and "-", after a number and ":" if there is an epoch`;
  }
  const strange = arches.find((arch) => !/^[a-z0-9][a-z0-9-]*$/.test(arch));
  if (strange !== undefined)
    return `the arch ${quote(strange)} of ${name}: apt knows lower-case letters, digits and "-"`;
  if (arches.includes(SOURCE)) return undefined;
  const missing = [
    ...(typeof path === 'string' ? [] : ['path']),
    ...(typeof size === 'number' ? [] : ['size']),
    ...(isDigest(sha256) ? [] : ['sha256']),
  ];
  return missing.length === 0 ? undefined : `${what}: expected ${missing.join(', ')}, found nothing`;
}
