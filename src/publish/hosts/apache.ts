/** The `.htaccess` file for Apache 2.4. */
import type { HeaderRule, Headers } from '../header-rules.ts';
import {
  cachingOf,
  type DirectoryRule,
  escapePattern,
  type FileRule,
  groupBy,
  hostRules,
  shortCaching,
  typeOf,
} from './host-rules.ts';

/** Renders the file. In Apache, later lines override earlier ones, so general rules come first. */
export function renderApache(rules: readonly HeaderRule[], shared: Headers): string {
  const { files, directories } = hostRules(rules);
  const short = shortCaching(rules);
  const immutable = groupBy(
    directories.flatMap((directory) => cachePatterns(directory, short)),
    ({ caching }) => caching,
  );
  return `# Headers for a tree published by repomill, for Apache 2.4 with mod_headers. Copy this file into the published tree, next to
# its index; repomill will not remove it. The server must allow it: \`AllowOverride FileInfo\`.

# Serve files as stored, without Content-Encoding: clients that decompress a .gz in transit find it invalid. The first line is
# for servers with \`AddEncoding x-gzip .gz\`, the others for servers that compress.
RemoveEncoding .gz
SetEnv no-gzip 1
SetEnv no-brotli 1

# Let pages on other sites read the tree and (\`always\`) notice that a file is missing.
${Object.entries(shared)
  .map(([name, value]) => `Header always set ${name} ${value}\n`)
  .join('')}
# Files that change under the same name are cached for a minute.
Header set Cache-Control "${short}"
${[...fileTypes(files), ...directoryTypes(directories)].join('')}
# Files named by their digest never change.
${[...immutable]
  .map(([caching, found]) =>
    when(found.map(({ pattern }) => pattern).join('|'), `Header set Cache-Control "${caching}"`),
  )
  .join('')}`;
}

function fileTypes(files: readonly FileRule[]): readonly string[] {
  return [...groupBy(files, ({ rule }) => typeOf(rule))].map(([type, group]) => {
    return when(`/(${group.map(({ name }) => escapePattern(name)).join('|')})$`, `ForceType ${type}`);
  });
}

function directoryTypes(directories: readonly DirectoryRule[]): readonly string[] {
  const general = directories.map((directory) => ({ name: directory.name, type: typeOf(directory.general) }));
  const special = directories.flatMap(({ name, rule, ends }) => {
    const differs = ends.filter((end) => rule !== undefined && typeOf(end.rule) !== typeOf(rule));
    return differs.map(({ end, rule: own }) => when(`/${name}/.*${escapePattern(end)}$`, `ForceType ${typeOf(own)}`));
  });
  const groups = [...groupBy(general, ({ type }) => type)];
  return [
    ...groups.map(([type, group]) => when(`/(${group.map(({ name }) => name).join('|')})/`, `ForceType ${type}`)),
    ...special,
  ];
}

/** Patterns of the files in a directory that are cached for more than a short time. */
function cachePatterns(
  { name, rule, ends }: DirectoryRule,
  short: string,
): readonly { readonly pattern: string; readonly caching: string }[] {
  const found = ends
    .filter((end) => cachingOf(end.rule) !== short)
    .map(({ end, rule: own }) => ({ pattern: `/${name}/.*${escapePattern(end)}$`, caching: cachingOf(own) }));
  if (rule === undefined || cachingOf(rule) === short) return found;
  const exceptions = ends.filter((end) => cachingOf(end.rule) !== cachingOf(rule)).map(({ end }) => escapePattern(end));
  const pattern =
    exceptions.length === 0 ? `/${name}/` : `/${name}/.*${exceptions.map((end) => `(?<!${end})`).join('')}$`;
  return [...found, { pattern, caching: cachingOf(rule) }];
}

function when(pattern: string, line: string): string {
  return `<If "%{REQUEST_URI} =~ m#${pattern}#">\n  ${line}\n</If>\n`;
}
