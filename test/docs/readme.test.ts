/**
 * The README's console blocks are run, in order, and must print what the README says.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { loadBsdiff } from '../../src/platform/bsdiff.ts';
import { requireProgram } from '../interop/programs.ts';
import { openDesk, readPage, type Step } from './markdown-page.ts';

const steps = readPage('README.md').filter((part) => part.kind === 'command');
const desk = openDesk();
afterAll(() => desk.remove());

// Testing is what brought us here, and a server would not stop.
function isRunnable({ command }: Step): boolean {
  return !/^npm test|repomill serve/.test(command);
}

const canMakeDeltas = 'make' in (await loadBsdiff());

describe.skipIf(!requireProgram('bash'))('README.md', () => {
  it.skipIf(!canMakeDeltas)('shows what its commands print', () => {
    const shown = steps.slice(0, 3);
    for (const { command, output } of shown)
      expect({ command, ...desk.run(command) }).toEqual({ command, status: 0, output });
    expect(shown.every(({ output }) => output !== '')).toBe(true);
  });

  it('shows commands that work', () => {
    const others = steps.slice(3).filter(isRunnable);
    expect(others.length).toBeGreaterThan(2);
    for (const { command } of others) expect({ command, ...desk.run(command) }).toMatchObject({ command, status: 0 });
  });
});
