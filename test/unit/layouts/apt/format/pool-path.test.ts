import { describe, expect, it } from 'vitest';
import { poolPath, poolPrefix, sourceName } from '../../../../../src/layouts/apt/format/pool-path.ts';

describe('poolPath', () => {
  it.each([
    ['debs/hello_1.0_amd64.deb', 'main', 'hello', 'pool/main/h/hello/hello_1.0_amd64.deb'],
    ['hello_1.0_amd64.deb', 'contrib', 'hello', 'pool/contrib/h/hello/hello_1.0_amd64.deb'],
    ['a/b/libfoo1_1.0_amd64.deb', 'main', 'libfoo', 'pool/main/libf/libfoo/libfoo1_1.0_amd64.deb'],
    ['debs/0ad_1.deb', 'main', '0ad', 'pool/main/0/0ad/0ad_1.deb'],
    ['debs/pool/x.deb', 'main', 'x', 'pool/main/x/x/x.deb'],
    ['pools/x.deb', 'main', 'x', 'pool/main/x/x/x.deb'],
  ])('puts %s of %s and the source %s into %s', (path, component, source, expected) => {
    expect(poolPath({ path, component, source })).toBe(expected);
  });

  it('leaves what is in a pool where it is', () => {
    for (const path of ['pool/x.deb', 'pool/other/deep/x.deb']) {
      expect(poolPath({ path, component: 'main', source: 'x' })).toBe(path);
    }
  });
});

describe('poolPrefix', () => {
  it.each([
    ['hello', 'h'],
    ['lib', 'l'],
    ['liba', 'liba'],
    ['libreoffice', 'libr'],
    ['lisp', 'l'],
    ['7zip', '7'],
  ])('of %s is %s', (source, prefix) => {
    expect(poolPrefix(source)).toBe(prefix);
  });
});

describe('sourceName', () => {
  it.each([
    ['hello', 'hello'],
    ['hello (1.0-1)', 'hello'],
    ['hello(1.0)', 'hello'],
    ['gtk+3.0 ', 'gtk+3.0'],
    ['g++ (1)', 'g++'],
  ])('of %j is %s', (field, name) => {
    expect(sourceName(field, 'package')).toBe(name);
  });

  it.each([
    ...[
      undefined,
      null,
      1,
      ['hello'],
      { name: 'hello' },
      '',
      ' ',
      '(1.0)',
      '.',
      '..',
      '../..',
      '../../etc (1)',
      '/etc',
    ],
    ...['a/b', 'a\\b', 'x', 'Hello', '-hello', '+hello', 'hello world', 'hello\nother', 'hello\0', 'héllo', ' hello'],
  ])('of %j is that of the package', (field) => {
    expect(sourceName(field, 'package')).toBe('package');
  });

  it('takes no time for a hostile one', () => {
    const started = process.cpuUsage().user;
    for (const field of [`a${' '.repeat(1_000_000)}x`, `${'a'.repeat(1_000_000)}/`, '('.repeat(1_000_000)]) {
      expect(sourceName(field, 'package')).toBe('package');
    }
    expect(process.cpuUsage(undefined).user - started).toBeLessThan(5_000_000);
  });
});
