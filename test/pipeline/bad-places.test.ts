import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { exitCodes } from '../../src/cli/exit-code.ts';
import { formatError, formatProblem } from '../../src/errors.ts';
import { pathsNamedBy, readIndex } from '../contract/shell.ts';
import { failureOf } from '../failure.ts';
import { sampleRecord } from '../sample-records.ts';
import { DEBIAN, DEBIAN_CONFIG, digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const good = { 'good.json': JSON.stringify(sampleRecord('good', '1', 'amd64')) };
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const freshInput = (files: Readonly<Record<string, string>> = good): string => writeFiles(freshPath(), files);

interface Refusal {
  readonly exitCode: number;
  readonly message: string;
  readonly hint: string | undefined;
  readonly problems: readonly string[];
}

/** Builds what must be refused, and says how. Fails if anything was written to the output. */
async function refusal(input: string, out: string, options: { readonly previous?: string } = {}): Promise<Refusal> {
  const before = stateOf(out);
  const error = await failureOf(build({ input, out, ...options }));
  expect(stateOf(out)).toEqual(before);
  const { hint } = error;
  return {
    exitCode: exitCodes[error.code],
    message: formatError(error),
    hint,
    problems: error.problems.map(formatProblem),
  };
}

describe('an input that is missing or holds nothing is refused with exit code 1', () => {
  it.each<[string, () => string]>([
    ['a directory that is missing', () => freshPath()],
    ['a file instead of a directory', () => join(freshInput(), 'good.json')],
    ['an empty directory', () => freshInput({})],
    ['a directory of empty files', () => freshInput({ 'a.jsonl': '', Packages: '\n\n' })],
    ['a directory of files that no reader recognises', () => freshInput({ 'README.md': '# Hello\n' })],
    [
      'a configuration whose patterns match nothing',
      () => freshInput({ ...good, 'repomill.yaml': 'name: a\ninputs: ["*.jsonl"]\n' }),
    ],
  ])('%s', async (_, makeInput) => {
    const input = makeInput();
    const { exitCode, message } = await refusal(input, freshPath());
    expect(exitCode).toBe(1);
    expect(message).toContain(input);
  });
});

describe('a file that cannot be read is refused with exit code 1, and named', () => {
  const problemsOf = async (arrange: (input: string) => void): Promise<readonly string[]> => {
    const input = freshInput();
    arrange(input);
    const { exitCode, problems } = await refusal(input, freshPath());
    expect(exitCode).toBe(1);
    return problems;
  };

  it('a link that leads nowhere', async () => {
    expect(await problemsOf((input) => symlinkSync('nowhere', join(input, 'a.json')))).toEqual([
      'a.json: broken symbolic link: no such file or directory',
    ]);
  });

  it('a link to a directory around it, where a pattern names it', async () => {
    const problems = await problemsOf((input) => {
      writeFiles(input, { 'repomill.yaml': 'name: a\ninputs: ["*/*/*/*.json"]\n' });
      mkdirSync(join(input, 'deep/er'), { recursive: true });
      symlinkSync('..', join(input, 'deep/er/up'));
    });
    expect(problems).toEqual(['deep/er/up: symbolic link to a directory that contains it']);
  });

  it('a link to itself', async () => {
    const problems = await problemsOf((input) => symlinkSync('loop', join(input, 'loop')));
    expect(problems).toEqual(['loop: broken symbolic link: too many symbolic links encountered']);
  });

  it.skipIf(!loudly('Linux', process.platform === 'linux'))('a file with a read error', async () => {
    const problems = await problemsOf((input) => symlinkSync('/proc/self/mem', join(input, 'bad.jsonl')));
    expect(problems).toEqual([expect.stringMatching(/^bad\.jsonl: .+/)]);
  });

  it.skipIf(!loudly('a user that permissions bind', process.getuid?.() !== 0))(
    'a file without permission',
    async () => {
      const problems = await problemsOf((input) => {
        writeFileSync(join(input, 'secret.json'), '{}');
        chmodSync(join(input, 'secret.json'), 0);
      });
      expect(problems).toEqual([expect.stringMatching(/^secret\.json: .+/)]);
    },
  );

  it.skipIf(!loudly('a user that permissions bind', process.getuid?.() !== 0))(
    'a folder without permission, unless no pattern leads to it',
    async () => {
      const files = { 'open/a.json': good['good.json'], 'repomill.yaml': 'name: a\ninputs: [open/*.json]\n' };
      const problems = await problemsOf((input) => mkdirSync(join(input, 'closed'), { mode: 0 }));
      expect(problems).toEqual(['closed: cannot list: permission denied']);
      const input = freshInput(files);
      mkdirSync(join(input, 'closed'), { mode: 0 });
      expect(await build({ input, out: freshPath() })).toMatchObject({ packages: 1 });
    },
  );

  it('but not a link that leads back to what is read already: it is left out with a warning', async () => {
    const input = freshInput();
    // Mirrors of Debian have such a link, for clients with an old address.
    symlinkSync('.', join(input, 'debian'));
    for (const name of ['a', 'b']) mkdirSync(join(input, name));
    symlinkSync('../b', join(input, 'a/to-b'));
    symlinkSync('../a', join(input, 'b/to-a'));
    expect(await build({ input, out: freshPath() })).toMatchObject({
      packages: 1,
      warnings: ['a/to-b/to-a', 'b/to-a/to-b', 'debian'].map(
        (path) => `${path}: symbolic link to a directory that contains it; left out`,
      ),
    });
  });

  it('but links to existing files and directories elsewhere are followed', async () => {
    const [input, out] = [freshInput({}), freshPath()];
    symlinkSync(freshInput(), join(input, 'elsewhere'));
    expect(await build({ input, out })).toMatchObject({ packages: 1 });
  });
});

describe('a configuration that is wrong is refused with exit code 2, file and line', () => {
  it.each([
    ['an unknown reader', 'name: a\ninputs:\n  - files: "*"\n    reader: cobol\n', /repomill\.yaml:4:\d+: .*cobol/],
    ['an unknown key', 'name: a\nsubset: {}\n', /repomill\.yaml:2:\d+: .*subset/],
    ['a broken query', 'name: a\nsubsets:\n  big: size >\n', /repomill\.yaml:3:\d+: .+/],
    ['a name that is none', 'name: a/b\n', /repomill\.yaml:1:\d+: .*name/],
    ['a history of a fraction', 'name: a\nhistory: 1.5\n', /repomill\.yaml:2:\d+: .+/],
    ['broken YAML', 'name: [\n', /repomill\.yaml:[12]:\d+: .+/],
  ])('%s', async (_, config, expected) => {
    const { exitCode, problems } = await refusal(freshInput({ ...good, 'repomill.yaml': config }), freshPath());
    expect(exitCode).toBe(2);
    expect(problems).toEqual([expect.stringMatching(expected)]);
  });
});

describe('an output is refused', () => {
  it.each<[string, string]>([
    ['summaries/notes.txt', 'not written by repomill, in a directory that the tree needs'],
    ['summaries/abc.gz', 'not written by repomill, in a directory that the tree needs'],
    ['details/plain/a.zz', 'not written by repomill, in a directory that the tree needs'],
    ['index.json', 'not written by repomill, under a name that the tree needs'],
    ['combined.jsonl.gz', 'not written by repomill, under a name that the tree needs'],
    ['summaries', 'expected a directory, found a file'],
  ])('with exit code 1 if it holds a foreign %s', async (path, message) => {
    const out = writeFiles(freshPath(), { [path]: 'mine', 'README.md': 'mine' });
    expect(await refusal(freshInput(), out)).toEqual({
      exitCode: 1,
      message: `${out}: 1 file is in the way; nothing was written`,
      hint: 'move it away, or build into a different directory',
      problems: [`${out}/${path}: ${message}`],
    });
  });

  it('with its path if it is a link to itself', async () => {
    const out = freshPath();
    symlinkSync(out, out);
    const error = await failureOf(build({ input: freshInput(), out }));
    expect(formatError(error)).toBe(`${out}/config: cannot read: too many symbolic links encountered`);
  });

  it('with exit code 1 if it is a link that leads nowhere, or below a file', async () => {
    const [link, file] = [freshPath(), freshPath()];
    symlinkSync('nowhere', link);
    writeFileSync(file, 'mine');
    for (const out of [link, join(file, 'public')]) {
      const error = await failureOf(build({ input: freshInput(), out }));
      const expected = 'expected a directory, found a link that leads nowhere, or a file in its path';
      expect([exitCodes[error.code], formatError(error)]).toEqual([1, `${out}: ${expected}`]);
    }
  });

  it('with exit code 1 if it is a file', async () => {
    const out = freshPath();
    writeFileSync(out, 'mine');
    const error = await failureOf(build({ input: freshInput(), out }));
    expect(exitCodes[error.code]).toBe(1);
    expect(formatError(error)).toBe(`${out}: expected a directory, found a file`);
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });
});

describe('an index that cannot be continued is refused with exit code 3', () => {
  it.each([
    ['of a newer format', '{"signed":{"format":"repomill/2","layers":[]},"signatures":[]}', /repomill\/2/],
    ['that is not JSON', '<html>', /index\.json/],
    ['of another program', '{"packages":[]}', /index\.json/],
    ['that was cut off', '{"signed":{"format":"repomill/1","ver', /index\.json/],
    ['that is empty', '', /index\.json/],
  ])('%s, in the output or in --previous', async (_, text, expected) => {
    // Without a file of ours next to it, the index may be anybody's.
    const tree = writeFiles(freshPath(), { 'index.json': text, [`summaries/${'ab'.repeat(32)}.gz`]: '' });
    const inPlace = await refusal(freshInput(), tree);
    const elsewhere = await refusal(freshInput(), freshPath(), { previous: tree });
    for (const { exitCode, message } of [inPlace, elsewhere]) {
      expect(exitCode).toBe(3);
      expect(message).toMatch(expected);
    }
  });
});

describe('a disk that is full', () => {
  const disk = freshPath();
  const mounted = loudly('the right to mount a small disk', tryMount(disk));
  const config = DEBIAN_CONFIG;
  const small = freshInput({ 'main/amd64/Packages': 'Package: one\nVersion: 1\nArchitecture: amd64\n' });
  beforeAll(() => (mounted ? build({ input: small, out: join(disk, 'public'), config }) : undefined));
  afterAll(() => (mounted ? execFileSync('umount', [disk]) : undefined));

  it.skipIf(!mounted)(
    'ends the build with exit code 1 and leaves the old tree; once there is room, the build continues',
    async () => {
      const out = join(disk, 'public');
      const before = readIndex(out);
      const error = await failureOf(build({ input: DEBIAN, out }));
      expect(exitCodes[error.code]).toBe(1);
      expect(error.path).toContain(out);
      expect(error.message).toMatch(/^cannot write: no space left on device$/);
      expect(readIndex(out)).toEqual(before);
      expect(listPaths(out)).toEqual(expect.arrayContaining([...pathsNamedBy(before)]));
      expect(listPaths(out).filter((path) => path.includes('tmp'))).toEqual([]);
      execFileSync('mount', ['-o', 'remount,size=8m', disk]);
      const expected = freshPath();
      for (const input of [small, DEBIAN]) await build({ input, out: expected, config });
      await build({ input: DEBIAN, out });
      expect(digestsOf(out)).toEqual(digestsOf(expected));
    },
  );
});

/** For what depends on the user and the system, so that CI cannot require it: returns `present`, with a line if it is false. */
function loudly(what: string, present: boolean): boolean {
  if (!present) process.stderr.write(`SKIPPED: ${what} is missing; the test that needs it did not run\n`);
  return present;
}

function tryMount(directory: string): boolean {
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
