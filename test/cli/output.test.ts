import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { repomill } from '../launcher.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { listPaths, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const run = (words: readonly string[]) => repomill(words, { cwd: workspace });

beforeAll(async () => {
  for (const release of [0, 1]) {
    writeFiles(join(workspace, `input-${release}`), {
      'all.jsonl': asLines(sampleRelease(100, release)),
      'repomill.yaml': 'name: sample\n',
    });
  }
  writeFiles(join(workspace, 'bad'), { 'a.json': '{', 'b.jsonl': '{"name":"x"}\n' });
  writeFiles(join(workspace, 'taken'), { 'index.json': '{}' });
  writeFiles(join(workspace, 'newer'), { 'index.json': '{"signed":{"format":"repomill/2"},"signatures":[]}' });
  for (const words of ['build input-0 --out public', 'pull public --cache cache', 'build input-0 --out broken']) {
    expect(await run(words.split(' '))).toMatchObject({ exitCode: 0 });
  }
  const broken = listPaths(join(workspace, 'broken')).find((path) => path.startsWith('summaries/')) ?? '';
  writeFileSync(join(workspace, 'broken', broken), 'not this');
});

/** Command lines that work, without `--json`. */
const GOOD = [
  'init fresh',
  'init fresh --layout flatpak',
  'init fresh --layout apt',
  'build input-0 --out public',
  'build input-1 --out public --dry-run',
  'verify public',
  'diff public public',
  'diff cache public',
  'inspect public',
  'pull public --cache cache',
  'status --cache cache',
  'status --from public',
  'show package-0001 --cache cache',
  'show package-0001 --from public',
  'search package --cache cache',
  'search --where licence=MIT --from public',
  'plan package-0001 --cache cache --arch amd64',
];

/** Command lines that fail, with their exit codes. */
const BAD: readonly (readonly [number, string])[] = [
  [1, 'build bad --out elsewhere'],
  [1, 'build missing --out elsewhere'],
  [1, 'build input-0 --out taken'],
  [1, 'verify missing'],
  [1, 'inspect missing'],
  [1, 'pull missing --cache elsewhere'],
  [1, 'pull http://127.0.0.1:1/ --cache elsewhere'],
  [1, 'status --cache missing'],
  [1, 'status --from missing'],
  [1, 'show nobody --cache cache'],
  [1, 'show package-0001 --cache cache --arch mips'],
  [1, 'status --cache cache --subset free'],
  [1, 'search package --cache missing'],
  [1, 'plan nobody --cache cache --arch amd64'],
  [2, 'build'],
  [2, 'build input-0'],
  [2, 'build input-0 --out public --config missing.yaml'],
  [2, 'build input-0 --out public --layout flatpak'],
  [2, 'build input-0 --out public --layout rpm'],
  [2, 'build input-0 --out one --out two'],
  [2, 'build input-0 --out'],
  [2, 'build input-0 --out public --unknown'],
  [2, 'pull public'],
  [1, 'pull ftp://example.org/ --cache elsewhere'],
  [2, 'show'],
  [2, 'show package-0001'],
  [2, 'search package --cache cache --where size>'],
  [2, 'search package --cache cache --limit abc'],
  [2, 'search package --cache cache --limit -1'],
  [2, 'search package --cache cache --limit 1.5'],
  [2, 'search package --cache cache --cache public'],
  [2, 'plan package-0001 --cache cache --installed package-0001'],
  [2, 'serve public --port 65536'],
  [2, 'serve public --port abc'],
  [2, 'unknown'],
  [3, 'build input-0 --out newer'],
  [3, 'status --from newer'],
  [3, 'inspect newer'],
  [3, 'pull newer --cache elsewhere'],
  [3, 'verify newer'],
  [3, 'verify broken'],
  [3, 'pull broken --cache elsewhere'],
];

describe('a command that works', () => {
  it.each(GOOD)('exits with 0 and prints data to standard output, without colours: %s', async (words) => {
    const { exitCode, stdout, stderr } = await run(words.split(' '));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/.\n$/);
    expect(isPlain(stdout + stderr)).toBe(true);
    expect(stderr).not.toMatch(/error|defect|Warning/);
    rmSync(join(workspace, 'fresh'), { recursive: true, force: true });
  });

  it.each(GOOD)('prints exactly one JSON document and nothing else with --json: %s', async (words) => {
    const { exitCode, stdout } = await run([...words.split(' '), '--json']);
    expect(exitCode).toBe(0);
    expect(isOneDocument(stdout)).toBe(true);
    rmSync(join(workspace, 'fresh'), { recursive: true, force: true });
  });
});

