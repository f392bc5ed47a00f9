/**
 * The apts that the tests run: the machine's own, and that of Debian 13 (apt 3), whose packages the machine's apt downloads and
 * which runs unmodified in a root of its own. That root is made once, takes a few seconds, and needs no privileges.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requirePeer, requireProgram } from '../programs.ts';
import { makeAptDirectory } from './apt-directory.ts';

/** An apt that tests can run. */
export interface Apt {
  /** `apt 2.6.2`. */
  readonly title: string;
  /** Its root directory, as the tests see it; empty for the machine's own. Whatever it reads and writes is below. */
  readonly root: string;
  /** The words that run one of its programs in a directory, as the program sees it. */
  command(program: string, words: readonly string[], cwd: string): readonly string[];
}

/** Where the root of apt 3 is kept from run to run; `npm ci` removes it. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/repomill', import.meta.url));

/** Debian's archive, and the keys that sign it. */
const MIRROR = 'http://deb.debian.org/debian';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const SUITE = 'trixie';

/** apt itself, what verifies signatures for it, and the links of `/lib` and the like. */
const PACKAGES = ['apt', 'sqv', 'dpkg', 'base-files', 'ca-certificates'];

/** Whether the machine has what all tests of this folder need. Loud where it has not, as in `requireProgram`. */
export function requireApt(): boolean {
  const programs = ['apt-get', 'apt-cache', 'apt-ftparchive', 'gpg', 'gpg-agent', 'gpgconf', 'gpgv', 'gzip', 'xz'];
  return programs.map(requireProgram).every(Boolean);
}

/** Every apt that can run here. Loud about one that cannot. Call it only where `requireApt` is true. */
export function findApts(): readonly Apt[] {
  const third = openApt3();
  requirePeer('apt 3 (of Debian 13)', third !== undefined);
  return third === undefined ? [ownApt()] : [ownApt(), third];
}

function ownApt(): Apt {
  const command: Apt['command'] = (program, words, cwd) => ['env', `--chdir=${cwd}`, program, ...words];
  return { title: titleOf(command), root: '', command };
}

/** Undefined where it cannot be made or does not run. */
function openApt3(): Apt | undefined {
  const root = join(CACHE, `apt-${SUITE}`);
  const complaints: string[] = [];
  try {
    if (!existsSync(root)) makeRoot(root);
    for (const change of changesOfRoot()) {
      const command: Apt['command'] = (program, words, cwd) => [
        ...change,
        `--root=${root}`,
        `--wd=${cwd}`,
        `/usr/bin/${program}`,
        ...words,
      ];
      try {
        return { title: titleOf(command), root, command };
      } catch (error) {
        complaints.push(String(error));
      }
    }
  } catch (error) {
    complaints.push(String(error));
  }
  process.stderr.write(`apt 3 does not run here:\n${complaints.join('\n')}\n`);
  return undefined;
}

/** Ways to change the root: an ordinary user needs a namespace of users, or where that is not allowed, sudo without a password. */
function changesOfRoot(): readonly (readonly string[])[] {
  const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (user === 0) return [['unshare']];
  return [
    ['unshare', '--map-root-user'],
    ['sudo', '--non-interactive', '--preserve-env', 'unshare', `--setuid=${user}`, `--setgid=${group}`],
  ];
}

/** `apt 3.0.4 (amd64)` without the arch. */
function titleOf(command: Apt['command']): string {
  const [, title] = /^(apt \S+)/.exec(run(command('apt-get', ['--version'], '/'))) ?? [];
  if (title === undefined) throw new Error('apt-get --version: expected the version of apt');
  return title;
}

/** Downloads the packages with all that they depend on, and unpacks them. Another process may do the same meanwhile. */
function makeRoot(root: string): void {
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'unfinished-'));
  try {
    const client = join(work, 'client');
    cpSync(KEYRING, join(work, 'debian.gpg'));
    const config = makeAptDirectory(client, { arch: hostArch() });
    const source = `deb [signed-by=${join(work, 'debian.gpg')}] ${MIRROR} ${SUITE} main\n`;
    writeFileSync(join(client, 'etc/apt/sources.list'), source);
    const environment = { ...process.env, APT_CONFIG: config, LC_ALL: 'C.UTF-8' };
    run(['apt-get', '-qq', 'update'], environment);
    const words = ['-qq', '-y', '--no-install-recommends', '--download-only', 'install', ...PACKAGES];
    run(['apt-get', ...words], environment);
    const unfinished = join(work, 'root');
    mkdirSync(unfinished);
    const archives = join(client, 'var/cache/apt/archives');
    for (const deb of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
      run(['dpkg-deb', '-x', join(archives, deb), unfinished]);
    }
    // A file takes what apt writes to it as well as a device does.
    writeFileSync(join(unfinished, 'dev/null'), '');
    chmodSync(join(unfinished, 'dev/null'), 0o666);
    mkdirSync(join(unfinished, 'clients'));
    for (const open of ['clients', 'tmp']) chmodSync(join(unfinished, open), 0o1777);
    install(unfinished, root);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Moves the root into its place, unless another process was faster. */
function install(unfinished: string, root: string): void {
  try {
    renameSync(unfinished, root);
  } catch (error) {
    if (!existsSync(root)) throw error;
  }
}

function hostArch(): string {
  return run(['dpkg', '--print-architecture']).trim();
}

function run(words: readonly string[], environment: NodeJS.ProcessEnv = process.env): string {
  const [program = '', ...rest] = words;
  const { status, stdout, stderr, error } = spawnSync(program, rest, { encoding: 'utf8', env: environment });
  if (status === 0) return stdout;
  throw new Error(`${words.join(' ')}: ${error?.message ?? `ended with ${status}: ${stderr.trim()}`}`);
}
