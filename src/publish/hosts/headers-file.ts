/** The `_headers` file of Cloudflare Pages, Netlify and similar hosts: each path with its headers indented below it. */
import type { HeaderRule, Headers } from '../header-rules.ts';
import { type DirectoryRule, hostRules, lifetimeOf } from './host-rules.ts';

/**
 * Renders the file. Cloudflare allows one star in a path, and joins the values of a header that two matching rules set, so no rule
 * can except some files of a directory from another one. A directory gets the rule of its most short-lived files.
 * Source: https://developers.cloudflare.com/pages/configuration/headers/.
 */
export function renderHeadersFile(rules: readonly HeaderRule[], shared: Headers): string {
  const { files, directories } = hostRules(rules);
  const isCovered = (directory: string | undefined): boolean => directories.some(({ name }) => name === directory);
  const blocks = [
    ...files.filter(({ directory }) => !isCovered(directory)).map(({ path, rule }) => block(`/${path}`, rule.headers)),
    ...directories.map((directory) => block(`/${directory.name}/*`, mostCareful(directory))),
  ];
  return `# Headers for a tree published by repomill, for Cloudflare Pages, Netlify and hosts that read the same file. Copy this file
# into the published tree, next to its index; repomill will not remove it.
#
# These hosts join the values of all matching rules, so no two rules set the same header for a path. Files that change under
# the same name, and directories with such files, are cached for a minute or not at all; all other files never change.

${block('/*', shared)}
${blocks.join('\n')}`;
}

function block(path: string, headers: Headers): string {
  return `${path}\n${Object.entries(headers)
    .map(([name, value]) => `  ${name}: ${value}\n`)
    .join('')}`;
}

/** The headers of the rule with the shortest lifetime; of several, those of the most general one. */
function mostCareful({ rule, exceptions, files }: DirectoryRule): Headers {
  const all = [...(rule === undefined ? [] : [rule]), ...[...exceptions.toReversed(), ...files].map((one) => one.rule)];
  return all.toSorted((a, b) => lifetimeOf(a) - lifetimeOf(b))[0]?.headers ?? {};
}
