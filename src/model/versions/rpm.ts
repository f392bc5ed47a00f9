/**
 * The order of versions of RPM (rpm-version(7), "Comparing"): `[EPOCH:]VERSION[-RELEASE]`, compared segment by segment. Any two
 * texts can be compared.
 */
import { compareText } from '../order.ts';
import { compareDigits } from './digits.ts';

/** Compares two versions in the order of RPM. Zero does not mean equal texts: `1.0` and `1_0` are the same version. */
export function compareRpmVersions(a: string, b: string): number {
  const x = splitLabel(a);
  const y = splitLabel(b);
  return (
    compareDigits(x.epoch, y.epoch) || compareComponents(x.version, y.version) || compareReleases(x.release, y.release)
  );
}

interface Label {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
}

// The release follows the last hyphen.
function splitLabel(text: string): Label {
  const [, epoch = '', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  const hyphen = rest.lastIndexOf('-');
  if (hyphen < 0) return { epoch, version: rest, release: undefined };
  return { epoch, version: rest.slice(0, hyphen), release: rest.slice(hyphen + 1) };
}

// A label with more components is newer.
function compareReleases(a: string | undefined, b: string | undefined): number {
  if (a !== undefined && b !== undefined) return compareComponents(a, b);
  return Number(a !== undefined) - Number(b !== undefined);
}

// `~` and `^` are operators, digits and letters are segments; everything else separates, and is not compared.
const TOKEN = /[~^]|[0-9]+|[A-Za-z]+/g;

/** Compares versions without epoch and release, or releases. */
function compareComponents(a: string, b: string): number {
  const x = a.match(TOKEN) ?? [];
  const y = b.match(TOKEN) ?? [];
  for (let i = 0; i < x.length || i < y.length; i++) {
    const difference = compareTokens(x[i], y[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareTokens(a: string | undefined, b: string | undefined): number {
  const ranks = rankOf(a) - rankOf(b);
  if (ranks !== 0 || a === undefined || b === undefined) return ranks;
  if (rankOf(a) === NUMBER) return compareDigits(a, b);
  return compareText(a, b);
}

const NUMBER = 4;

// A tilde sorts before the end, the end before a caret, that before letters, and those before digits.
function rankOf(token: string | undefined): number {
  if (token === undefined) return 1;
  if (token === '~') return 0;
  if (token === '^') return 2;
  return /[0-9]/.test(token) ? NUMBER : 3;
}
