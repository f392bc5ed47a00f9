/** The site configuration for Caddy 2. */
import type { HeaderRule, Headers } from '../header-rules.ts';
import { type DirectoryRule, groupBy, hostRules } from './host-rules.ts';

/** Names the paths of one rule, and no path of a different rule: of several that match, none would count for certain. */
interface Matcher {
  /** As it is in the rule. */
  readonly path: string;
  /** Undefined if the path alone is enough. */
  readonly conditions?: readonly string[];
  readonly rule: HeaderRule;
}

/** Renders the site. */
export function renderCaddy(rules: readonly HeaderRule[], shared: Headers): string {
  const { files, directories } = hostRules(rules);
  const matchers = [
    ...files.map(({ path, rule }): Matcher => ({ path: `/${path}`, rule })),
    ...directories.flatMap(directoryMatchers),
  ];
  const simple = matchers.filter(({ conditions }) => conditions === undefined);
  const grouped = [...groupBy(simple, ({ rule }) => JSON.stringify([rule.headers, rule.compress])).values()];
  const blocks = [
    ...grouped.map((group) => block(group, [`path ${group.map(({ path }) => path).join(' ')}`])),
    ...matchers.flatMap((matcher) => (matcher.conditions === undefined ? [] : block([matcher], matcher.conditions))),
  ];
  const compressed = grouped.filter(([first]) => first?.rule.compress === true).map(nameOf);
  return `# A site for Caddy 2 that serves a tree published by repomill. Fill in the name and the directory.
packages.example.org {
	root * /srv/packages

	# Let pages on other sites read the tree and notice that a file is missing.
${Object.entries(shared)
  .map(([name, value]) => `	header ${name} ${value}\n`)
  .join('')}
	# \`file\` keeps these headers off the response for a missing file, which no cache should keep.
${blocks.join('\n')}
	# Everything else is served as stored, without Content-Encoding: clients that decompress a .gz in transit find it invalid.
${compressed.map((name) => `	encode @${name} gzip\n`).join('')}
	file_server
}
`;
}

/** Matchers of a directory's exceptions, and of all its other files. */
function directoryMatchers({ name, rule, exceptions, files }: DirectoryRule): readonly Matcher[] {
  const regexp = (patterns: readonly string[]): string => {
    const [only = '', ...others] = patterns;
    return `path_regexp ^/${name}/.*${others.length === 0 ? only : `(${patterns.join('|')})`}`;
  };
  const notAnyOf = (patterns: readonly string[]): readonly string[] =>
    patterns.length === 0 ? [] : [`not ${regexp(patterns)}`];
  const special = exceptions.map(
    ({ path, pattern, rule: own, overriddenBy }): Matcher => ({
      path: `/${path}`,
      conditions: [regexp([pattern]), ...notAnyOf(overriddenBy.map((other) => other.pattern))],
      rule: own,
    }),
  );
  if (rule === undefined) return special;
  const general: Matcher = { path: `/${name}/*`, rule };
  if (exceptions.length + files.length === 0) return [general];
  const conditions = [
    `path /${name}/*`,
    ...(files.length === 0 ? [] : [`not path ${files.map(({ path }) => `/${path}`).join(' ')}`]),
    ...notAnyOf(exceptions.map(({ pattern }) => pattern)),
  ];
  return [...special, { ...general, conditions }];
}

function block(group: readonly Matcher[], conditions: readonly string[]): string {
  const name = nameOf(group);
  const headers = Object.entries(group[0]?.rule.headers ?? {});
  return `	@${name} {
${[...conditions, 'file'].map((condition) => `		${condition}\n`).join('')}	}
	header @${name} {
${headers.map(([header, value]) => `		${header} ${/\s/.test(value) ? `"${value}"` : value}\n`).join('')}	}
`;
}

function nameOf([first]: readonly Matcher[]): string {
  return (first?.path ?? '').replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
}
