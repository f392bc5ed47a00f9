import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { formatError, formatProblem } from '../../src/errors.ts';
import { failureOf } from '../failure.ts';
import { noDigest } from '../ostree-repository.ts';
import { writeFiles } from '../workspace.ts';
import {
  BAD,
  freshPath,
  goodRepository,
  indexOf,
  problemsOf,
  refusal,
  sparseFile,
  traceOf,
  warningsOf,
} from './hostile-repository.ts';

describe('a ref is refused, by its file', () => {
  const file = `refs/heads/${BAD}: `;

  it.each([
    ['without content', ''],
    ['of garbage', 'garbage'],
    ['of HTML', '<!DOCTYPE html>'],
    ['in capitals', 'A'.repeat(64)],
    ['with a missing digit', 'a'.repeat(63)],
    ['with a blank first', ` ${'a'.repeat(63)}`],
    ['of zeros', '\0'.repeat(60)],
  ])('%s', async (_, content) => {
    const [problem, ...others] = await problemsOf((repository) => repository.writeRef(BAD, content));
    expect([problem?.startsWith(`${file}expected the digest of a commit, found `), others]).toEqual([true, []]);
  });

  it('that is not text', async () => {
    const problems = await problemsOf(({ directory }) => {
      writeFiles(directory, { [`refs/heads/${BAD}`]: Uint8Array.of(0xff, 0xfe, 0xff) });
    });
    expect(problems).toEqual([`${file}a text is not valid UTF-8`]);
  });

  it('that is too long, without reading it', async () => {
    const problems = await problemsOf(({ directory }) => sparseFile(join(directory, 'refs/heads', BAD), 200_000_000));
    expect(problems).toEqual([`${file}expected at most 66 bytes, found 200000000`]);
  });

  it('that is a link to nowhere, to itself, to a folder', async () => {
    const problems = await problemsOf(({ directory }) => {
      const refs = join(directory, 'refs/heads');
      symlinkSync('nowhere', join(refs, 'a'));
      symlinkSync('b', join(refs, 'b'));
      symlinkSync('..', join(refs, 'c'));
    });
    expect(problems).toEqual([
      'refs/heads/a: cannot read: no such file or directory',
      expect.stringMatching(/^refs\/heads\/b: cannot read: too many (?:symbolic|levels)/),
      'refs/heads/c: cannot read: illegal operation on a directory',
    ]);
  });

  it('that is a link to a file elsewhere with a different content', async () => {
    const outside = join(writeFiles(freshPath(), { secret: 'password\n' }), 'secret');
    const problems = await problemsOf(({ directory }) => symlinkSync(outside, join(directory, 'refs/heads/a')));
    expect(problems).toEqual(['refs/heads/a: expected the digest of a commit, found "password"']);
  });

  it.skipIf(process.platform === 'win32')('that is a pipe without a writer', async () => {
    const problems = await problemsOf(({ directory }) => execFileSync('mkfifo', [join(directory, 'refs/heads/a')]));
    expect(problems).toEqual(['refs/heads/a: expected the digest of a commit, found ""']);
  });

  it.skipIf(process.platform !== 'linux')('that never ends', async () => {
    const problems = await problemsOf(({ directory }) => symlinkSync('/dev/zero', join(directory, 'refs/heads/a')));
    expect(problems).toHaveLength(1);
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read', async () => {
    const problems = await problemsOf((repository) => {
      repository.commit(BAD);
      chmodSync(join(repository.directory, 'refs/heads', BAD), 0);
    });
    expect(problems).toEqual([`${file}cannot read: permission denied`]);
  });

  it('with a name that OSTree would ignore', async () => {
    const names = ['a b', 'a+b', 'a:b', 'a\\b', 'ä', '-a', "a'b"];
    const problems = await problemsOf((repository) => {
      for (const name of names) repository.writeRef(name, noDigest());
    });
    expect(problems.map((problem) => problem.replace(/: expected a ref of letters, digits, .*/, ''))).toEqual(
      names.map((name) => `refs/heads/${name}`).sort(),
    );
  });
});

