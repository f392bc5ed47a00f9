import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { repomill } from '../launcher.ts';

const COMMANDS = ['init', 'build', 'verify', 'inspect', 'serve', 'pull', 'status', 'show', 'search', 'plan'];

describe('repomill --help', () => {
  it('lists every command with a line of its own', async () => {
    const { exitCode, stdout, stderr } = await repomill(['--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ +repomill ${command}\\b.* {2,}[A-Z].+`, 'm'));
  });

  it('is the same as -h', async () => {
    expect(await repomill(['-h'])).toEqual(await repomill(['--help']));
  });
});

describe('the help of a command', () => {
  it.each(COMMANDS)('%s ends with an example of the command', async (command) => {
    const { exitCode, stdout, stderr } = await repomill([command, '--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const [, example] = stdout.split('\nExamples:\n');
    expect(example).toMatch(new RegExp(`^ +repomill ${command}\\b`));
    expect(example?.trimEnd()).not.toContain('\n\n');
  });

  it.each(COMMANDS)('%s has an example that stands in one piece, so that it can be copied', async (command) => {
    const { stdout } = await repomill([command, '--help']);
    const lines = stdout.slice(stdout.indexOf('Examples:')).split('\n');
    const example = lines.find((line) => line.includes(`repomill ${command}`)) ?? '';
    const [commandLine = ''] = example.trim().split(/ {2,}/);
    // A command line that was broken goes on below, in the column of the first.
    const below = lines[lines.indexOf(example) + 1] ?? '';
    expect(below.slice(0, commandLine.length).trim()).toBe('');
  });

  it.each(COMMANDS)('%s tells the meaning of every option', async (command) => {
    const { stdout } = await repomill([command, '--help']);
    const [upToExamples = ''] = stdout.split('\nExamples:\n');
    const options = upToExamples.split('\n').filter((line) => /^ {2,6}(-h, )?--\w/.test(line));
    expect(options.length).toBeGreaterThanOrEqual(2);
    for (const option of options) expect(option).toMatch(/^ +(-h, )?--[\w-]+ {2,}[A-Z]/);
  });

  it('is printed without a terminal’s colours', async () => {
    for (const command of COMMANDS) {
      const { stdout } = await repomill([command, '--help'], {
        environment: { FORCE_COLOR: '1', TERM: 'xterm-256color' },
      });
      expect(stdout).not.toContain('\u001b');
    }
  });

  it('is in English whatever the locale', async () => {
    const german = await repomill(['build', '--help'], { environment: { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' } });
    expect(german).toEqual(await repomill(['build', '--help']));
  });
});

describe('repomill --version', () => {
  it('prints the version of package.json', async () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    const { version }: { readonly version: string } = JSON.parse(text);
    expect(await repomill(['--version'])).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });
});
