import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { formatError, formatProblem } from '../../src/errors.ts';
import { packArray, packBytes, packString, packTuple, packUint64 } from '../../src/glib/gvariant/pack.ts';
import { packRef, packSummary } from '../../src/layouts/flatpak/format/summary.ts';
import { encodeSummaryIndex, parseSummaryIndex } from '../../src/layouts/flatpak/format/summary-index.ts';
import type { Digest } from '../../src/model/digest.ts';
import { silent } from '../../src/model/progress.ts';
import { objectPath } from '../../src/ostree/paths.ts';
import { openFolder } from '../../src/platform/files/folder.ts';
import { CommitReader } from '../../src/readers/ostree/commit-reader.ts';
import { failureOf } from '../failure.ts';
import { commitBytes, filezOf, noDigest, OstreeRepository, treeBytes } from '../ostree-repository.ts';
import { digestOf, sampleRef } from '../unit/layouts/flatpak/format/sample-refs.ts';
import { makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const APP = 'app/org.a.App/x86_64/stable';
const BAD = 'app/org.a.Bad/x86_64/stable';

/** A repository with one good app. */
function goodRepository(config?: string): OstreeRepository {
  const repository = new OstreeRepository(freshPath(), config);
  repository.commit(APP);
  return repository;
}

/** What a build of a repository complains about. Nothing may be written: no byte, no time stamp. */
async function refusal({
  directory,
}: OstreeRepository): Promise<{ readonly code: string; readonly problems: readonly string[] }> {
  const before = traceOf(directory);
  const error = await failureOf(build({ input: directory, out: directory, layout: 'flatpak' }));
  const { code, problems } = error;
  expect(traceOf(directory)).toEqual(before);
  return { code, problems: problems.length === 0 ? [formatError(error)] : problems.map(formatProblem) };
}

async function problemsOf(spoil: (repository: OstreeRepository) => void): Promise<readonly string[]> {
  const repository = goodRepository();
  spoil(repository);
  const { code, problems } = await refusal(repository);
  expect(code).toBe('metadata');
  return problems;
}

/** A build that works all the same, and what it warned of. */
async function warningsOf({ directory }: OstreeRepository): Promise<readonly string[]> {
  const warnings: string[] = [];
  const progress = { ...silent, warn: (message: string) => void warnings.push(message) };
  await build({ input: directory, out: directory, layout: 'flatpak', progress });
  return warnings;
}

describe('a ref is refused, by its file', () => {
  const file = `refs/heads/${BAD}: `;

  it.each([
    ['without content', ''],
    ['of garbage', 'garbage'],
    ['of HTML', '<!DOCTYPE html>'],
    ['in capitals', 'A'.repeat(64)],
    ['with a digit too few', 'a'.repeat(63)],
    ['with a blank first', ` ${'a'.repeat(63)}`],
    ['of zeros', '\0'.repeat(60)],
  ])('%s', async (_, content) => {
    const [problem, ...others] = await problemsOf((repository) => repository.writeRef(BAD, content));
    expect([problem?.startsWith(`${file}expected the digest of a commit, found `), others]).toEqual([true, []]);
  });

  it('that is no text', async () => {
    const problems = await problemsOf(({ directory }) => {
      writeFiles(directory, { [`refs/heads/${BAD}`]: Uint8Array.of(0xff, 0xfe, 0xff) });
    });
    expect(problems).toEqual([`${file}a text is not valid UTF-8`]);
  });

  it('that is longer than any, without reading it', async () => {
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

  it('that is a link to a file elsewhere which holds something else', async () => {
    const outside = join(writeFiles(freshPath(), { secret: 'password\n' }), 'secret');
    const problems = await problemsOf(({ directory }) => symlinkSync(outside, join(directory, 'refs/heads/a')));
    expect(problems).toEqual(['refs/heads/a: expected the digest of a commit, found "password"']);
  });

  it.skipIf(process.platform === 'win32')('that is a pipe to which nobody writes', async () => {
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

  it('with a name that OSTree would pass over', async () => {
    const names = ['a b', 'a+b', 'a:b', 'a\\b', 'ä', '-a', "a'b"];
    const problems = await problemsOf((repository) => {
      for (const name of names) repository.writeRef(name, noDigest());
    });
    expect(problems.map((problem) => problem.replace(/: expected a ref of letters, digits, .*/, ''))).toEqual(
      names.map((name) => `refs/heads/${name}`).sort(),
    );
  });
});

describe('a commit is refused, by its ref', () => {
  const withCommit = async (digest: Digest, bytes: Uint8Array): Promise<string> => {
    const [problem, ...others] = await problemsOf((repository) => {
      repository.writeObjectAs(digest, 'commit', bytes);
      repository.writeRef(BAD, digest);
    });
    expect(others).toEqual([]);
    return problem?.replace(`refs/heads/${BAD}: `, '') ?? '';
  };

  it('that is missing, with its path', async () => {
    const problems = await problemsOf((repository) => repository.writeRef(BAD, noDigest()));
    expect(problems).toEqual([
      `refs/heads/${BAD}: ${objectPath(noDigest(), 'commit')}: cannot read: no such file or directory`,
    ]);
  });

  it('of another digest, cut or longer', async () => {
    const good = commitBytes();
    const digest = digestIn(sha256Of(good));
    for (const bytes of [good.subarray(0, -1), Uint8Array.of(...good, 0), new Uint8Array(0)]) {
      expect(await withCommit(digest, bytes)).toContain(
        `${objectPath(digest, 'commit')}: expected the bytes of this digest, found those of ${sha256Of(bytes)}`,
      );
    }
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['text', Buffer.from('tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n')],
    ['zeros', new Uint8Array(5000)],
    ['cut', commitBytes().subarray(0, -1)],
    ['with a byte behind it', Uint8Array.of(...commitBytes(), 0)],
    ['a directory', treeBytes({})],
    ['with variants nested as deep as bytes go', nested(100_000)],
  ])('that is no GVariant in normal form: %s', async (_, bytes) => {
    expect(await withCommit(digestIn(sha256Of(bytes)), bytes)).toMatch(/expected/);
  });

  it('of 200 MB, without reading it', async () => {
    const problems = await problemsOf((repository) => {
      sparseFile(join(repository.directory, objectPath(noDigest(), 'commit')), 200_000_000);
      repository.writeRef(BAD, noDigest());
    });
    expect(problems).toEqual([expect.stringMatching(/\.commit: expected at most 134217728 bytes, found 200000000$/)]);
  });

  it('that is a folder', async () => {
    const problems = await problemsOf((repository) => {
      mkdirSync(join(repository.directory, objectPath(noDigest(), 'commit')), { recursive: true });
      repository.writeRef(BAD, noDigest());
    });
    expect(problems).toEqual([expect.stringMatching(/\.commit: cannot read: illegal operation on a directory$/)]);
  });

  it('whose sizes are 2^64 and more together', async () => {
    const most = (1n << 64n) - 1n;
    const source = [packBytes(new Uint8Array(0)), packUint64(1n, 'big'), packUint64(1n, 'big')];
    const extra = packTuple([...source, packBytes(new Uint8Array(32)), packString('https://example.com/')]);
    const metadata = [['xa.extra-data-sources', packArray('(ayttays)', [extra])]] as const;
    const problems = await problemsOf((repository) =>
      repository.commit(BAD, { sizes: { installed: most, download: most }, metadata }),
    );
    expect(problems).toEqual([expect.stringMatching(/: sizes: expected a sum below 2\^64 bytes, found more$/)]);
  });

  it('of the year 10000', async () => {
    const problems = await problemsOf((repository) => repository.commit(BAD, { timestamp: (1n << 64n) - 1n }));
    expect(problems).toEqual([expect.stringContaining('timestamp: expected at most')]);
  });
});

describe('the tree of a commit without sizes is refused, by its ref', () => {
  const withTree = (make: (repository: OstreeRepository) => Digest): Promise<readonly string[]> =>
    problemsOf((repository) => repository.writeRef(BAD, repository.writeCommit({ tree: make(repository) })));

  it('whose directory or file is missing', async () => {
    expect(await withTree(() => noDigest())).toEqual([expect.stringMatching(/dirtree: cannot read: no such file/)]);
    const problems = await withTree((repository) => repository.writeTree({ files: { a: noDigest() } }));
    expect(problems).toEqual([expect.stringMatching(/filez: cannot read: no such file/)]);
  });

  it('that leads out of itself', async () => {
    const problems = await withTree((repository) => repository.writeTree({ directories: { '..': noDigest() } }));
    expect(problems).toEqual([expect.stringContaining('directory: expected a file name, found ".."')]);
  });

  it('whose directory has another digest', async () => {
    const bytes = treeBytes({});
    const problems = await withTree((repository) => repository.writeObjectAs(noDigest(), 'dirtree', bytes));
    expect(problems).toEqual([expect.stringContaining(`found those of ${sha256Of(bytes)}`)]);
  });

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['text', Buffer.from('just a file')],
    ['a head of 4 GB', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)],
    ['a head of zeros', new Uint8Array(512)],
  ])('with a file object of %s, which the message names', async (_, bytes) => {
    const problems = await withTree((repository) => {
      repository.writeObjectAs(noDigest(), 'filez', bytes);
      return repository.writeTree({ files: { a: noDigest() } });
    });
    expect(problems).toEqual([expect.stringContaining(`${objectPath(noDigest(), 'filez')}: `)]);
  });

  it('with a metadata file that inflates to more than it says, or less, or to nothing at all', async () => {
    const bomb = deflateRawSync(Buffer.alloc(50_000_000));
    const variants = [
      filezOf(10n, bomb),
      filezOf(100n, deflateRawSync('a')),
      filezOf(1n, new Uint8Array(0)),
      filezOf(9n, Buffer.from('not deflate')),
    ];
    for (const bytes of variants) {
      const problems = await withTree((repository) => {
        repository.writeObjectAs(noDigest(), 'filez', bytes);
        return repository.writeTree({ files: { metadata: noDigest() } });
      });
      expect(problems).toEqual([expect.stringContaining(`${objectPath(noDigest(), 'filez')}: deflate: `)]);
    }
  });

  it('with a metadata file of more than a text may have, without inflating it', async () => {
    const problems = await withTree((repository) => {
      repository.writeObjectAs(noDigest(), 'filez', filezOf(50_000_000n, deflateRawSync(Buffer.alloc(50_000_000))));
      return repository.writeTree({ files: { metadata: noDigest() } });
    });
    expect(problems).toEqual([expect.stringMatching(/filez: expected at most 262144 bytes of text, found 50000000$/)]);
  });

  it('with more bytes than 64 bits can count, in files or in directories over directories', async () => {
    const problems = await withTree((repository) => {
      repository.writeObjectAs(noDigest(), 'filez', filezOf(1n << 60n, new Uint8Array(0)));
      let tree = repository.writeTree({ files: { a: noDigest() } });
      for (let i = 0; i < 40; i++) tree = repository.writeTree({ directories: { a: tree, b: tree } });
      return tree;
    });
    expect(problems).toEqual([`refs/heads/${BAD}: sizes: expected a sum below 2^64 bytes, found more`]);
  });

  it('with directories nested deeper than a path can', async () => {
    const chain =
      (depth: number) =>
      (repository: OstreeRepository): Digest => {
        let tree = repository.writeTree({});
        for (let i = 0; i < depth; i++) tree = repository.writeTree({ directories: { a: tree } });
        return tree;
      };
    expect(await withTree(chain(5000))).toEqual([expect.stringContaining('expected at most 2048 levels, found more')]);
    const repository = goodRepository();
    repository.writeRef(BAD, repository.writeCommit({ tree: chain(2000)(repository) }));
    await build({ input: repository.directory, out: repository.directory, layout: 'flatpak' });
  });
});

describe('the work on a hostile tree is bounded', () => {
  it('reads each of forty directories that hold the next twice once: not 2^40 times', () => {
    const repository = new OstreeRepository(freshPath());
    let tree = repository.writeTree({ files: { a: repository.writeFile('x') } });
    for (let i = 0; i < 40; i++) tree = repository.writeTree({ directories: { a: tree, b: tree } });
    const commit = repository.writeCommit({ tree, metadata: [['xa.metadata', packString('')]] });
    const { reads, reader } = countingReader(repository.directory);
    const { facts } = reader.read({ name: BAD, commit });
    expect(facts.installedSize).toBe(512n << 40n);
    expect(reads()).toBe(1 + 41 + 1);
    reader.read({ name: APP, commit });
    expect(reads()).toBe(1 + 41 + 1 + 1);
  });
});

describe('a configuration is refused', () => {
  const configured = async (config: string | Uint8Array): Promise<readonly string[]> => {
    return problemsOf(({ directory }) => writeFileSync(join(directory, 'config'), config));
  };

  it.each([
    ['without a mode', '[core]\nrepo_version=1\n', 'config: expected mode=archive-z2 in [core], found none'],
    ['of another mode', '[core]\nmode=bare-user\n', 'config: expected mode=archive-z2 in [core], found bare-user'],
    ['without content', '', 'config: expected mode=archive-z2 in [core], found none'],
    ['that is JSON', '{"core":{}}', 'config:1: expected [group] or key=value, found "{\\"core\\":{}}"'],
    ['that is no text', Uint8Array.of(0xff), 'config: a text is not valid UTF-8'],
    ['of a megabyte', `[core]\nmode=archive\n#${'x'.repeat(1 << 20)}`, /^config: expected at most 1048576 bytes/],
  ])('%s', async (_, config, expected) => {
    const problems = await configured(config);
    expect(problems).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
  });

  it('with keys that are no base64', async () => {
    const repository = goodRepository('[core]\nmode=archive-z2\n[flatpak]\ngpg-keys=not base64!\n');
    const { problems } = await refusal(repository);
    expect(problems).toEqual(['config: gpg-keys of [flatpak]: expected base64, found something else']);
  });

  it('that is not there, is a folder, is a link in a circle: it is no repository, or the message says why', async () => {
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
  it('in a folder with another name are refused, and files that are no delta are left alone', async () => {
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
      for (let i = 0; i < 1500; i++) repository.writeRef(`app/a${i}`, 'garbage');
    });
    expect(problems).toHaveLength(1000);
  });

  it('and then none at all in a native build', async () => {
    const repository = goodRepository();
    repository.writeRef('app/a', 'garbage');
    repository.writeRef('app/b', noDigest());
    const out = freshPath();
    const { problems } = await failureOf(build({ input: repository.directory, out }));
    expect(problems.map(({ file }) => file)).toEqual(['refs/heads/app/a', 'refs/heads/app/b']);
    expect(existsSync(out)).toBe(false);
  });
});

describe('what others keep in a repository does not matter', () => {
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

describe('a published index that cannot be continued is refused', () => {
  it.each([
    ['is empty', () => new Uint8Array(0)],
    ['is garbage', () => Buffer.from('<html>not found</html>')],
    ['was cut', (bytes: Uint8Array) => bytes.subarray(0, -1)],
    ['is not in normal form', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0)],
    ['has a digest of a million bytes', () => indexWithDigest(new Uint8Array(1_000_000))],
  ])('that %s', async (_, change) => {
    const repository = goodRepository();
    await warningsOf(repository);
    const file = join(repository.directory, 'summary.idx');
    writeFileSync(file, change(readFileSync(file)));
    const { code, problems } = await refusal(repository);
    expect([code, problems]).toEqual(['format', [expect.stringContaining('summary.idx: ')]]);
  });

  it('that is longer than any', async () => {
    const repository = goodRepository();
    await warningsOf(repository);
    truncateSync(join(repository.directory, 'summary.idx'), 20_000_000);
    const { problems } = await refusal(repository);
    expect(problems).toEqual([expect.stringContaining('summary.idx: expected at most 16777216 bytes, found 20000000')]);
  });

  it('whose time no index can follow', async () => {
    const repository = goodRepository();
    await warningsOf(repository);
    const last = packUint64((1n << 64n) - 1n, 'big');
    writeFileSync(
      join(repository.directory, 'summary.idx'),
      encodeSummaryIndex([], [['ostree.summary.last-modified', last]]),
    );
    const { problems } = await refusal(repository);
    expect(problems).toEqual([expect.stringContaining('summary.idx: ')]);
  });
});

describe('a published summary that cannot be read costs its delta, and a warning', () => {
  const spoilt = async (spoil: (file: string) => void): Promise<void> => {
    const repository = goodRepository();
    await warningsOf(repository);
    const [before] = indexOf(repository).summaries;
    spoil(join(repository.directory, `summaries/${before?.sha256}.gz`));
    repository.commit(BAD);
    const warnings = await warningsOf(repository);
    expect(warnings).toEqual([expect.stringContaining(`summaries/${before?.sha256}.gz`)]);
    expect(indexOf(repository).summaries.map(({ history }) => history)).toEqual([[]]);
    expect(readdirSync(join(repository.directory, 'summaries')).filter((name) => name.endsWith('.delta'))).toEqual([]);
  };

  it.each([
    ['is gone', (file: string) => rmSync(file)],
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['was cut', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, -5))],
    ['is not compressed', (file: string) => writeFileSync(file, 'not gzip')],
    ['inflates to 200 MB', (file: string) => writeFileSync(file, gzipSync(Buffer.alloc(200_000_000)))],
    ['is another', (file: string) => writeFileSync(file, gzipSync('another'))],
    [
      'has bytes behind its end',
      (file: string) => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(9)])),
    ],
  ])('that %s', (_, spoil) => spoilt(spoil));

  it('that has its name and is no summary', async () => {
    const repository = goodRepository();
    await warningsOf(repository);
    const sha256 = digestIn(sha256Of('no summary'));
    writeFiles(repository.directory, {
      [`summaries/${sha256}.gz`]: gzipSync('no summary'),
      'summary.idx': encodeSummaryIndex([{ name: 'x86_64', sha256, history: [] }], []),
    });
    expect(await warningsOf(repository)).toEqual([expect.stringContaining(`summaries/${sha256}.gz`)]);
    expect(indexOf(repository).summaries.map(({ history }) => history)).toEqual([[]]);
  });

  it('that names refs in disorder still has a delta that leads to the newest', async () => {
    const repository = goodRepository();
    await warningsOf(repository);
    const old = packSummary(['z', 'a', 'm'].map((name) => packRef(sampleRef(name)))).bytes;
    const sha256 = digestIn(sha256Of(old));
    writeFiles(repository.directory, {
      [`summaries/${sha256}.gz`]: gzipSync(old),
      'summary.idx': encodeSummaryIndex([{ name: 'x86_64', sha256, history: [digestOf(9)] }], []),
    });
    expect(await warningsOf(repository)).toEqual([expect.stringContaining(`summaries/${digestOf(9)}.gz`)]);
    expect(indexOf(repository).summaries.map(({ history }) => history)).toEqual([[sha256]]);
  });
});

