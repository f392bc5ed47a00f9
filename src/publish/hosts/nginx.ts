/** The locations for nginx. */
import type { HeaderRule, Headers } from '../header-rules.ts';
import {
  cachingOf,
  type DirectoryRule,
  escapePattern,
  type FileRule,
  hostRules,
  shortCaching,
  typeOf,
} from './host-rules.ts';

/** Renders a file to be included in a server block. */
export function renderNginx(rules: readonly HeaderRule[], shared: Headers): string {
  const { files, directories } = hostRules(rules);
  const context = { short: shortCaching(rules), shared };
  return `# Headers for a tree published by repomill, for nginx. Include this file in the server block that serves the tree:
#
#   server {
#     listen 80;
#     server_name packages.example.org;
#     root /srv/packages;
#     include /etc/nginx/repomill.conf;
#   }
#
# For a tree below a path, prefix each location with the path: \`location ^~ /packages/summaries/\`.

# Let pages on other sites read the tree and (\`always\`) notice that a file is missing. Files that change under the same name
# are cached for a minute.
${sharedLines(shared, '')}add_header Cache-Control "${context.short}";

# Unless a location says otherwise, files are served as stored, without Content-Encoding: clients that decompress a .gz in
# transit find it invalid.
gzip off;
gzip_static off;
gunzip off;

${files.map((file) => fileLocation(file, context)).join('\n')}
# Most files below never change. An add_header in a location replaces the ones above, so all are repeated.
${directories.map((directory) => directoryLocation(directory, context)).join('\n')}`;
}

interface Context {
  readonly short: string;
  readonly shared: Headers;
}

function fileLocation({ name, rule }: FileRule, context: Context): string {
  const compression = rule.compress ? compressionLines(typeOf(rule)) : '';
  return `location = /${name} {\n${typeLines(rule, '  ')}${cacheLines(rule, context, '  ')}${compression}}\n`;
}

function directoryLocation({ name, rule, ends }: DirectoryRule, context: Context): string {
  const outer = rule === undefined ? '' : typeLines(rule, '  ') + cacheLines(rule, context, '  ');
  const inner = ends.map(({ end, rule: own }) => {
    const type = rule !== undefined && typeOf(rule) === typeOf(own) ? '' : typeLines(own, '    ');
    const cache = rule !== undefined && cachingOf(rule) === cachingOf(own) ? '' : allCacheLines(own, context, '    ');
    return `  location ~ ${escapePattern(end)}$ {\n${type}${cache}  }\n`;
  });
  return `location ^~ /${name}/ {\n${outer}${inner.join('')}}\n`;
}

function typeLines(rule: HeaderRule, indent: string): string {
  return `${indent}types { }\n${indent}default_type ${typeOf(rule)};\n`;
}

// Files that are cached briefly inherit the lines of the server block.
function cacheLines(rule: HeaderRule, context: Context, indent: string): string {
  return cachingOf(rule) === context.short ? '' : allCacheLines(rule, context, indent);
}

function allCacheLines(rule: HeaderRule, { shared }: Context, indent: string): string {
  return `${sharedLines(shared, indent)}${indent}add_header Cache-Control "${cachingOf(rule)}";\n`;
}

function sharedLines(shared: Headers, indent: string): string {
  return Object.entries(shared)
    .map(([name, value]) => `${indent}add_header ${name} ${value} always;\n`)
    .join('');
}

function compressionLines(type: string): string {
  return `  gzip on;\n  gzip_types ${type};\n  gzip_proxied any;\n  gzip_vary on;\n`;
}
