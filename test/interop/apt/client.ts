/**
 * The unmodified apt, as a user runs it, in a directory of its own.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../launcher.ts';
import { runProgram, successOf } from '../run-program.ts';
import { makeAptDirectory } from './apt-directory.ts';
import type { Apt } from './apts.ts';
import { parseStanzas, type Stanzas } from './stanzas.ts';

/** A line of `sources.list`. */
export interface AptSource {
  readonly url: string;
  readonly suite?: string;
  readonly components?: readonly string[];
  /** The public key that is trusted, armored or not; without it, none. */
  readonly key?: string | Uint8Array;
  /** Further options in brackets: `trusted=yes`. */
  readonly options?: readonly string[];
  /** Lists of source packages too. */
  readonly withSources?: boolean;
}

/** What a client is made with. */
export interface ClientOptions {
  readonly sources: readonly AptSource[];
  readonly arch?: string;
  /** Settings of apt, such as `Acquire::PDiffs`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A file that `apt-get install` would fetch. */
export interface FetchedFile {
  readonly url: string;
  readonly name: string;
  readonly size: number;
  /** `SHA256:…`, as apt writes it. */
  readonly hash: string;
}

/** A machine with an empty dpkg, whose apt has these sources. */
export interface AptClient {
  /** Runs `apt-get WORDS…` or `apt-cache WORDS…`. Never rejects because of the exit code. */
  run(program: 'apt-get' | 'apt-cache', words: readonly string[]): Promise<Run>;
  /** `apt-get update`. */
  update(): Promise<Run>;
  /** The same, which must succeed and warn of nothing. */
  mustUpdate(): Promise<void>;
  /** What `apt-cache dumpavail` prints: the newest version of every package. */
  available(): Promise<Stanzas>;
  /** What `apt-cache show NAME` prints: every version. */
  show(name: string): Promise<Stanzas>;
  /** The files that `apt-get download` or `apt-get source --download-only` leaves in the current directory, by name. */
  fetch(...words: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  /** `apt-get install --print-uris`. */
  printUris(...names: readonly string[]): Promise<readonly FetchedFile[]>;
  /** The lists that the last update left, by their names; uncompressed. */
  lists(): readonly (readonly [name: string, content: string])[];
  /** Gives it a different list of sources. */
  use(sources: readonly AptSource[]): void;
  /** Adds a file of `sources.list.d`, in the form of deb822. */
  addSourcesFile(name: string, content: string): void;
  remove(): void;
}

/** Makes a client. */
export function makeClient(apt: Apt, options: ClientOptions): AptClient {
  const parent = apt.root === '' ? tmpdir() : join(apt.root, 'clients');
  const directory = mkdtempSync(join(parent, 'repomill-apt-'));
  // As apt sees it, which may have a different root.
  const seenAs = directory.slice(apt.root.length);
  const config = makeAptDirectory(directory, { ...options, seenAs });
  const environment = { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', HOME: seenAs, APT_CONFIG: config };

  const use = (sources: readonly AptSource[]): void => {
    const lines = sources.flatMap((source, place) => {
      const key = `${source.key?.[0] === 0x2d || typeof source.key === 'string' ? 'asc' : 'gpg'}`;
      if (source.key !== undefined) writeFileSync(join(directory, `key-${place}.${key}`), source.key);
      return linesOf(source, source.key === undefined ? undefined : join(seenAs, `key-${place}.${key}`));
    });
    writeFileSync(join(directory, 'etc/apt/sources.list'), lines.join(''));
  };
  use(options.sources);

  const run = (program: string, words: readonly string[], cwd = seenAs): Promise<Run> => {
    const [first = program, ...rest] = apt.command(program, words, cwd);
    return runProgram(first, rest, environment);
  };
  const mustRun = async (program: string, ...words: readonly string[]): Promise<string> =>
    successOf(await run(program, words), [program, ...words].join(' '));

  return {
    run,
    update: () => run('apt-get', ['update']),
    mustUpdate: async () => {
      const { stderr, ...result } = await run('apt-get', ['update']);
      if (result.exitCode !== 0 || /^[WEN]:/m.test(stderr)) {
        throw new Error(`apt-get update: ended with ${result.exitCode}\n${stderr}${result.stdout}`);
      }
    },
    available: async () => parseStanzas(await mustRun('apt-cache', 'dumpavail')),
    show: async (name) => parseStanzas(await mustRun('apt-cache', 'show', name)),
    fetch: async (...words) => {
      const folder = join(directory, 'downloads');
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      successOf(await run('apt-get', words, join(seenAs, 'downloads')), ['apt-get', ...words].join(' '));
      return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
    },
    printUris: async (...names) => {
      const words = [
        '--quiet=2',
        '--yes',
        '--no-install-recommends',
        '-o',
        'Acquire::ForceHash=SHA256',
        '--print-uris',
        'install',
        ...names,
      ];
      return (await mustRun('apt-get', ...words))
        .split('\n')
        .filter((line) => line !== '')
        .map(parseFetchedFile);
    },
    lists: () => {
      const folder = join(directory, 'var/lib/apt/lists');
      const files = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
      return files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    },
    use,
    addSourcesFile: (name, content) => writeFileSync(join(directory, 'etc/apt/sources.list.d', name), content),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function linesOf(source: AptSource, key: string | undefined): readonly string[] {
  const { url, suite = 'stable', components = ['main'], options = [], withSources = false } = source;
  const all = [...(key === undefined ? [] : [`signed-by=${key}`]), ...options];
  const rest = `${all.length === 0 ? '' : `[${all.join(' ')}] `}${url} ${suite} ${components.join(' ')}\n`;
  return ['deb', ...(withSources ? ['deb-src'] : [])].map((kind) => `${kind} ${rest}`);
}

/** `'http://…' hello_1_amd64.deb 1234 SHA256:…`. */
function parseFetchedFile(line: string): FetchedFile {
  const [, url = '', name = '', size = '', hash = ''] = /^'(.*)' (\S+) (\d+) (\S*)$/.exec(line) ?? [];
  if (url === '') throw new Error(`apt-get --print-uris: expected a URL, found ${JSON.stringify(line)}`);
  return { url, name, size: Number(size), hash };
}
