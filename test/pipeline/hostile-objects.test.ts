import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packArray, packBytes, packString, packTuple, packUint64 } from '../../src/glib/gvariant/pack.ts';
import type { Digest } from '../../src/model/digest.ts';
import { objectPath } from '../../src/ostree/paths.ts';
import { openFolder } from '../../src/platform/files/folder.ts';
import { CommitReader } from '../../src/readers/ostree/commit-reader.ts';
import { commitBytes, filezOf, noDigest, OstreeRepository, treeBytes } from '../ostree-repository.ts';
import { sha256Of } from '../workspace.ts';
import {
  APP,
  BAD,
  digestIn,
  freshPath,
  goodRepository,
  problemsOf,
  refusal,
  sparseFile,
  warningsOf,
} from './hostile-repository.ts';

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

  it('that does not match its digest, cut or longer', async () => {
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
    ['with a byte after it', Uint8Array.of(...commitBytes(), 0)],
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

  it('whose directory does not match its digest', async () => {
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

  it('with a metadata file that inflates to more than it announces, to less, or to nothing', async () => {
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

  it('with a metadata file that is too long for a text, without inflating it', async () => {
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
    const repository = goodRepository();
    const trees = [repository.writeTree({})];
    for (const tree of trees) if (trees.length < 2060) trees.push(repository.writeTree({ directories: { a: tree } }));
    const commit = (depth: number): void =>
      repository.writeRef(BAD, repository.writeCommit({ tree: trees[depth - 1] ?? noDigest() }));
    commit(2060);
    const { problems } = await refusal(repository);
    expect(problems).toEqual([`refs/heads/${BAD}: tree: expected at most 2048 levels, found more`]);
    commit(2000);
    expect(await warningsOf(repository)).toEqual([]);
  });
});

describe('the work on a hostile tree is bounded', () => {
  it('reads each of forty directories that hold the next one twice only once, not 2^40 times', () => {
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

/** A commit whose metadata is a variant in a variant in a variant. */
function nested(depth: number): Uint8Array {
  const levels = Buffer.concat([Buffer.from('\0s'), Buffer.from('\0v'.repeat(depth))]);
  return Buffer.concat([Buffer.from('a\0'), levels, Buffer.from([2])]);
}
