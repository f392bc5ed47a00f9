/**
 * Guesses a file pattern for a set of paths: what all have in common stays, what differs becomes a wildcard or a field.
 */

/** Names of architectures in paths. */
const ARCHES =
  /^(?:all|any|noarch|amd64|arm64|armhf|armel|armv7|aarch64|i[3-6]86|x86|x86_64|x64|ppc64el|ppc64le|riscv64|s390x|mips\w*|(?:linux|osx|win)-\w+)$/;

/**
 * Guesses a pattern that matches all paths. A segment that always names an architecture becomes `<arch>`.
 *
 * @param fields - fields to find in the rest, the last one first: `name` is the file's own name, or the folder around files of
 *   one name
 */
export function guessPattern(paths: readonly string[], fields: readonly string[]): string {
  const lists = paths.map((path) => path.replace(/\.(?:gz|xz|bz2|zst)$/, '').split('/'));
  const [first = []] = lists;
  if (lists.some(({ length }) => length !== first.length)) return `**/${lastSegment(lists)}`;
  const wanted = [...fields];
  const segments: string[] = [];
  for (let i = first.length - 1; i >= 0; i--) {
    const values = lists.map((segmentsOf) => segmentsOf[i] ?? '');
    const isLast = i === first.length - 1;
    const suffix = isLast ? suffixOf(values) : '';
    const [only = ''] = values;
    if (values.every((value) => value === only) && (paths.length > 1 || !isLast || wanted.length === 0))
      segments.unshift(literalPattern(only));
    else if (!isLast && values.every((value) => ARCHES.test(value))) segments.unshift('<arch>');
    else segments.unshift(`${wanted.length > 0 ? `<${wanted.shift()}>` : '*'}${literalPattern(suffix)}`);
  }
  return segments.join('/');
}

/** The last segment of paths of different depths: their name, or `*` and their suffix. */
function lastSegment(lists: readonly (readonly string[])[]): string {
  const names = lists.map((segments) => segments.at(-1) ?? '');
  const [only = ''] = names;
  return names.every((name) => name === only) ? literalPattern(only) : `*${literalPattern(suffixOf(names))}`;
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
