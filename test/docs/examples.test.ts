/**
 * Every example runs, and prints exactly what its `expected.txt` says. After a change that was meant, `vitest -u` writes
 * these files anew.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadBsdiff } from '../../src/platform/bsdiff.ts';
import { requirePeer, requireProgram } from '../interop/programs.ts';
import { makeWorkspace } from '../workspace.ts';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));
const examples = readdirSync(folder)
  .filter((name) => /^\d\d-/.test(name))
  .sort();
const workspace = makeWorkspace();
const makesDeltas = requirePeer('bsdiff-node', 'make' in (await loadBsdiff()));
const hasBash = requireProgram('bash');

describe.skipIf(!makesDeltas || !hasBash)('examples', () => {
  for (const name of examples) {
    const script = join(folder, name, 'run.sh');
    const missing = neededPrograms(script).filter((program) => !requireProgram(program));

    it.skipIf(missing.length > 0)(`${name} prints its expected.txt, in any directory`, async () => {
      const expected = join(folder, name, 'expected.txt');
      // Without CI=1, vitest writes a file that is missing, and is content.
      expect(existsSync(expected), `${expected} is missing; \`vitest run -u\` changes one that exists`).toBe(true);
      await expect(await run(script, name)).toMatchFileSnapshot(expected);
    });
  }

  it('are all in the table of README.md', () => {
    const rows = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| \[(.+?)\]\((.+?)\) \|/gm);
    expect([...rows].map(([, text, link]) => [text, link])).toEqual(examples.map((name) => [name, name]));
  });
});

/** The programs that a script names in its line `# Needs: …`. */
function neededPrograms(script: string): readonly string[] {
  const [, line] = /^# Needs: (.+)$/m.exec(readFileSync(script, 'utf8')) ?? [];
  return line?.split(' ') ?? [];
}

/** What the script prints; rejects where it fails. The directory that it is given is relative and not there yet. */
async function run(script: string, out: string): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await promisify(execFile)('bash', [script, out], { cwd: workspace, env });
  return stdout;
}