describe('a command that fails', () => {
  // Each in a place of its own, because they run at the same time.
  const apart = BAD.map(([code, words], i) => [code, words.replace('elsewhere', `elsewhere/${i}`)] as const);
  it.concurrent.each(apart)(
    'exits with %i, prints one JSON document, and gives the reason on standard error: %s',
    async (code, words) => {
      const { exitCode, stdout, stderr } = await run([...words.split(' '), '--json']);
      expect(stderr).not.toContain('internal error');
      expect(isPlain(stderr)).toBe(true);
      expect(exitCode).toBe(code);
      expect(isOneDocument(stdout)).toBe(true);
      // What `verify` finds is its data.
      if (words !== 'verify broken') expect(stderr).toMatch(/^repomill: error: .+$/m);
    },
  );

  it.each(['show nobody --cache cache', 'build bad --out elsewhere', 'unknown'])(
    'prints nothing to standard output without --json: %s',
    async (words) => {
      expect(await run(words.split(' '))).toMatchObject({ stdout: '', stderr: expect.stringContaining('error') });
    },
  );

  it.each([
    ['', 'expected a command', 'see repomill --help'],
    ['pul public', 'pul: no such command, did you mean pull?', 'see repomill --help'],
    ['move public', 'move: no such command', 'see repomill --help'],
    ['build', 'build needs INPUT: directory of package metadata, or an OSTree repository', 'see repomill build --help'],
    ['diff public', 'diff needs TO: what to compare it with, in the same forms', 'see repomill diff --help'],
    ['pull public', 'pull needs --cache DIR: directory of the local copy', 'see repomill pull --help'],
    ['verify public more', 'more: unexpected; verify takes TREE', 'see repomill verify --help'],
    [
      'build input-0 --out x --histroy 3',
      '--histroy: no such option, did you mean history: in repomill.yaml?',
      'see repomill build --help',
    ],
    ['build in --out x --prev y', '--prev: no such option, did you mean --previous?', 'see repomill build --help'],
    ['build input-0 --out x --workers two', '--workers: expected a whole number from 1 to 64, found two', ''],
    ['serve public --port abc', '--port: expected a whole number from 0 to 65535, found abc', ''],
    ['search --cache cache --limit all', '--limit: expected a whole number from 0 up, found all', ''],
    ['build input-0', 'build needs --out DIR: where the tree is written', 'see repomill build --help'],
    ['build input-0 --out', '--out: expected a value, found nothing', 'see repomill build --help'],
    ['pull public --cach x --cache y', '--cach: no such option, did you mean --cache?', 'see repomill pull --help'],
    ['pull public --a --b --cache y', '--a: no such option; --b: no such option', 'see repomill pull --help'],
    ['show package-0001', 'expected --cache or --from, found neither', 'see repomill show --help'],
    ['show nobody --cache cache', 'no package named nobody', 'try: repomill search nobody --cache cache'],
    ['show x --cache cache --subset free', 'no subset free here; there is none', ''],
    [
      'plan x --cache cache',
      'plan: expected one arch, found amd64, arm64',
      'choose one with --arch, or with `arch` in a program',
    ],
    ['search --cache cache --limit -1', '--limit: expected a whole number from 0 up, found -1', ''],
    ['plan x --cache cache --installed x', '--installed: expected name=version or a file, found x', ''],
    [
      'pull missing --cache elsewhere',
      'missing: expected a directory, or a URL that begins with http:// or https://',
      '',
    ],
  ])('says what is wrong and what to do: %s', async (words, message, hint) => {
    const { stdout, stderr } = await run(words.split(' ').filter((word) => word !== ''));
    expect(stdout).toBe('');
    expect(stderr).toBe(`repomill: error: ${message}\n${hint === '' ? '' : `  ${hint}\n`}`);
  });

  it('lists every problem with file, line and message, as JSON and as text', async () => {
    const { stdout, stderr } = await run(['build', 'bad', '--out', 'elsewhere', '--json']);
    const { error }: { readonly error: Readonly<Record<string, unknown>> } = JSON.parse(stdout);
    expect(error).toMatchObject({ code: 'metadata', message: expect.stringContaining('2 problems') });
    expect(error.problems).toEqual([
      expect.objectContaining({ file: 'a.json', line: 1, message: expect.any(String) }),
      { file: 'b.jsonl', line: 1, message: 'expected version and arch, found name' },
    ]);
    expect(stderr).toMatch(
      /^a\.json:1(:\d+)?: .+\nb\.jsonl:1: .+\nrepomill: error: .+\n {2}say in repomill\.yaml .+\n$/,
    );
  });

  it('leaves no files behind', () => {
    expect(listPaths(join(workspace, 'elsewhere'))).toEqual([]);
    expect(listPaths(join(workspace, 'one'))).toEqual([]);
  });
});

describe('the last line of build', () => {
  it('gives the numbers of packages, summaries and new bytes, and what a client one version behind fetches', async () => {
    const out = join(workspace, 'told');
    const first = await run(['build', 'input-0', '--out', out]);
    expect(first.stdout).toMatch(
      /^version 1: \d+ packages \(\d+ records\) in 3 summaries; wrote [\d.]+ k?B in 4 files; a new client fetches at most [\d.]+ k?B\n$/,
    );
    const second = await run(['build', 'input-1', '--out', out]);
    expect(second.stdout).toMatch(/^version 2: .+; a client one version behind fetches at most [\d.,]+ k?B\n$/);
    const third = await run(['build', 'input-1', '--out', out]);
    expect(third.stdout).toMatch(/^version 2: no change, nothing written; .+\n$/);
  });
});

describe('a reader that leaves early', () => {
  it('ends the command quietly', async () => {
    mkdirSync(join(workspace, 'piped'), { recursive: true });
    const script = '"$0" "$@" 2>"$PWD/piped/stderr" | head -n 1';
    const launcher = new URL('../../bin/repomill.js', import.meta.url).pathname;
    const words = ['-c', script, process.execPath, launcher, 'search', '--limit', '200', '--cache', 'cache'];
    expect(execFileSync('sh', words, { cwd: workspace, encoding: 'utf8' }).split('\n')).toHaveLength(2);
    expect(readFileSync(join(workspace, 'piped/stderr'), 'utf8')).not.toMatch(/EPIPE|defect/);
  });
});

/** Whether nothing in a text moves the cursor or changes a colour. */
function isPlain(text: string): boolean {
  return !text.includes('\u001b') && !text.includes('\r');
}

function isOneDocument(text: string): boolean {
  const document: unknown = JSON.parse(text);
  return typeof document === 'object' && document !== null && text.endsWith('\n');
}