/** What any write changes, of every entry; nothing is opened, because some entries never end. */
function traceOf(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return ['', ...entries].sort().map((path) => {
    const { mtimeNs, ctimeNs, ino } = lstatSync(join(directory, path), { bigint: true });
    return `${path} ${ino} ${mtimeNs} ${ctimeNs}`;
  });
}

/** Reads commits, and counts the files that it opens. */
function countingReader(directory: string): { readonly reads: () => number; readonly reader: CommitReader } {
  let reads = 0;
  const folder = openFolder(directory);
  const counted = <Arguments extends unknown[], Result>(work: (...given: Arguments) => Result) => {
    return (...given: Arguments): Result => {
      reads++;
      return work(...given);
    };
  };
  const reader = new CommitReader({ ...folder, read: counted(folder.read), readHead: counted(folder.readHead) });
  return { reads: () => reads, reader };
}

/** A file that takes no room on a disk, whatever its length. */
function sparseFile(file: string, length: number): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  truncateSync(file, length);
}

/** A commit whose metadata is a variant in a variant in a variant. */
function nested(depth: number): Uint8Array {
  const levels = Buffer.concat([Buffer.from('\0s'), Buffer.from('\0v'.repeat(depth))]);
  return Buffer.concat([Buffer.from('a\0'), levels, Buffer.from([2])]);
}

function indexOf({ directory }: OstreeRepository): ReturnType<typeof parseSummaryIndex> {
  return parseSummaryIndex(readFileSync(join(directory, 'summary.idx')));
}

function indexWithDigest(sha256: Uint8Array): Uint8Array {
  const about = packTuple([packBytes(sha256), packArray('ay', []), packArray('{sv}', [])]);
  const entry = packTuple([packString('x86_64'), about], 'entry');
  return packTuple([packArray('{s(ayaaya{sv})}', [entry]), packArray('{sv}', [])]).bytes;
}

function digestIn(hex: string): Digest {
  return hex as Digest;
}
