/**
 * What every case is given: the folder to work in, the releases of Debian, ours as a step, and a server that ends by itself.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Step } from './contest.ts';
import { type DebianReleases, debianReleases } from './debian-releases.ts';
import { environmentOf } from './measure.ts';
import { Workshop } from './workshop.ts';

/** What every case is given. */
export interface Bench {
  /** Small data, to see that everything runs; its figures say nothing. */
  readonly quick: boolean;
  readonly workshop: Workshop;
  readonly debian: DebianReleases;
  /** The root of the checkout. */
  readonly checkout: string;
  /** Changes with every change of the program: the stamp of data that it made. */
  readonly program: string;
  /** `repomill WORDS…` as a process of its own, with this folder as its user's cache. */
  readonly repomill: (words: readonly string[], cacheHome: string) => Step;
  /** Runs a step that is not measured. Throws where it fails. */
  readonly run: (step: Step) => void;
  /** Serves a folder on 127.0.0.1 until the case is over; resolves to its URL. */
  readonly serve: (directory: string) => Promise<string>;
  /** Ends what `serve` started, and removes what the case scratched. */
  readonly leave: () => Promise<void>;
}

/** What the command line chose. */
export interface BenchSettings {
  readonly quick: boolean;
  readonly data: string;
  readonly debian?: string;
  readonly checkout: string;
}

/** Opens the folder and gets everything ready. */
export function openBench({ quick, data, debian, checkout }: BenchSettings): Bench {
  const workshop = new Workshop(data);
  const launcher = join(checkout, 'bin', 'repomill.js');
  const home = join(workshop.directory, 'home');
  mkdirSync(home, { recursive: true });
  const servers: ChildProcess[] = [];
  const repomill = (words: readonly string[], cacheHome: string): Step => ({
    program: process.execPath,
    words: [launcher, ...words],
    environment: { XDG_CACHE_HOME: cacheHome },
  });
  return {
    quick,
    workshop,
    debian: debianReleases({ workshop, quick, ...(debian === undefined ? {} : { folder: debian }) }),
    checkout,
    program: digestOfFiles(join(checkout, 'dist')),
    repomill,
    run: (step) => {
      step.before?.();
      const output = execFileSync(step.program, step.words, {
        env: environmentOf(step, home),
        maxBuffer: 1 << 30,
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(step.cwd === undefined ? {} : { cwd: step.cwd }),
      });
      if (step.outputTo !== undefined) writeFileSync(step.outputTo, output);
    },
    serve: async (directory) => {
      const { program, words } = repomill(['serve', directory, '--port', '0'], workshop.scratch('server-cache'));
      const server = spawn(program, words, { stdio: ['ignore', 'pipe', 'ignore'] });
      servers.push(server);
      for await (const line of createInterface({ input: server.stdout })) return line.replace(/\/$/, '');
      throw new Error(`repomill serve ${directory}: expected a URL, found the end of its output`);
    },
    leave: async () => {
      for (const server of servers.splice(0)) {
        const ended = once(server, 'exit');
        if (server.exitCode === null && server.kill()) await ended;
      }
      workshop.clear();
    },
  };
}

/** One digest for all files of a folder: their paths and their bytes. */
function digestOfFiles(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    hash.update(file.slice(folder.length)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}
