/**
 * flatpak's own installed tests (Debian's package flatpak-tests), with repomill in place of `flatpak build-update-repo` and of the
 * summaries that other commands write (`installed/flatpak`). They are run as they are, except for two assertions that look for files
 * which repomill keeps on purpose. The variants with the old summary alone are not run: repomill always writes an index.
 *
 * In a container without user namespaces, flatpak's tests of build-update-repo, repo, sideload, subset, unused and
 * update-remote-configuration skip themselves, with flatpak too: they install apps by bubblewrap. Each says so here.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../../workspace.ts';
import { requirePeer, requireProgram } from '../programs.ts';
import { requireFlatpak } from './programs.ts';

const INSTALLED = '/usr/libexec/installed-tests/Flatpak';
const STAND_IN = fileURLToPath(new URL('installed', import.meta.url));
const LAUNCHER = fileURLToPath(new URL('../../../bin/repomill.js', import.meta.url));

/** The slowest takes a minute with flatpak alone, and most of it sleeping. */
const TIMEOUT = 900_000;

const isPresent = [
  requireFlatpak(),
  requirePeer('the package flatpak-tests', existsSync(join(INSTALLED, 'libtest.sh'))),
  ...['bash', 'dbus-daemon', 'ostree', 'python3', 'realpath'].map(requireProgram),
].every(Boolean);

/** A test, and in whose installation it installs: flatpak's own names for both. */
const TESTS = [
  'test-repo@user',
  'test-unused',
  'test-summaries@user',
  'test-sideload@user',
  'test-update-remote-configuration@newsummary',
  'test-build-update-repo',
  'test-subset@user',
  'test-info@user',
  'test-prune',
  'test-repair',
];

/**
 * Deltas to the summaries of the previous index are kept for clients that still get it from a cache. flatpak's test counts every
 * delta, and none that leads to an older summary may be there; in the copy, those are neither counted nor looked for.
 */
function relax(text: string): string {
  const strict = /(\[\[ "\$ACTIVE_SUBSETS" != \*"\$TO"\* \]\]; then\n\s*)assert_not_reached/;
  expect(text).toMatch(strict);
  return text.replace(strict, '$1continue');
}

/** The log of the tests' server is written through a pipe, so on a busy machine it is behind: the copy waits for it. */
function patiently(text: string): string {
  return `${text}
eval "strict_$(declare -f assert_file_has_content)"
assert_file_has_content () {
    for attempt in $(seq 100); do
        if [ "$1" != httpd-log ] || grep -q -e "$2" "$1"; then break; fi
        sleep 0.1
    done
    strict_assert_file_has_content "$@"
}
`;
}

const CHANGED: Readonly<Record<string, (text: string) => string>> = {
  'test-summaries.sh': relax,
  'libtest.sh': patiently,
};

describe.skipIf(!isPresent)('flatpak’s own tests pass with repomill in place of build-update-repo', () => {
  let workspace = '';
  beforeAll(() => {
    workspace = mkdtempSync(join(tmpdir(), 'repomill-test-'));
    const tests = join(workspace, 'tests');
    mkdirSync(tests);
    for (const file of readdirSync(INSTALLED)) {
      const change = CHANGED[file];
      if (change === undefined) symlinkSync(join(INSTALLED, file), join(tests, file));
      else writeFiles(tests, { [file]: change(readFileSync(join(INSTALLED, file), 'utf8')) });
    }
    writeFiles(workspace, { repomill: `#!/bin/sh\nexec '${process.execPath}' '${LAUNCHER}' "$@"\n` });
    chmodSync(join(workspace, 'repomill'), 0o755);
  });
  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  it.each(TESTS)('%s', { timeout: TIMEOUT }, async (name) => {
    const builds = join(workspace, `${name}.builds`);
    const { exitCode, output } = await runInstalled(name, builds);
    const skipped = /^1\.\.0 # SKIP (.*)$/m.exec(output)?.[1];
    if (skipped !== undefined) {
      process.stderr.write(`SKIPPED: flatpak’s ${name} does not run on this machine: ${skipped}\n`);
      return;
    }
    const planned = Number(/^1\.\.(\d+)/m.exec(output)?.[1]);
    const passed = output.match(/^ok /gm)?.length ?? 0;
    const end = output.split('\n').slice(-60).join('\n');
    expect({ exitCode, passed, isPlanned: planned > 0 }, end).toEqual({
      exitCode: 0,
      passed: planned,
      isPlanned: true,
    });
    expect(readFileSync(builds, 'utf8')).toMatch(/^(?:build-[a-z-]+ \S+\n)+$/);
  });

  /** Runs one test in an empty directory of its own, as ginstest-runner does. */
  async function runInstalled(
    name: string,
    builds: string,
  ): Promise<{ readonly exitCode: number | null; readonly output: string }> {
    const tests = join(workspace, 'tests');
    const cwd = join(workspace, name);
    mkdirSync(cwd);
    const words = name.includes('@')
      ? [join(tests, 'test-wrapper.sh'), `${join(tests, name)}.wrap`, '--tap']
      : [`${join(tests, name)}.sh`, '--tap'];
    const child = spawn('bash', words, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{ LC_ALL: 'C.UTF-8', HOME: workspace, G_TEST_SRCDIR: tests, G_TEST_BUILDDIR: tests },
        PATH: [STAND_IN, process.env.PATH].join(delimiter),
        REAL_FLATPAK: flatpakProgram(),
        ...{ REPOMILL: join(workspace, 'repomill'), REPOMILL_BUILDS: builds },
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    await once(child, 'close');
    return { exitCode: child.exitCode, output };
  }
});

function flatpakProgram(): string {
  const directories = (process.env.PATH ?? '').split(delimiter);
  const found = directories.map((directory) => join(directory, 'flatpak')).find((file) => existsSync(file));
  if (found === undefined) throw new Error('no flatpak on the PATH');
  return found;
}
