/** The metrics of a build, with everything that could break a text format. */
import type { Metrics } from '../../../src/cli/metrics-document.ts';

export const sampleMetrics: Metrics = {
  command: 'build',
  target: 'a "b"\\c\nd',
  result: 'ok',
  exitCode: 0,
  startedAt: '2026-01-02T03:04:05.000Z',
  finishedAt: '2026-01-02T03:04:06.500Z',
  repomill: '1.2.3',
  figures: { version: 7, packages: 12, updateBytes: 900, changed: 1 },
  seconds: 1.5,
  cpuSeconds: 2.25,
  peakMemory: 70_000_000,
  stages: [
    { stage: 'starting', seconds: 0.1, cpuSeconds: 0.1, peakMemory: 60_000_000 },
    {
      stage: 'reading',
      seconds: 0.4,
      cpuSeconds: 0.5,
      peakMemory: 65_000_000,
      cache: { file: { hits: 2, misses: 1 } },
    },
    {
      stage: 'reading',
      seconds: 1,
      cpuSeconds: 1.65,
      peakMemory: 70_000_000,
      cache: { file: { hits: 1, misses: 0 } },
    },
  ],
};
