import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type GpgOutcome, type GpgWork, runGpg } from '../../src/platform/openpgp/gpg.ts';
import { failureOf } from '../failure.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const work: GpgWork = { subject: 'key K', homedir: undefined, args: [] };

describe('runGpg', () => {
  it('passes the input, and returns the output', async () => {
    const input = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251);
    const { ok, output } = await withGpg('process.stdin.pipe(process.stdout);', () => runGpg({ ...work, input }));
    expect(ok).toBe(true);
    expect(Buffer.compare(output, input)).toBe(0);
  });

  it('passes the passphrase on a line before the input, not as an argument', async () => {
    const program = 'console.error(process.argv.join(" ")); process.stdin.pipe(process.stdout);';
    const input = new TextEncoder().encode('input');
    const outcome = await withGpg(program, () => runGpg({ ...work, input, passphrase: 'open sesame' }));
    expect(new TextDecoder().decode(outcome.output)).toBe('open sesame\ninput');
    expect(outcome.lastLine).toContain('--passphrase-fd 0');
    expect(outcome.lastLine).not.toContain('sesame');
  });

  it('passes arguments unchanged', async () => {
    const args = ['$(id)', '"; exit 1', 'a b', '*'];
    const program = 'console.error(JSON.stringify(process.argv.slice(-4)));';
    const outcome = await withGpg(program, () => runGpg({ ...work, args }));
    expect(JSON.parse(outcome.lastLine)).toEqual(args);
  });

  it('separates status lines from lines for people', async () => {
    const program =
      'console.error("gpg: first\\n[GNUPG:] IMPORT_OK 17 AB\\ngpg: last\\n[GNUPG:] NODATA"); process.exitCode = 2;';
    const { ok, status, lastLine } = await withGpg(program, () => runGpg(work));
    expect({ ok, status, lastLine }).toEqual({
      ok: false,
      status: [
        { keyword: 'IMPORT_OK', args: ['17', 'AB'] },
        { keyword: 'NODATA', args: [] },
      ],
      lastLine: 'gpg: last',
    });
  });

  it('is not a success if the program is killed, and says so if the program wrote nothing', async () => {
    const { ok, lastLine } = await withGpg('process.kill(process.pid, "SIGKILL");', () => runGpg(work));
    expect({ ok, lastLine }).toEqual({ ok: false, lastLine: 'gpg: ended with exit code 137' });
  });

  it('survives a program that does not read its input', async () => {
    const input = new Uint8Array(10_000_000);
    const { ok, lastLine } = await withGpg('console.error("gpg: no"); process.exit(2);', () =>
      runGpg({ ...work, input }),
    );
    expect({ ok, lastLine }).toEqual({ ok: false, lastLine: 'gpg: no' });
  });

  it.each(['stdout', 'stderr'])('stops a program that writes to %s forever', async (stream) => {
    const program = `const more = () => process.${stream}.write(Buffer.alloc(1_000_000, 10), more); more();`;
    expect(await failureOf(withGpg(program, () => runGpg(work)))).toMatchObject({
      code: 'transport',
      message: `key K: gpg: expected at most ${stream === 'stdout' ? 64 : 4}000000 bytes of output, found more`,
    });
  });

  it('ends a program that waits for a person when the signal is aborted', async () => {
    const controller = new AbortController();
    const pidFile = join(workspace, 'pid');
    const program = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`;
    const running = withGpg(program, () => runGpg({ ...work, signal: controller.signal }));
    const pid = await vi.waitFor(() => {
      const read = Number(readFileSync(pidFile, 'utf8'));
      expect(read).toBeGreaterThan(0);
      return read;
    }, 10_000);
    controller.abort(new Error('enough'));
    const failure = await failureOf(running);
    expect(failure).toMatchObject({ code: 'interrupted', cause: new Error('enough') });
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000);
  });

  it('starts no program if the signal is aborted already', async () => {
    const running = withPath(join(workspace, 'nothing'), () => runGpg({ ...work, signal: AbortSignal.abort() }));
    expect(await failureOf(running)).toMatchObject({ code: 'interrupted' });
  });

  it('says what to install if there is no such program', async () => {
    const failure = await failureOf(withPath(join(workspace, 'nothing'), () => runGpg(work)));
    expect(failure).toMatchObject({ code: 'usage', message: 'key K: gpg: no such program' });
    expect(failure.hint).toBe('install GnuPG, or sign with a key in a file');
  });

  it('is a transport error if the program cannot be run', async () => {
    const directory = writeFiles(join(workspace, 'locked'), { gpg: 'not a program' });
    chmodSync(join(directory, 'gpg'), 0o600);
    expect(await failureOf(withPath(directory, () => runGpg(work)))).toMatchObject({
      code: 'transport',
      message: expect.stringMatching(/^key K: gpg: cannot be run: /),
    });
  });
});

/** Has a program of this text in the place of gpg. */
function withGpg(program: string, run: () => Promise<GpgOutcome>): Promise<GpgOutcome> {
  const directory = writeFiles(join(workspace, 'bin'), { gpg: `#!${process.execPath}\n${program}\n` });
  chmodSync(join(directory, 'gpg'), 0o700);
  return withPath(directory, run);
}

async function withPath<T>(path: string, run: () => Promise<T>): Promise<T> {
  const { PATH } = process.env;
  process.env.PATH = path;
  try {
    return await run();
  } finally {
    process.env.PATH = PATH;
  }
}
