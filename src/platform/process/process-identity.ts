/**
 * Which process this is, in a form that a later process can check, perhaps in a different container or on a different
 * machine: a process ID says nothing outside its PID namespace, and nothing after it was used again.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process of some system. Parts that a system does not have are empty. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in ticks since its system did: a process ID that was used again has a different start. */
  readonly start: string;
  /** The boot of the system (not on macOS and Windows), its PID namespace, and its host name. No spaces. */
  readonly system: string;
}

/** What can be said of a process: `unknown` for one that cannot be looked up from here. */
export type ProcessState = 'running' | 'gone' | 'unknown';

let own: ProcessIdentity | undefined;

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  own ??= { pid: process.pid, start: startOf('self'), system: ownSystem() };
  return own;
}

/** Whether a process still runs. */
export function stateOfProcess({ pid, start, system }: ProcessIdentity): ProcessState {
  if (system !== ownIdentity().system) return 'unknown';
  if (isProcessGone(pid)) return 'gone';
  const found = startOf(pid);
  // Without a start time, the process ID may have been used again.
  if (start === '' || found === '') return 'unknown';
  return found === start ? 'running' : 'gone';
}

/** Whether this PID namespace has no process with that ID. */
export function isProcessGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'ESRCH';
  }
}

function ownSystem(): string {
  const boot = readOrEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = readOrEmpty(() => readlinkSync('/proc/self/ns/pid'));
  return `${boot}/${namespace}/${hostname()}`.replaceAll(/\s/g, '_');
}

/** The 22nd field of /proc/PID/stat (proc(5)). The second one, a name in parentheses, may contain anything. */
function startOf(pid: number | 'self'): string {
  const stat = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
