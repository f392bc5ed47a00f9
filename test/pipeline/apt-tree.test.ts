/**
 * An apt repository as the input of a build: everything that its suites list is in what clients read, and a tree that is not what
 * it says is not published.
 */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { listInputs } from '../../src/catalogue/read/list-inputs.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { explain } from '../../src/explain.ts';
import { guessConfig } from '../../src/guess.ts';
import { knownNames } from '../../src/known-names.ts';
import { aptTree, stanza, type TreeContents } from '../apt-tree.ts';
import { failureOf } from '../failure.ts';
import { listPaths, makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';
import { recordsIn } from './registry-files.ts';

const workspace = realpathSync(makeWorkspace());
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const rootOf = (files: TreeContents): string => writeFiles(freshPath(), files);

const hello = stanza('hello', {
  Depends: 'libc6 (>= 2.3), a | b',
  Section: 'utils',
  Description: 'says hello\n to all',
});
const tool = stanza('tool', { Architecture: 'all', Version: '1:2~rc1' });
const arm = stanza('hello', { Architecture: 'arm64' });
const free = stanza('free', { Section: 'contrib/net', Filename: 'pool/contrib/free_1.0_amd64.deb' });

const suite = {
  indexes: {
    'main/binary-amd64/Packages': hello + tool,
    'main/binary-arm64/Packages': arm + tool,
    'contrib/binary-amd64/Packages': free,
  },
};

const FOUND = 'an apt repository: suite bookworm; components contrib, main; arches amd64, arm64';

const HINT =
  'the repository may have been copied in part, or while it changed: copy or publish it again; to read a part of it, name its files in repomill.yaml, such as `inputs: ["dists/<suite>/<component>/binary-<arch>/Packages"]`';

describe('an apt repository', () => {
  it('is published with every package that it lists, field by field', async () => {
    const out = freshPath();
    const { packages, warnings, files, skipped, unread } = await build({
      input: rootOf(aptTree({ bookworm: suite })),
      out,
    });
    expect([packages, files, skipped, unread, warnings]).toEqual([4, 3, [], undefined, [FOUND]]);
    const digest = (text: string): string | undefined => /^SHA256: (.*)$/m.exec(text)?.[1];
    expect(await recordsIn(out)).toEqual([
      {
        name: 'free',
        version: '1.0',
        arch: 'amd64',
        component: 'contrib',
        path: 'pool/contrib/free_1.0_amd64.deb',
        size: 100,
        sha256: digest(free),
        Section: 'contrib/net',
      },
      {
        name: 'hello',
        version: '1.0',
        arch: 'amd64',
        component: 'main',
        path: 'pool/main/hello_1.0_amd64.deb',
        size: 100,
        sha256: digest(hello),
        dependencies: ['libc6 (>= 2.3)', 'a | b'],
        Section: 'utils',
        summary: 'says hello',
        description: 'to all',
      },
      {
        name: 'hello',
        version: '1.0',
        arch: 'arm64',
        component: 'main',
        path: 'pool/main/hello_1.0_arm64.deb',
        size: 100,
        sha256: digest(arm),
      },
      {
        name: 'tool',
        version: '1:2~rc1',
        arch: 'all',
        component: 'main',
        path: 'pool/main/tool_1:2~rc1_all.deb',
        size: 100,
        sha256: digest(tool),
      },
    ]);
  });

  it('is the same from dists, from the suite, with other compressions and with what is beside it', async () => {
    const ways = [
      { root: rootOf(aptTree({ bookworm: suite })), part: '' },
      { root: rootOf(aptTree({ bookworm: suite })), part: '/dists' },
      { root: rootOf(aptTree({ bookworm: suite })), part: '/dists/bookworm' },
      { root: rootOf(aptTree({ bookworm: { ...suite, forms: ['', '.gz', '.bz2'], served: ['.bz2'] } })), part: '' },
      {
        root: rootOf({
          ...aptTree({ bookworm: { ...suite, release: 'Release' } }),
          'pool/main/hello_1.0_amd64.deb': 'x',
          'index.html': '<html/>',
          'dists/bookworm/main/binary-amd64/by-hash/SHA256/00': stanza('stale'),
          'pool/main/vcpkg.json': '{"name": "x", "version": "1"}',
        }),
        part: '',
      },
    ];
    const trees = [];
    for (const { root, part } of ways) {
      const out = freshPath();
      const { warnings, skipped } = await build({ input: `${root}${part}`, out });
      expect([warnings, skipped]).toEqual([[FOUND], []]);
      trees.push(await recordsIn(out));
    }
    for (const tree of trees) expect(tree).toEqual(trees[0]);
  });

  it('has a package of two suites once', async () => {
    const out = freshPath();
    const both = { bookworm: suite, trixie: { indexes: { 'main/binary-amd64/Packages': hello } } };
    const { packages, warnings } = await build({ input: rootOf(aptTree(both)), out });
    expect(packages).toBe(4);
    expect(warnings).toEqual([FOUND.replace('suite bookworm', 'suites bookworm, trixie')]);
  });

  it('has packages of binary-all in every arch', async () => {
    const out = freshPath();
    const indexes = {
      'main/binary-all/Packages': tool,
      'main/binary-amd64/Packages': hello,
      'main/binary-arm64/Packages': arm,
    };
    const { summaries } = await build({ input: rootOf(aptTree({ bookworm: { indexes } })), out });
    expect(summaries).toMatchObject([{ arch: 'all' }, { arch: 'amd64' }, { arch: 'arm64' }]);
    expect((await recordsIn(out)).map(({ name, arch }) => `${name} ${arch}`)).toEqual([
      'hello amd64',
      'hello arm64',
      'tool all',
    ]);
  });

  it('is read once if it has a stale index in a different compression', async () => {
    const out = freshPath();
    const root = rootOf(aptTree({ bookworm: suite }));
    writeFileSync(`${root}/dists/bookworm/main/binary-amd64/Packages.gz`, stanza('stale'));
    await build({ input: root, out });
    expect((await recordsIn(out)).map(({ name }) => name)).not.toContain('stale');
  });

  it('is read beside a configuration that does not say what to read, and not beside one that does', async () => {
    const tree = aptTree({ bookworm: suite });
    const own = rootOf({ ...tree, 'repomill.yaml': 'name: own\narches: [amd64, arm64]\n' });
    expect((await build({ input: own, out: freshPath() })).warnings).toEqual([FOUND]);
    const inputs = 'inputs: ["dists/*/main/binary-<arch>/Packages"]';
    const chosen = rootOf({ ...tree, 'repomill.yaml': `name: own\n${inputs}\n` });
    const { warnings, packages, files } = await build({ input: chosen, out: freshPath() });
    expect([warnings, packages, files]).toEqual([[], 3, 2]);
  });

  it('gives layouts with lists the suite and the component of each list, and where the pool is', async () => {
    const root = rootOf(aptTree({ bookworm: { ...suite, fields: { Label: 'Ex' } } }));
    symlinkSync('bookworm', `${root}/dists/stable`);
    const directory = `${root}/dists`;
    const config = { ...(await readConfig(directory, undefined, knownNames)), lists: ['suite', 'component'] };
    expect(config.aptTree).toEqual({ root, part: 'dists', hasPool: false });
    const { files, aptTree: tree } = await listInputs(directory, { config });
    expect(files.map(({ path, list, listedBy, given }) => [path, list, listedBy, given])).toEqual([
      ['bookworm/contrib/binary-amd64/Packages', 'bookworm/contrib/amd64', 'amd64', []],
      ['bookworm/main/binary-amd64/Packages', 'bookworm/main/amd64', 'amd64', []],
      ['bookworm/main/binary-arm64/Packages', 'bookworm/main/arm64', 'arm64', []],
    ]);
    expect(tree).toMatchObject({ root, suites: [{ name: 'bookworm', aliases: ['stable'], facts: { label: 'Ex' } }] });
  });

  it('can be explained, and needs no guess', async () => {
    const root = writeFiles(join(freshPath(), 'repository-in'), aptTree({ bookworm: suite }));
    const { records, file } = await explain({ input: root });
    expect([file, records[0]?.fields?.component]).toEqual(['dists/bookworm/contrib/binary-amd64/Packages', 'contrib']);
    const { text, undecided } = await guessConfig(root);
    const reason = '# This is an apt repository: without `inputs:`, its Release files say what to read.';
    const layout = '# Without this, it becomes a repository of the native layout.\nlayout: apt';
    expect([text, undecided]).toEqual([`name: repository-in\n\n${reason}\n\n${layout}\n`, []]);
  });
});

describe('an input that is the output of the apt layout, too', () => {
  it('is read as before: what was published in it is no input', async () => {
    const root = rootOf({ 'incoming/Packages': hello + tool });
    const first = await build({ input: root, out: root, layout: 'apt' });
    expect(listPaths(root)).toContain('dists/stable/Release');
    const second = await build({ input: root, out: root, layout: 'apt' });
    expect([first.changed, second.changed]).toEqual([true, false]);
    expect([second.packages, second.warnings]).toEqual([first.packages, first.warnings]);
  });
});

describe('lists of sources', () => {
  const dsc = '0'.repeat(64);
  const source = `Package: hello\nBinary: hello\nVersion: 1.0\nArchitecture: any\nDirectory: pool/main\nChecksums-Sha256:\n ${dsc} 7 hello_1.0.dsc\n`;
  const indexes = {
    'main/binary-amd64/Packages': hello,
    'main/binary-all/Packages': tool,
    'main/source/Sources': source,
  };

  it('are read beside those of packages', async () => {
    const out = freshPath();
    const { warnings, summaries } = await build({ input: rootOf(aptTree({ bookworm: { indexes } })), out });
    expect(warnings).toEqual(['an apt repository: suite bookworm; component main; arches all, amd64; sources']);
    expect(summaries.map(({ arch }) => arch)).toEqual(['all', 'amd64', 'source']);
    const records = await recordsIn(out);
    expect(records.map(({ name, arch, path }) => [name, arch, path])).toEqual([
      ['hello', 'amd64', 'pool/main/hello_1.0_amd64.deb'],
      ['hello', 'source', 'pool/main/hello_1.0.dsc'],
      ['tool', 'all', 'pool/main/tool_1:2~rc1_all.deb'],
    ]);
  });

  it('are told in a repository of nothing else', async () => {
    const root = rootOf(aptTree({ bookworm: { indexes: { 'main/source/Sources': source } } }));
    const { warnings, packages } = await build({ input: root, out: freshPath() });
    expect([warnings, packages]).toEqual([['an apt repository: suite bookworm; component main; sources'], 1]);
  });
});

describe('a bad apt repository is not published:', () => {
  const refusal = async (root: string, part = ''): Promise<readonly unknown[]> => {
    const out = freshPath();
    const { code, message, hint, problems } = await failureOf(build({ input: `${root}${part}`, out }));
    expect(listPaths(out)).toEqual([]);
    return [code, message, hint, problems.map((one) => `${one.file}: ${one.message}`)];
  };
  const refused = (...problems: readonly string[]): readonly unknown[] => {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    return ['metadata', `${count} in the input; nothing was written`, HINT, problems];
  };

  it('an index has other bytes than Release says, small or large, in any list of digests', async () => {
    for (const list of ['MD5Sum', 'SHA256', 'SHA512']) {
      for (const more of [0, 2000]) {
        const text = hello + Array.from({ length: more }, (_, i) => stanza(`p${i}`)).join('');
        const root = rootOf(aptTree({ s: { indexes: { 'main/binary-amd64/Packages': text }, lists: [list] } }));
        const file = 'dists/s/main/binary-amd64/Packages';
        const other = text.replace('says hello', 'says hullo');
        writeFileSync(`${root}/${file}`, other);
        const algorithm = list === 'MD5Sum' ? 'md5' : list.toLowerCase();
        const digest = (content: string): string => createHash(algorithm).update(content).digest('hex');
        expect(await refusal(root)).toEqual(
          refused(`${file}: expected ${list} ${digest(text)}, as dists/s/InRelease says, found ${digest(other)}`),
        );
      }
    }
  });

  it('one index has a different size, one a different digest, and one is missing: all are told', async () => {
    const root = rootOf(aptTree({ bookworm: { ...suite, forms: [''] } }));
    writeFileSync(`${root}/dists/bookworm/main/binary-amd64/Packages`, hello);
    const changed = arm.replace('hello', 'hullo') + tool;
    writeFileSync(`${root}/dists/bookworm/main/binary-arm64/Packages`, changed);
    rmSync(`${root}/dists/bookworm/contrib/binary-amd64/Packages`);
    expect(await refusal(root, '/dists/bookworm')).toEqual(
      refused(
        'contrib/binary-amd64/Packages: missing, but InRelease lists it',
        `main/binary-amd64/Packages: expected ${(hello + tool).length} bytes, as InRelease says, found ${hello.length}`,
        `main/binary-arm64/Packages: expected SHA256 ${sha256Of(arm + tool)}, as InRelease says, found ${sha256Of(changed)}`,
      ),
    );
  });

  it('a compressed index is wrong', async () => {
    const root = rootOf(aptTree({ s: { ...suite, served: ['.gz'] } }));
    const file = 'dists/s/main/binary-amd64/Packages.gz';
    const bytes = readFileSync(`${root}/${file}`);
    const right = sha256Of(bytes);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(`${root}/${file}`, bytes);
    expect(await refusal(root)).toEqual(
      refused(`${file}: expected SHA256 ${right}, as dists/s/InRelease says, found ${sha256Of(bytes)}`),
    );
  });

  it('it has no packages', async () => {
    const root = rootOf(aptTree({ s: { indexes: { 'main/binary-amd64/Packages': '' } } }));
    const { message, hint } = await failureOf(build({ input: root, out: freshPath() }));
    expect([message, hint]).toEqual([
      'no package records found; nothing was written',
      expect.stringContaining('--allow-empty'),
    ]);
  });
});

describe('Packages and its compressed copies, without a Release', () => {
  it('are read once, the plain one', async () => {
    const out = freshPath();
    const { warnings, packages } = await build({
      input: rootOf({
        'a/Packages': hello,
        'a/Packages.gz': stanza('stale'),
        'a/Packages.xz': stanza('staler'),
        'b/Packages.gz': tool,
      }),
      out,
    });
    expect([warnings, packages]).toEqual([[], 2]);
    expect((await recordsIn(out)).map(({ name }) => name)).toEqual(['hello', 'tool']);
  });
});
