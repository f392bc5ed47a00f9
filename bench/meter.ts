/**
 * Three ways to learn what a process took, best first: GNU time (the kernel's own count when the process ends), `/proc` (its
 * high-water mark, read while it runs; of the process alone, without its children), and nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

/** What the kernel counted. */
export interface Usage {
  /** User and system. */
  readonly cpuSeconds?: number;
  /** Peak resident memory. */
  readonly peakBytes?: number;
}

/** Learns what a process took. One process at a time. */
export interface Meter {
  readonly name: string;
  /** The command to start in the place of this one. */
  wrap(command: readonly string[]): readonly string[];
  /** Called when the process has started; the answer is called when it has ended. */
  watch(pid: number | undefined): () => Usage;
}

const GNU_TIME = '/usr/bin/time';

/** How often `/proc` is read, in milliseconds. The high-water mark misses only what grows after the last look. */
const LOOK_EVERY = 10;

/** The best meter that this machine has. `report` is a file that it may write. */
export function chooseMeter(report: string): Meter {
  const gnu = gnuTime(report);
  const [program = '', ...words] = gnu.wrap(['true']);
  if (existsSync(GNU_TIME) && spawnSync(program, words).status === 0 && parseGnuTime(read(report)) !== undefined) {
    return gnu;
  }
  return existsSync('/proc/self/status') ? procfs() : noMeter();
}

function gnuTime(report: string): Meter {
  return {
    name: 'GNU time',
    wrap: (command) => {
      rmSync(report, { force: true });
      return [GNU_TIME, '-q', '-f', '%U %S %M', '-o', report, ...command];
    },
    watch: () => () => parseGnuTime(read(report)) ?? {},
  };
}

/** Reads the line that GNU time writes for `%U %S %M`: seconds, seconds, KiB. */
export function parseGnuTime(text: string): Usage | undefined {
  const [, user, system, peak] = /^([\d.]+) ([\d.]+) (\d+)\n$/.exec(text) ?? [];
  if (user === undefined || system === undefined || peak === undefined) return undefined;
  return { cpuSeconds: Number(user) + Number(system), peakBytes: Number(peak) * 1024 };
}

function procfs(): Meter {
  return {
    name: '/proc (peak memory alone)',
    wrap: (command) => command,
    watch: (pid) => {
      let peak: number | undefined;
      const look = (): void => {
        peak = parseHighWater(read(`/proc/${pid}/status`)) ?? peak;
      };
      const timer = setInterval(look, LOOK_EVERY);
      look();
      return () => {
        clearInterval(timer);
        return peak === undefined ? {} : { peakBytes: peak };
      };
    },
  };
}

/** Reads the peak, in bytes, from `/proc/PID/status`. */
export function parseHighWater(text: string): number | undefined {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(text) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

function noMeter(): Meter {
  return { name: 'none (wall time alone)', wrap: (command) => command, watch: () => () => ({}) };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
