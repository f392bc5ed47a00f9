/**
 * Paths of packages, whether or not their files are looked at: kept as they are, and never for two different files.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { openRepository } from '../../src/client/repository.ts';
import { formatProblem } from '../../src/errors.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { failureOf } from '../failure.ts';
import { listPaths, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;

/** A stanza of a `Packages` file. The digest is one digit, repeated. */
function stanza(name: string, version: string, arch: string, path: string, digit = 'a'): string {
  return `Package: ${name}\nVersion: ${version}\nArchitecture: ${arch}\nFilename: ${path}\nSize: 10\nSHA256: ${digit.repeat(64)}\n\n`;
}

function request(files: Readonly<Record<string, string>>) {
  return { input: writeFiles(join(workspace, `in-${counter}`), files), out: join(workspace, `out-${counter++}`) };
}

describe('a path with plus, tilde and space', () => {
  it('is kept as it is, and no file of the tree has such a name', async () => {
    const paths = ['pool/s/salt_2014.1.7+ds-1~trusty1_all.deb', 'pool/g/gcc 14/libstdc++6_14.2.0-1_all.deb'];
    const { input, out } = request({
      Packages:
        stanza('salt', '2014.1.7+ds-1~trusty1', 'all', paths[0] ?? '') +
        stanza('libstdc++6', '1:14.2.0-1', 'all', paths[1] ?? ''),
    });
    await build({ input, out });
    const repository = await openRepository({ source: directorySource(out) });
    const shown = await Promise.all(['salt', 'libstdc++6'].map((name) => repository.show(name, { arch: 'all' })));
    expect(shown.map(([found]) => found?.record.path)).toEqual(paths);
    expect(listPaths(out).filter((path) => /[+~ ]/.test(path))).toEqual([]);
  });
});

describe('a path', () => {
  const pathsIn = async (paths: readonly string[]): Promise<readonly unknown[]> => {
    const { input, out } = request({ Packages: paths.map((path, i) => stanza(`p${i}`, '1', 'all', path)).join('') });
    await build({ input, out });
    const repository = await openRepository({ source: directorySource(out) });
    const shown = await Promise.all(paths.map((_, i) => repository.show(`p${i}`, { arch: 'all' })));
    return shown.map(([found]) => found?.record.path);
  };

  it('has no dots and no empty names in the end, where that loses nothing', async () => {
    expect(await pathsIn(['./a.deb', './/b.deb', 'c/./d.deb', 'e//f.deb', '././g.deb'])).toEqual([
      ...['a.deb', 'b.deb', 'c/d.deb', 'e/f.deb', 'g.deb'],
    ]);
  });

  it('is never decoded: a percent sign is one', async () => {
    const paths = ['a%20b.deb', '%2e%2e/c.deb', 'd?e=f.deb', 'g#h.deb'];
    expect(await pathsIn(paths)).toEqual(paths);
  });

  it('is refused if it leads elsewhere, with a word about URLs', async () => {
    const paths = ['/a.deb', '../b.deb', 'c/../d.deb', '..', 'e/', 'f\\g.deb', 'https://example.org/h.deb'];
    const { input, out } = request({ Packages: paths.map((path, i) => stanza(`p${i}`, '1', 'all', path)).join('') });
    const { problems } = await failureOf(build({ input, out }));
    const expected =
      'expected a relative path without empty, "." or ".." segments, backslashes or control characters, found ';
    expect(problems.map(({ message }) => message.replace(/^field "\w+": /, ''))).toEqual([
      ...paths.slice(0, -1).map((path) => `${expected}${JSON.stringify(path)}`),
      'expected a relative path (a URL belongs in "url"), found "https://example.org/h.deb"',
    ]);
  });
});

describe('two files are a conflict that names both places, and nothing is written', () => {
  const tool = stanza('tool', '1.0', 'amd64', 'pool/tool_1.0_amd64.deb');
  const problemsOf = async (files: Readonly<Record<string, string>>) => {
    const { input, out } = request(files);
    const { problems, hint } = await failureOf(build({ input, out }));
    expect(listPaths(out)).toEqual([]);
    return { problems: problems.map(formatProblem), hint };
  };

  it('of one version', async () => {
    const other = tool.replaceAll('aaaa', 'bbbb');
    expect(await problemsOf({ 'a/Packages': tool, 'b/Packages': other })).toEqual({
      problems: ['b/Packages:1: tool 1.0 (amd64) is also defined at a/Packages:1, with different content'],
      hint: 'if both are right, make what tells them apart a part of the version; to keep one of them, set `duplicates: first` or `duplicates: last` in the input rule',
    });
  });

  it('of two versions at one path', async () => {
    const Packages =
      stanza('web', '0.1-89', 'all', 'pool/web.deb') + stanza('web', '0.1-90', 'all', 'pool/web.deb', 'b');
    expect(await problemsOf({ Packages })).toEqual({
      problems: [
        'Packages:8: web 0.1-90 (all): path "pool/web.deb" is also that of web 0.1-89 (all) at Packages:1, with a different sha256',
      ],
      hint: 'only one file can be at a path: give each version a path of its own',
    });
  });

  it('of two packages at one path, however it is written', async () => {
    const Packages = stanza('a', '1', 'all', './pool//x.deb') + stanza('b', '1', 'all', 'pool/./x.deb', 'b');
    expect(await problemsOf({ Packages })).toMatchObject({
      problems: [
        'Packages:8: b 1 (all): path "pool/x.deb" is also that of a 1 (all) at Packages:1, with a different sha256',
      ],
    });
  });

  it('of one version in the lists of two architectures', async () => {
    const of = (digit: string): string => stanza('data', '1', 'all', 'pool/data_1_all.deb', digit);
    expect(
      await problemsOf({
        'x/Packages': of('a'),
        'y/Packages': of('b'),
        'repomill.yaml': 'name: test\ninputs: [<arch>/Packages]\n',
      }),
    ).toEqual({
      problems: [
        'y/Packages:1: data 1 (all): path "pool/data_1_all.deb" is also that of data 1 (all) at x/Packages:1, with a different sha256',
      ],
      hint: 'only one file can be at a path: give each version a path of its own',
    });
  });

  it('but not where paths differ in case: hosts tell them apart', async () => {
    const { input, out } = request({
      Packages: stanza('a', '1', 'all', 'pool/X.deb') + stanza('b', '1', 'all', 'pool/x.deb', 'b'),
    });
    expect(await build({ input, out })).toMatchObject({ packages: 2 });
  });

  it('but one file under two names, or in two lists, is not', async () => {
    const twice = stanza('data', '1', 'all', 'pool/data_1_all.deb');
    const { input, out } = request({
      'x/Packages': twice,
      'y/Packages': twice + stanza('data-compat', '1', 'all', 'pool/data_1_all.deb'),
      'repomill.yaml': 'name: test\ninputs: [<arch>/Packages]\n',
    });
    expect(await build({ input, out })).toMatchObject({ packages: 2 });
  });
});
