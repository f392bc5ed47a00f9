import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Run, startRepomill } from '../launcher.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const root = makeWorkspace();

/** Serves a directory with one file, and sends a signal the moment the URL arrives. */
async function serveOnce(file: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<Run> {
  const directory = writeFiles(join(root, file), { [file]: 'x' });
  const { process, ended } = startRepomill(['serve', directory, '--port', '0']);
  process.stdout?.once('data', () => process.kill(signal));
  return ended;
}

describe('repomill serve', () => {
  it('prints the URL, and how to add the repository to flatpak', async () => {
    const { exitCode, stdout, stderr } = await serveOnce('summary.idx');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(stderr).toContain(`\n  flatpak remote-add --user --no-gpg-verify preview ${stdout}`);
  });

  it('does not mention flatpak if there is no index for it', async () => {
    const { exitCode, stderr } = await serveOnce('index.json');
    expect([exitCode, stderr.includes('flatpak')]).toEqual([0, false]);
    expect(stderr).toContain('press Ctrl+C to stop');
  });

  it('says so of a directory without a tree, and serves it', async () => {
    const { exitCode, stderr } = await serveOnce('page.html');
    expect([exitCode, stderr.split('\n')[1]]).toEqual([
      0,
      `no published tree in ${join(root, 'page.html')}: expected index.json or summary.idx`,
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('shuts down cleanly on a %s that arrives with the URL', async (signal) => {
    const { exitCode, signal: killedBy, stdout } = await serveOnce('index.json', signal);
    expect([exitCode, killedBy]).toEqual([0, null]);
    expect(stdout).toMatch(/^http:/);
  });
});
