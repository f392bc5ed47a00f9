/**
 * The order of versions of Debian's dpkg (deb-version(7), "Sorting algorithm"). Semantic versions sort correctly except for
 * pre-releases: `1.0.0-rc.1` sorts after `1.0.0`, like a Debian revision; `1.0.0~rc.1` sorts before it. Any two texts can be
 * compared, even invalid versions.
 */

/**
 * Compares two versions in the order of Debian: negative, zero or positive. Zero does not mean equal texts: `1.0`, `1.00`,
 * `0:1.0` and `1.0-0` are the same version. A repository may have a different order: see `loadVersionOrder`.
 *
 * @example
 * ['1.10', '1.9', '1.10~rc1'].sort(compareVersions); // ['1.9', '1.10~rc1', '1.10']
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  const x = splitVersion(a);
  const y = splitVersion(b);
  return comparePart(x.epoch, y.epoch) || comparePart(x.upstream, y.upstream) || comparePart(x.revision, y.revision);
}

interface VersionParts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

const epochPattern = /^(\d+):/;

// The revision follows the last hyphen. A missing epoch or revision counts as 0; '' compares equal to it.
function splitVersion(version: string): VersionParts {
  const epoch = epochPattern.exec(version)?.[1] ?? '';
  const start = epoch === '' ? 0 : epoch.length + 1;
  const hyphen = version.includes('-') ? version.lastIndexOf('-') : version.length;
  return { epoch, upstream: version.slice(start, hyphen), revision: version.slice(hyphen + 1) };
}

// Alternates between non-digits, compared character by character by weight, and runs of digits, compared as numbers.
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a, i)) || (j < b.length && !isDigit(b, j))) {
      const difference = weightAt(a, i++) - weightAt(b, j++);
      if (difference !== 0) return difference;
    }
    while (a.charCodeAt(i) === ZERO) i++;
    while (b.charCodeAt(j) === ZERO) j++;
    let difference = 0;
    while (isDigit(a, i) && isDigit(b, j)) {
      if (difference === 0) difference = a.charCodeAt(i) - b.charCodeAt(j);
      i++;
      j++;
    }
    if (isDigit(a, i)) return 1;
    if (isDigit(b, j)) return -1;
    if (difference !== 0) return difference;
  }
  return 0;
}

const ZERO = 0x30;
const TILDE = 0x7e;

// `~` sorts before the end of the part, the end before letters, letters before everything else.
function weightAt(text: string, at: number): number {
  if (at >= text.length || isDigit(text, at)) return 0;
  const code = text.charCodeAt(at);
  if (code === TILDE) return -1;
  return isLetter(code) ? code : code + 256;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
