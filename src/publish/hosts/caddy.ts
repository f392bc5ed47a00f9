/** The site configuration for Caddy 2. */
import type { HeaderRule, Headers } from '../header-rules.ts';
import { escapePattern, groupBy, hostRules } from './host-rules.ts';

interface Matcher {
  /** Pattern of the matched paths. */
  readonly path: string;
  readonly conditions?: readonly string[];
  readonly rule: HeaderRule;
}

/** Renders the site. */
export function renderCaddy(rules: readonly HeaderRule[], shared: Headers): string {
  const { files, directories } = hostRules(rules);
  const simple: Matcher[] = files.map(({ name, rule }) => ({ path: `/${name}`, rule }));
  const special: Matcher[] = [];
  for (const { name, rule, ends } of directories) {
    for (const { end, rule: own } of ends) {
      const conditions = [`path_regexp ^/${name}/.*${escapePattern(end)}$`];
      special.push({ path: `/${name}/*${end}`, conditions, rule: own });
    }
    if (rule === undefined) continue;
    const exceptions = ends.map(({ end }) => `not path *${end}`);
    if (exceptions.length === 0) simple.push({ path: `/${name}/*`, rule });
    else special.push({ path: `/${name}/*`, conditions: [`path /${name}/*`, ...exceptions], rule });
  }
  const grouped = [...groupBy(simple, ({ rule }) => JSON.stringify([rule.headers, rule.compress])).values()];
  const blocks = [
    ...grouped.map((group) => block(group, [`path ${group.map(({ path }) => path).join(' ')}`])),
    ...special.map((matcher) => block([matcher], matcher.conditions ?? [])),
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
