import { afterEach, describe, expect, it, vi } from 'vitest';
import { processTerminal } from '../../../../src/platform/process/terminal.ts';

const HOSTILE = 'a\u001b[2J\u009b\u202e\rb';
const SHOWN = 'a\\u001b[2J\\u009b\\u202e\\u000db';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the terminal', () => {
  it('makes printable whatever is written to it', () => {
    const written: unknown[] = [];
    const keep = (text: unknown): true => {
      written.push(text);
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    const terminal = processTerminal();
    terminal.data(HOSTILE);
    terminal.note(HOSTILE);
    terminal.overwrite(HOSTILE);
    vi.restoreAllMocks();
    expect(written).toEqual([`${SHOWN}\n`, `${SHOWN}\n`, `\r\u001b[2K${SHOWN}`]);
  });

  it('leaves JSON with the same values', () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    processTerminal().data(JSON.stringify({ a: HOSTILE }));
    vi.restoreAllMocks();
    expect(written.join('')).not.toMatch(/[\u009b\u202e]/);
    expect(JSON.parse(written.join(''))).toEqual({ a: HOSTILE });
  });
});
