/**
 * Guesses a file pattern for a set of paths: what all have in common stays, what differs becomes a wildcard or a field.
 */
import { looksLikeArch } from '../../mapping/guess-values.ts';

/**
 * Guesses a pattern that matches all paths. A segment that always names an architecture becomes `<arch>`.
 *
 * @param fields - fields to find in the rest, the last one first: `name` is the file's own name, or the folder around files of
 *   one name, or around the only file
 */
export function guessPattern(paths: readonly string[], fields: readonly string[]): string {
  const lists = paths.map((path) => path.replace(/\.(?:gz|xz|bz2|zst)$/, '').split('/'));
  const [first = []] = lists;
  const wanted = [...fields];
  if (lists.some(({ length }) => length !== first.length))
    return [...commonStart(lists), '**', ...lastSegments(lists, wanted[0])].join('/');
  const segments: string[] = [];
  for (let i = first.length - 1; i >= 0; i--) {
    const values = lists.map((segmentsOf) => segmentsOf[i] ?? '');
    const isLast = i === first.length - 1;
    const suffix = isLast ? suffixOf(values) : '';
    const [only = ''] = values;
    if (values.every((value) => value === only) && !(paths.length === 1 && i === first.length - 2 && wanted.length > 0))
      segments.unshift(literalPattern(only));
    else if (!isLast && values.every(looksLikeArch)) segments.unshift('<arch>');
    else segments.unshift(`${wanted.length > 0 ? `<${wanted.shift()}>` : '*'}${literalPattern(suffix)}`);
  }
  return segments.join('/');
}

/** The directories with which all paths begin. */
function commonStart(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = []] = lists;
  const end = first.findIndex((name, i) => lists.some((segments) => segments[i] !== name || i === segments.length - 1));
  return first.slice(0, Math.max(0, end)).map(literalPattern);
}

/** The end of paths of different depths: their name, with a field in the folder around it, or a field or `*` and their suffix. */
function lastSegments(lists: readonly (readonly string[])[], field: string | undefined): readonly string[] {
  const names = lists.map((segments) => segments.at(-1) ?? '');
  const [only = ''] = names;
  const part = field === undefined ? '*' : `<${field}>`;
  if (names.some((name) => name !== only)) return [`${part}${literalPattern(suffixOf(names))}`];
  return [...(field === undefined || lists.some(({ length }) => length < 2) ? [] : [part]), literalPattern(only)];
}

/** The suffix that all names have, with its dot; empty if they differ. */
function suffixOf(names: readonly string[]): string {
  const [first = ''] = names;
  const suffix = /\.[A-Za-z0-9]+$/.exec(first)?.[0] ?? '';
  return names.every((name) => name.endsWith(suffix) && name.length > suffix.length) ? suffix : '';
}

/** Makes a text part of a pattern: characters that a pattern would read become `?`. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[*?[\]<>{}\\]/g, '?');
}
