import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repomill } from '../launcher.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';
import { requireProgram } from './programs.ts';

const hasPromtool = requireProgram('promtool');
const root = join(import.meta.dirname, '../..');
const workspace = makeWorkspace();
const file = join(workspace, 'repomill.prom');

/** What promtool says of the metrics file; nothing where all is right. */
function complaints(): string {
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: readFileSync(file),
    encoding: 'utf8',
  });
  return stdout + stderr;
}

describe.skipIf(!hasPromtool)('promtool', () => {
  const out = join(workspace, 'a "tree"');
  it.each<[string, readonly string[], number]>([
    ['a build', ['build', join(root, 'examples/debian'), '--out', out], 0],
    ['a build without change', ['build', join(root, 'examples/debian'), '--out', out], 0],
    ['a build that failed', ['build', join(workspace, 'none'), '--out', out], 1],
    ['an audit', ['verify', out], 0],
    ['a pull', ['pull', out, '--cache', join(workspace, 'copy')], 0],
  ])('accepts the metrics of %s', async (_title, words, exitCode) => {
    const environment = { XDG_CACHE_HOME: join(workspace, 'cache') };
    const run = await repomill([...words, '--metrics', file, '--metrics-format', 'openmetrics'], { environment });
    expect(run).toMatchObject({ exitCode });
    expect(complaints()).toBe('');
  });

  it('accepts the alert rules of docs/operating.md, and they name metrics that there are', () => {
    const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
    const [, rules = ''] = /^```yaml repomill-alerts\.yml\n(.*?)^```$/ms.exec(page) ?? [];
    writeFiles(workspace, { 'alerts.yml': rules });
    expect(execFileSync('promtool', ['check', 'rules', join(workspace, 'alerts.yml')], { encoding: 'utf8' })).toMatch(
      /SUCCESS: [1-9]\d* rules found/,
    );
    const described = readFileSync(join(root, 'src/cli/open-metrics.ts'), 'utf8');
    const named = [...rules.matchAll(/\brepomill_(\w+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !described.includes(`name: '${name}'`))).toEqual([]);
  });
});
