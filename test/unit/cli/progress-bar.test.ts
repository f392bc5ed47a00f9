import { describe, expect, it } from 'vitest';
import { progressBar } from '../../../src/cli/progress-bar.ts';
import type { Terminal } from '../../../src/platform/process/terminal.ts';

/** A terminal that remembers what was written, and a clock to set. */
function desk(options: Partial<Terminal> = {}) {
  const lines: string[] = [];
  const notes: string[] = [];
  const clock = { seconds: 0 };
  const terminal: Terminal = {
    data: () => undefined,
    note: (line) => void notes.push(line),
    overwrite: (line) => void lines.push(line),
    interactive: true,
    columns: 60,
    unicode: false,
    style: (_style, text) => text,
    noteStyle: (_style, text) => text,
    ...options,
  };
  return { lines, notes, clock, bar: progressBar(terminal, () => clock.seconds) };
}

describe('progressBar', () => {
  it('redraws one line that fits the terminal, and clears it at the end', () => {
    const { bar, lines } = desk({ columns: 46 });
    bar.start('reading', 100_000_000, 'bytes');
    for (let i = 0; i < 100; i++) bar.advance(1_000_000);
    bar.end();
    expect(lines).toHaveLength(102);
    expect(lines.filter((line) => line.length > 45)).toEqual([]);
    expect(lines.at(-1)).toBe('');
  });

  it('draws at most 200 times a stage, but a small step after half a second', () => {
    const { bar, lines, clock } = desk();
    bar.start('checking', 100_000, 'files');
    for (let i = 0; i < 99_999; i++) bar.advance(1);
    expect(lines.length).toBeLessThanOrEqual(200);
    const before = lines.length;
    clock.seconds = 0.6;
    bar.start('checking', 100_000, 'files');
    bar.advance(1);
    expect(lines).toHaveLength(before + 1);
    clock.seconds = 1.2;
    bar.advance(1);
    expect(lines).toHaveLength(before + 2);
  });

  it('draws nothing without a terminal, and prints warnings', () => {
    const { bar, lines, notes } = desk({ interactive: false });
    bar.start('reading', 10, 'bytes');
    bar.advance(10);
    bar.warn('a b');
    bar.end();
    expect([lines, notes]).toEqual([[], ['repomill: warning: a b']]);
  });
});
