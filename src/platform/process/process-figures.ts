/** What this process has, and has taken so far. Read by the command line alone; nothing that is published depends on it. */
import { availableParallelism } from 'node:os';

/** Times in seconds, memory in bytes. */
export interface ProcessFigures {
  /** Since the process began. */
  readonly elapsed: number;
  /** Of all threads. */
  readonly cpu: number;
  /** The most memory that the process has had resident. */
  readonly peakMemory: number;
}

/** The figures of this moment. */
export function processFigures(): ProcessFigures {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    elapsed: performance.now() / 1000,
    cpu: (userCPUTime + systemCPUTime) / 1e6,
    peakMemory: maxRSS * 1024,
  };
}

/** How many threads can run at the same time. */
export function processorCount(): number {
  return availableParallelism();
}
