import { describe, expect, it } from 'vitest';
import { type HeaderRule, headerRule } from '../../../../src/publish/header-rules.ts';
import { renderHostFiles } from '../../../../src/publish/hosts/host-files.ts';

function render(...rules: readonly HeaderRule[]): ReadonlyMap<string, string> {
  return renderHostFiles({ rules, entryPoints: ['list.txt'], packageLists: [] });
}

describe('host files', () => {
  it.each(['', '*', '*.gz', '*/a', 'a/b/*', 'a/b*', 'a*', '/a', 'a/'])(
    'refuse the rule %s, which not every host can follow',
    (path) => {
      expect(() => render(headerRule(path, 'content'))).toThrow(`not every host can follow the rule ${path}`);
    },
  );

  it('keep the types of files that differ within a directory', () => {
    const files = render(
      headerRule('pool/*', 'content', { caching: 'forever', type: 'text/plain' }),
      headerRule('pool/*.deb', 'content', { caching: 'forever', type: 'application/vnd.debian.binary-package' }),
      headerRule('list.txt', 'entry point', { type: 'text/plain' }),
    );
    expect(files.get('nginx.conf')).toContain(
      '  location ~ \\.deb$ {\n    types { }\n    default_type application/vnd.debian.binary-package;\n  }\n',
    );
    expect(files.get('.htaccess')).toContain(
      '<If "%{REQUEST_URI} =~ m#/pool/.*\\.deb$#">\n  ForceType application/vnd.debian.binary-package\n',
    );
    expect(files.get('Caddyfile')).toContain('\t\tpath_regexp ^/pool/.*\\.deb$\n');
  });

  it('give a directory with exceptions to hosts in the order in which each of them decides', () => {
    const files = render(
      headerRule('d/*', 'mutable', { caching: 'revalidated' }),
      headerRule('d/*.gz', 'mutable', { caching: 'revalidated', type: 'application/gzip' }),
      headerRule('d/*/by-hash/*', 'content', { caching: 'forever' }),
      headerRule('d/state', 'entry point', { type: 'text/plain; charset=utf-8' }),
    );
    expect(files.get('nginx.conf')).toContain(`location = /d/state {
  types { }
  default_type "text/plain; charset=utf-8";
}
`);
    // The first pattern that matches.
    expect(files.get('nginx.conf')).toContain(`location ^~ /d/ {
  types { }
  default_type application/octet-stream;
  add_header Access-Control-Allow-Origin * always;
  add_header Cache-Control "public, max-age=0, must-revalidate";
  location ~ /by-hash/ {
    add_header Access-Control-Allow-Origin * always;
    add_header Cache-Control "public, max-age=31536000, immutable";
  }
  location ~ \\.gz$ {
    types { }
    default_type application/gzip;
  }
}
`);
    // The last block that matches.
    expect([...(files.get('.htaccess')?.matchAll(/m#(.*)#/g) ?? [])].map(([, pattern]) => pattern)).toEqual([
      '/(d)/',
      '/(d)/',
      '/d/.*\\.gz$',
      '/d/.*/by-hash/',
      '/(d/state)$',
    ]);
    // The only matcher that matches.
    expect(files.get('Caddyfile')).toContain(
      '\t\tpath_regexp ^/d/.*\\.gz$\n\t\tnot path_regexp ^/d/.*/by-hash/\n\t\tfile\n',
    );
    expect(files.get('Caddyfile')).toContain(
      '\t\tpath /d/*\n\t\tnot path /d/state\n\t\tnot path_regexp ^/d/.*(/by-hash/|\\.gz$)\n\t\tfile\n',
    );
    // One rule for all.
    expect(files.get('_headers')?.match(/^\/d.*\n.*\n.*$/gm)).toEqual([
      '/d/*\n  Content-Type: application/octet-stream\n  Cache-Control: public, max-age=0, must-revalidate',
    ]);
  });

  it('upload the parts of a directory in their stages, and its entry points one after the other', () => {
    const files = render(
      headerRule('d/*', 'mutable'),
      headerRule('d/*/by-hash/*', 'content'),
      headerRule('d/state', 'entry point'),
      headerRule('d/*/b', 'entry point'),
      headerRule('d/*/a', 'entry point'),
    );
    expect(files.get('upload.sh')).toContain(`
upload_some d --include='*/' --include='/d/**/by-hash/**' --exclude='*'
upload_some d --include='*/' --exclude='/d/state' --exclude='/d/**/by-hash/**' --exclude='/d/**/a' --exclude='/d/**/b'
upload d/state
upload_some d --include='*/' --exclude='/d/**/by-hash/**' --include='/d/**/b' --exclude='*'
upload_some d --include='*/' --exclude='/d/**/by-hash/**' --include='/d/**/a' --exclude='*'
`);
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
