import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Run, repomill } from '../launcher.ts';

/** What asks for colours where there is a terminal. */
const COLOURFUL = { FORCE_COLOR: '1', TERM: 'xterm-256color' };

const COMMANDS = ['init', 'build', 'verify', 'inspect', 'serve', 'pull', 'status', 'show', 'search', 'plan', 'cache'];

const helpOf = new Map<string, Run>();

beforeAll(async () => {
  // Two at a time: as many as the smallest machine of today has cores.
  const queue = COMMANDS.values();
  const work = async (): Promise<void> => {
    for (const command of queue) helpOf.set(command, await repomill([command, '--help'], { environment: COLOURFUL }));
  };
  await Promise.all([work(), work()]);
});

/** The help page of a command. */
function pageOf(command: string): string {
  return helpOf.get(command)?.stdout ?? '';
}

describe('repomill --help', () => {
  it('lists every command on its own line', async () => {
    const { exitCode, stdout, stderr } = await repomill(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ +repomill ${command}\\b.* {2,}[A-Z].+`, 'm'));
  });

  it('ends with an example', async () => {
    const { stdout } = await repomill(['--help']);
    expect(stdout).toMatch(/\n\nExamples:\n {2}repomill build \S.*\n$/);
  });

  it('is the same as -h', async () => {
    expect(await repomill(['-h'])).toEqual(await repomill(['--help']));
  });
});

describe('the help of a command', () => {
  it.each(COMMANDS)('%s ends with an example of the command', (command) => {
    expect(helpOf.get(command)).toMatchObject({ exitCode: 0, stderr: '' });
    const [, example] = pageOf(command).split('\nExamples:\n');
    expect(example).toMatch(new RegExp(`^ +repomill ${command}\\b`));
    expect(example?.trimEnd()).not.toContain('\n\n');
  });

  it.each(COMMANDS)('%s has an example on one line, so that it can be copied', (command) => {
    const page = pageOf(command);
    const lines = page.slice(page.indexOf('Examples:')).split('\n');
    const example = lines.find((line) => line.includes(`repomill ${command}`)) ?? '';
    const [commandLine = ''] = example.trim().split(/ {2,}/);
    // A command line that was broken goes on below, in the column of the first.
    const below = lines[lines.indexOf(example) + 1] ?? '';
    expect(below.slice(0, commandLine.length).trim()).toBe('');
  });

  it.each(COMMANDS)('%s describes every option', (command) => {
    const [upToExamples = ''] = pageOf(command).split('\nExamples:\n');
    const options = upToExamples.split('\n').filter((line) => /^ {2,6}(-h, )?--\w/.test(line));
    expect(options.length).toBeGreaterThanOrEqual(2);
    for (const option of options) expect(option).toMatch(/^ +(-h, )?--[\w-]+ {2,}[A-Z]/);
  });

  it.each(COMMANDS)('%s is plain ASCII, so every character is one column wide', (command) => {
    expect(pageOf(command)).toMatch(/^[\n -~]+$/);
  });

  it.each(COMMANDS)('%s has no colours without a terminal', (command) => {
    expect(pageOf(command)).not.toContain('\u001b');
  });

  it('is in English whatever the locale', async () => {
    const german = await repomill(['build', '--help'], { environment: { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' } });
    expect(german).toEqual(helpOf.get('build'));
  });
});

describe('repomill --version', () => {
  it('prints the version of package.json', async () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { version }: { readonly version: string } = JSON.parse(text);
    expect(await repomill(['--version'])).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });
});
