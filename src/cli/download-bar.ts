/**
 * Progress of downloads on a terminal: bytes of all files together.
 */
import type { Progress } from '../client/pull/pull-report.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { progressBar } from './progress-bar.ts';

/** Shows what a pull tells. */
export function downloadBar(terminal: Terminal): { show(progress: Progress): void; end(): void } {
  const bar = progressBar(terminal);
  const files = new Map<string, { received: number; total: number }>();
  let total = 0;
  let received = 0;
  return {
    show: (file) => {
      files.set(file.path, { received: file.received, total: file.total ?? file.received });
      const states = [...files.values()];
      const nextTotal = states.reduce((sum, state) => sum + state.total, 0);
      const nextReceived = states.reduce((sum, state) => sum + state.received, 0);
      if (nextTotal === total) bar.advance(nextReceived - received);
      else {
        bar.start('downloading', nextTotal, 'bytes');
        bar.advance(nextReceived);
      }
      total = nextTotal;
      received = nextReceived;
    },
    end: () => bar.end(),
  };
}
