/** The `_headers` file of Cloudflare Pages, Netlify and similar hosts: each path with its headers indented below it. */
import type { HeaderRule, Headers } from '../header-rules.ts';
import { type DirectoryRule, hostRules, lifetimeOf } from './host-rules.ts';

/** Renders the file. A star may only end a path there, so a directory gets the rule of its most short-lived files. */
export function renderHeadersFile(rules: readonly HeaderRule[], shared: Headers): string {
  const { files, directories } = hostRules(rules);
  const blocks = [
    ...files.map(({ name, rule }) => block(`/${name}`, rule.headers)),
    ...directories.map((directory) => block(`/${directory.name}/*`, mostCareful(directory))),
  ];
  return `# Headers for a tree published by repomill, for Cloudflare Pages, Netlify and hosts that read the same file. Copy this file
# into the published tree, next to its index; repomill will not remove it.
#
# These hosts join the values of all matching rules, so no two rules set the same header for a path. Files that change under
# the same name, and directories with such files, are cached for a minute; all other files never change.

${block('/*', shared)}
${blocks.join('\n')}`;
}

function block(path: string, headers: Headers): string {
  return `${path}\n${Object.entries(headers)
    .map(([name, value]) => `  ${name}: ${value}\n`)
    .join('')}`;
}

function mostCareful({ rule, ends }: DirectoryRule): Headers {
  const all = [...(rule === undefined ? [] : [rule]), ...ends.map((end) => end.rule)];
  return all.toSorted((a, b) => lifetimeOf(a) - lifetimeOf(b))[0]?.headers ?? {};
}
