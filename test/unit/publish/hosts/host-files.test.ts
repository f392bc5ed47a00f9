import { describe, expect, it } from 'vitest';
import { type HeaderRule, headerRule } from '../../../../src/publish/header-rules.ts';
import { renderHostFiles } from '../../../../src/publish/hosts/host-files.ts';

function render(...rules: readonly HeaderRule[]): ReadonlyMap<string, string> {
  return renderHostFiles({ rules, entryPoints: ['list.txt'], packageLists: [] });
}

describe('host files', () => {
  it.each(['a/b', 'a/*/b', '*', '*.gz', '*/a', 'a/b/*'])(
    'refuse the rule %s, which not every host can follow',
    (path) => {
      expect(() => render(headerRule(path, 'content'))).toThrow(`not every host can follow the rule ${path}`);
    },
  );

  it('keep the types of files that differ within a directory', () => {
    const files = render(
      headerRule('pool/*', 'content', { immutable: true, type: 'text/plain' }),
      headerRule('pool/*.deb', 'content', { immutable: true, type: 'application/vnd.debian.binary-package' }),
      headerRule('list.txt', 'entry point', { type: 'text/plain' }),
    );
    expect(files.get('nginx.conf')).toContain(
      '  location ~ \\.deb$ {\n    types { }\n    default_type application/vnd.debian.binary-package;\n  }\n',
    );
    expect(files.get('.htaccess')).toContain(
      '<If "%{REQUEST_URI} =~ m#/pool/.*\\.deb$#">\n  ForceType application/vnd.debian.binary-package\n</If>\n',
    );
    expect(files.get('Caddyfile')).toContain('\t\tpath_regexp ^/pool/.*\\.deb$\n');
  });

  it('upload content, then the files that name it, then entry points, whatever the order of the rules', () => {
    const files = render(
      headerRule('list.txt', 'entry point'),
      headerRule('lists/*', 'mutable'),
      headerRule('pool/*', 'content'),
    );
    expect(files.get('upload.sh')).toContain('\nupload pool\nupload lists\nupload list.txt\n');
  });
});
