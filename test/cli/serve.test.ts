import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Run, startRepomill } from '../launcher.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const root = makeWorkspace();

/** Serves a directory with one file until the URL is known. */
async function serveOnce(file: string): Promise<Run> {
  const directory = writeFiles(join(root, file), { [file]: 'x' });
  const { process, ended } = startRepomill(['serve', directory, '--port', '0']);
  if (process.stdout !== null) await Promise.race([once(process.stdout, 'data'), ended]);
  process.kill('SIGTERM');
  return ended;
}

describe('repomill serve', () => {
  it('prints the URL, and how flatpak finds the repository there', async () => {
    const { exitCode, stdout, stderr } = await serveOnce('summary.idx');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(stderr).toContain(`\n  flatpak remote-add --user --no-gpg-verify preview ${stdout}`);
  });

  it('says nothing of flatpak where there is no index for it', async () => {
    const { exitCode, stderr } = await serveOnce('index.json');
    expect([exitCode, stderr.includes('flatpak')]).toEqual([0, false]);
    expect(stderr).toContain('Ctrl+C stops');
  });
});