describe('a configuration is refused', () => {
  const configured = async (config: string | Uint8Array): Promise<readonly string[]> => {
    return problemsOf(({ directory }) => writeFileSync(join(directory, 'config'), config));
  };

  it.each([
    ['without a mode', '[core]\nrepo_version=1\n', 'config: expected mode=archive-z2 in [core], found none'],
    [
      'with a different mode',
      '[core]\nmode=bare-user\n',
      'config: expected mode=archive-z2 in [core], found bare-user',
    ],
    ['without content', '', 'config: expected mode=archive-z2 in [core], found none'],
    ['that is JSON', '{"core":{}}', 'config:1: expected [group] or key=value, found "{\\"core\\":{}}"'],
    ['that is not text', Uint8Array.of(0xff), 'config: a text is not valid UTF-8'],
    ['of a megabyte', `[core]\nmode=archive\n#${'x'.repeat(1 << 20)}`, /^config: expected at most 1048576 bytes/],
  ])('%s', async (_, config, expected) => {
    const problems = await configured(config);
    expect(problems).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });

  it('with keys that are not base64', async () => {
    const repository = goodRepository('[core]\nmode=archive-z2\n[flatpak]\ngpg-keys=not base64!\n');
    const { problems } = await refusal(repository);
    expect(problems).toEqual(['config: gpg-keys of [flatpak]: expected base64, found something else']);
  });

  it('that is missing, is a folder, or is a link in a circle, with a message about it', async () => {
    for (const spoil of [
      () => undefined,
      (file: string) => mkdirSync(file),
      (file: string) => symlinkSync('config', file),
    ]) {
      const repository = goodRepository();
      rmSync(join(repository.directory, 'config'));
      spoil(join(repository.directory, 'config'));
      const before = traceOf(repository.directory);
      const error = await failureOf(build({ input: repository.directory, out: freshPath(), layout: 'flatpak' }));
      expect([formatError(error), ...error.problems.map(formatProblem)].join('\n')).toContain('config');
      expect(traceOf(repository.directory)).toEqual(before);
    }
  });
});

describe('static deltas', () => {
  it('in a folder with a different name are refused, and other files are left alone', async () => {
    const problems = await problemsOf(({ directory }) =>
      writeFiles(directory, {
        'deltas/odd/superblock': '',
        'deltas/AB/short/superblock': '',
        'deltas/AB/README': 'mine',
        'deltas/superblock': 'mine',
      }),
    );
    expect(problems.map((problem) => problem.replace(/: .*/, ''))).toEqual([
      'deltas/AB/short/superblock',
      'deltas/odd/superblock',
    ]);
  });

  it('that are links to nowhere or folders are refused', async () => {
    const name = `${'A'.repeat(2)}/${'A'.repeat(41)}`;
    const problems = await problemsOf(({ directory }) => {
      mkdirSync(join(directory, 'deltas', name), { recursive: true });
      symlinkSync('nowhere', join(directory, 'deltas', name, 'superblock'));
    });
    expect(problems).toEqual([`deltas/${name}/superblock: cannot read: no such file or directory`]);
  });
});

describe('all problems are reported in one run', () => {
  it('of the configuration, refs, commits, trees and static deltas, in the order of the files', async () => {
    const problems = await problemsOf((repository) => {
      writeFiles(repository.directory, {
        config: '[core]\nmode=archive-z2\nrubbish\n',
        'deltas/odd/superblock': '',
      });
      repository.writeRef('app/a', 'garbage');
      repository.writeRef('app/b', noDigest());
      repository.writeRef('app/c', repository.writeCommit());
    });
    expect(problems.map((problem) => problem.replace(/: .*/, ''))).toEqual([
      'config:3',
      'deltas/odd/superblock',
      'refs/heads/app/a',
      'refs/heads/app/b',
      'refs/heads/app/c',
    ]);
  });

  it('up to a thousand of them', async () => {
    const problems = await problemsOf((repository) => {
      for (let i = 0; i < 1100; i++) repository.writeRef(`app/a${i}`, 'garbage');
    });
    expect(problems).toHaveLength(1000);
  });

  it('in a native build too, which then writes nothing', async () => {
    const repository = goodRepository();
    repository.writeRef('app/a', 'garbage');
    repository.writeRef('app/b', noDigest());
    const out = freshPath();
    const { problems } = await failureOf(build({ input: repository.directory, out }));
    expect(problems.map(({ file }) => file)).toEqual(['refs/heads/app/a', 'refs/heads/app/b']);
    expect(existsSync(out)).toBe(false);
  });
});

describe('foreign files in a repository are ignored', () => {
  it.each([
    [
      'dot files among the refs',
      { 'refs/heads/.DS_Store': 'x', 'refs/heads/app/.gitkeep': '', 'refs/heads/.git/x': 'x' },
    ],
    ['refs of other repositories', { 'refs/remotes/a/app/b': 'garbage', 'refs/mirrors/a/b': 'garbage' }],
    ['objects that nothing names', { 'objects/00/x.commit': 'garbage', 'objects/junk': '' }],
    ['files at the top', { constructor: 'mine', toString: 'mine', __proto__x: 'mine', 'index.html': 'mine' }],
    ['files among the summaries', { 'summaries/README': 'mine', 'summaries/x.gz': 'mine', 'delta-indexes/x': 'mine' }],
  ])('%s', async (_, files) => {
    const repository = goodRepository();
    const { directory } = repository;
    writeFiles(directory, files);
    for (let run = 0; run < 2; run++) {
      expect(await warningsOf(repository)).toEqual([]);
      for (const [path, content] of Object.entries(files))
        expect(readFileSync(join(directory, path), 'utf8')).toBe(content);
      repository.commit(BAD);
    }
    expect(indexOf(repository).summaries.map(({ name }) => name)).toEqual(['x86_64']);
  });
});
