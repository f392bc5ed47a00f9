/**
 * Temporary directories. They are removed when the process ends, whether normally, by an error or by a signal; those of a
 * process that was killed, by the next process that makes one.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RepomillError } from '../../errors.ts';
import { atExit } from '../process/process-end.ts';
import { isProcessGone, ownIdentity } from '../process/process-identity.ts';
import { explainFailure } from './system-error.ts';

/** A directory of this process alone. */
export interface TemporaryDirectory {
  readonly path: string;
  /** When it was made, in nanoseconds since 1970 by the clock of the file system, which also stamps other files. */
  readonly madeAt: bigint;
  remove(): Promise<void>;
}

/** Makes a directory. Throws `transport` if it cannot. */
export async function makeTemporaryDirectory(): Promise<TemporaryDirectory> {
  removeAbandoned();
  let path: string;
  try {
    path = await mkdtemp(join(tmpdir(), `${prefix()}${process.pid}-`));
  } catch (cause) {
    const message = `cannot make a directory: ${explainFailure(cause).text}`;
    throw new RepomillError('transport', message, { path: tmpdir(), cause });
  }
  const cancel = atExit(() => removeAtOnce(path));
  return {
    path,
    madeAt: statSync(path, { bigint: true }).mtimeNs,
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      cancel();
    },
  };
}

// When a signal comes, a thread may be in the middle of a write: what it adds meanwhile is removed in the next round.
function removeAtOnce(path: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; round < 50 && existsSync(path); round++) {
    if (round > 0) Atomics.wait(pause, 0, 0, 10);
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // A thread has added a file.
    }
  }
}

// Only a process of the same system can be looked up: directories of other systems, and containers, have other names.
function prefix(): string {
  return `repomill-${createHash('sha256').update(ownIdentity().system).digest('hex').slice(0, 8)}-`;
}

function removeAbandoned(): void {
  const pattern = new RegExp(`^${prefix()}(\\d+)-`);
  try {
    for (const name of readdirSync(tmpdir())) {
      const [, owner] = pattern.exec(name) ?? [];
      if (owner !== undefined && isProcessGone(Number(owner))) rmSync(join(tmpdir(), name), { recursive: true });
    }
  } catch {
    // A different process is removing them too, or they belong to a different user.
  }
}
