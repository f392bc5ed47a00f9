/** What this process has and what it has used. For the command line alone; nothing that is published depends on it. */
import { availableParallelism } from 'node:os';

/** Times in seconds, memory in bytes. */
export interface ProcessFigures {
  /** Since the process began. */
  readonly elapsed: number;
  /** Of all threads. */
  readonly cpu: number;
  /** The most memory that was resident at any time. */
  readonly peakMemory: number;
}

/** The figures at this moment. */
export function processFigures(): ProcessFigures {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    elapsed: performance.now() / 1000,
    cpu: (userCPUTime + systemCPUTime) / 1e6,
    peakMemory: maxRSS * 1024,
  };
}

/** The number of threads that can run at the same time. */
export function processorCount(): number {
  return availableParallelism();
}

/** Whether npm or npx runs this process, which they tell in its environment. */
export function isRunByNpm(): boolean {
  return process.env.npm_command !== undefined;
}
