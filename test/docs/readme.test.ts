/**
 * The README's console blocks are run, in order, and must print what the README says.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadBsdiff } from '../../src/platform/bsdiff.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'repomill-readme-'));
symlinkSync(join(root, 'examples'), join(directory, 'examples'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Step {
  readonly command: string;
  readonly output: string;
}

/** Commands of a console block, each with the output that follows it. */
function stepsOf(block: string): readonly Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...output] = step.trimEnd().split('\n');
      return { command, output: output.join('\n') };
    });
}

const blocks = [...readme.matchAll(/```console\n(.*?)```/gs)].map(([, block = '']) => stepsOf(block));

// Installing and testing are what brought us here; a server would not stop; a live site is not at hand.
function isRunnable({ command }: Step): boolean {
  return !/^npm test|repomill serve|https?:/.test(command);
}

const canMakeDeltas = 'make' in (await loadBsdiff());

describe('README.md', () => {
  it.skipIf(!canMakeDeltas)('shows what its commands print', () => {
    const [first = []] = blocks;
    expect(first.length).toBe(3);
    for (const { command, output } of first) expect(run(command)).toBe(output);
  });

  it('shows commands that work', () => {
    const steps = blocks.slice(1).flat().filter(isRunnable);
    expect(steps.length).toBeGreaterThan(2);
    for (const { command, output } of steps) {
      const printed = run(command);
      if (output !== '') expect(printed).toBe(output);
    }
  });

  it('names every command that there is', () => {
    const help = run('npx repomill --help');
    const [commands = ''] = help.split('\nOptions:\n');
    const names = [...commands.matchAll(/^ {2}repomill (\w+)/gm)].map(([, name]) => name);
    expect(names.length).toBe(10);
    for (const name of names) expect(readme).toContain(`\`${name}`);
  });
});

function run(command: string): string {
  const [, from, to] = /^cp -r (\S+) (\S+)$/.exec(command) ?? [];
  if (from !== undefined && to !== undefined) {
    cpSync(join(directory, from), join(directory, to), { recursive: true });
    return '';
  }
  const words = command
    .replace(/^npm ci && /, '')
    .replace(/^npx repomill /, '')
    .split(' ');
  const result = spawnSync(process.execPath, [join(root, 'bin/repomill.js'), ...words], {
    cwd: directory,
    encoding: 'utf8',
  });
  expect({ command, status: result.status }, result.stderr).toEqual({ command, status: 0 });
  return result.stdout.trimEnd();
}
