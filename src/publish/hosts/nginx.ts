/** The locations for nginx. */
import { foreignCaching, type HeaderRule, type Headers } from '../header-rules.ts';
import { cachingOf, type DirectoryRule, type FileRule, hostRules, isCachedLikeForeign, typeOf } from './host-rules.ts';

/** Renders a file to be included in a server block. */
export function renderNginx(rules: readonly HeaderRule[], shared: Headers): string {
  const { files, directories } = hostRules(rules);
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
${sharedLines(shared, '')}add_header Cache-Control "${foreignCaching}";

# Unless a location says otherwise, files are served as stored, without Content-Encoding: clients that decompress a .gz in
# transit find it invalid.
gzip off;
gzip_static off;
gunzip off;

${files.map((file) => fileLocation(file, shared)).join('\n')}
# Most files below never change. An add_header in a location replaces the ones above, so all are repeated.
${directories.map((directory) => directoryLocation(directory, shared)).join('\n')}`;
}

function fileLocation({ path, rule }: FileRule, shared: Headers): string {
  const compression = rule.compress ? compressionLines(typeOf(rule)) : '';
  return `location = /${path} {\n${typeLines(rule, '  ')}${cacheLines(rule, shared, '  ')}${compression}}\n`;
}

// Of regular expressions, nginx takes the first that matches.
function directoryLocation({ name, rule, exceptions }: DirectoryRule, shared: Headers): string {
  const outer = rule === undefined ? '' : typeLines(rule, '  ') + cacheLines(rule, shared, '  ');
  const inner = exceptions.map(({ pattern, rule: own }) => {
    const type = rule !== undefined && typeOf(rule) === typeOf(own) ? '' : typeLines(own, '    ');
    const cache = rule !== undefined && cachingOf(rule) === cachingOf(own) ? '' : allCacheLines(own, shared, '    ');
    return `  location ~ ${pattern} {\n${type}${cache}  }\n`;
  });
  return `location ^~ /${name}/ {\n${outer}${inner.join('')}}\n`;
}

function typeLines(rule: HeaderRule, indent: string): string {
  const type = typeOf(rule);
  return `${indent}types { }\n${indent}default_type ${/[\s;]/.test(type) ? `"${type}"` : type};\n`;
}

// Files that are cached like foreign ones inherit the lines of the server block.
function cacheLines(rule: HeaderRule, shared: Headers, indent: string): string {
  return isCachedLikeForeign(rule) ? '' : allCacheLines(rule, shared, indent);
}

function allCacheLines(rule: HeaderRule, shared: Headers, indent: string): string {
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
