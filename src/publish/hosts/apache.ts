/** The `.htaccess` file for Apache 2.4. */
import { foreignCaching, type HeaderRule, type Headers } from '../header-rules.ts';
import {
  cachingOf,
  type DirectoryRule,
  escapePattern,
  type FileRule,
  groupBy,
  hostRules,
  isCachedLikeForeign,
  lifetimeOf,
  typeOf,
} from './host-rules.ts';

/** Renders the file. In Apache, later lines override earlier ones, so general rules come first. */
export function renderApache(rules: readonly HeaderRule[], shared: Headers): string {
  const { files, directories } = hostRules(rules);
  return `# Headers for a tree published by repomill, for Apache 2.4 with mod_headers. Copy this file into the published tree, next to
# its index; repomill will not remove it. The server must allow it: \`AllowOverride FileInfo\`.

# Serve files as stored, without Content-Encoding: clients that decompress a .gz in transit find it invalid. The first line is
# for servers with \`AddEncoding x-gzip .gz\`, the others for servers that compress.
RemoveEncoding .gz .xz
SetEnv no-gzip 1
SetEnv no-brotli 1

# Let pages on other sites read the tree and (\`always\`) notice that a file is missing.
${Object.entries(shared)
  .map(([name, value]) => `Header always set ${name} ${value}\n`)
  .join('')}
# Files that change under the same name are cached for a minute.
Header set Cache-Control "${foreignCaching}"
${[...directoryTypes(directories)].join('')}
# Files named by their digest never change. Those that have to be of one moment with others are not cached.
${[...directoryCaching(directories)].join('')}
# Of two that match, the later one counts.
${[...exceptionLines(directories), ...fileLines(files)].join('')}`;
}

function directoryTypes(directories: readonly DirectoryRule[]): readonly string[] {
  return [...groupBy(directories, ({ general }) => typeOf(general))].map(([type, group]) =>
    when(anyOf(group), [typeLine(type)]),
  );
}

/** The longest-lived first: a directory may have the name of another one in it, and then the careful rule counts. */
function directoryCaching(directories: readonly DirectoryRule[]): readonly string[] {
  const ruled = directories.filter(({ rule }) => rule !== undefined && !isCachedLikeForeign(rule));
  return [...groupBy(ruled, ({ general }) => cachingOf(general)).values()]
    .toSorted(([a], [b]) => (a === undefined || b === undefined ? 0 : lifetimeOf(b.general) - lifetimeOf(a.general)))
    .map((group) =>
      when(
        anyOf(group),
        group.slice(0, 1).map(({ general }) => cachingLine(general)),
      ),
    );
}

function exceptionLines(directories: readonly DirectoryRule[]): readonly string[] {
  return directories.flatMap(({ name, exceptions }) =>
    exceptions
      .toReversed()
      .map(({ pattern, rule }) => when(`/${name}/.*${pattern}`, [typeLine(typeOf(rule)), cachingLine(rule)])),
  );
}

function fileLines(files: readonly FileRule[]): readonly string[] {
  const linesOf = ({ rule, directory }: FileRule): readonly string[] => [
    typeLine(typeOf(rule)),
    ...(directory === undefined && isCachedLikeForeign(rule) ? [] : [cachingLine(rule)]),
  ];
  return [...groupBy(files, (file) => linesOf(file).join('\n'))].map(([lines, group]) =>
    when(`/(${group.map(({ path }) => escapePattern(path)).join('|')})$`, lines.split('\n')),
  );
}

function anyOf(directories: readonly DirectoryRule[]): string {
  return `/(${directories.map(({ name }) => name).join('|')})/`;
}

function typeLine(type: string): string {
  return `ForceType ${/\s/.test(type) ? `"${type}"` : type}`;
}

function cachingLine(rule: HeaderRule): string {
  return `Header set Cache-Control "${cachingOf(rule)}"`;
}

function when(pattern: string, lines: readonly string[]): string {
  return `<If "%{REQUEST_URI} =~ m#${pattern}#">\n${lines.map((line) => `  ${line}\n`).join('')}</If>\n`;
}
