import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { formatPatch, MAX_PATCH_LINE, parsePatch } from '../../../../../src/layouts/apt/format/ed-script.ts';
import type { LinePatch } from '../../../../../src/layouts/apt/format/line-patch.ts';
import { anyPatch } from '../random-patch.ts';

const decoder = new TextDecoder();

describe('formatPatch', () => {
  it('writes a, c and d, the last lines first', () => {
    const patch: LinePatch = [
      { start: 0, removed: 0, lines: ['first'] },
      { start: 1, removed: 1, lines: [] },
      { start: 4, removed: 3, lines: [] },
      { start: 9, removed: 1, lines: ['x', ''] },
      { start: 20, removed: 10, lines: ['y'] },
    ];
    expect(decoder.decode(formatPatch(patch))).toBe('21,30c\ny\n.\n10c\nx\n\n.\n5,7d\n2d\n0a\nfirst\n.\n');
  });

  it('writes nothing for a patch without hunks', () => {
    expect(formatPatch([])).toEqual(new Uint8Array());
    expect(parsePatch(new Uint8Array())).toEqual([]);
  });

  it.each([
    ['.', '"."'],
    ['a\0b', 'NUL'],
    ['x'.repeat(MAX_PATCH_LINE), '524287 bytes'],
  ])('refuses a line that apt cannot insert: %#', (line, found) => {
    const message = `patch: expected a line that apt can insert, found ${found}`;
    expect(() => formatPatch([{ start: 0, removed: 0, lines: [line] }])).toThrow(message);
  });

  it('takes the longest line that apt can insert', () => {
    const patch = [{ start: 7, removed: 0, lines: ['x'.repeat(MAX_PATCH_LINE - 1)] }];
    expect(parsePatch(formatPatch(patch))).toEqual(patch);
  });
});

describe('parsePatch', () => {
  it('gives the patch that was written', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 20 }).chain((count) => anyPatch(count)),
        (patch) => {
          expect(parsePatch(formatPatch(patch))).toEqual(patch);
        },
      ),
    );
  });

  it('joins commands for places that meet', () => {
    expect(parsePatch(encodeText('5a\nafter\n.\n5d\n4a\nbefore\n.\n3d\n'))).toEqual([
      { start: 2, removed: 1, lines: [] },
      { start: 4, removed: 1, lines: ['before', 'after'] },
    ]);
    expect(parsePatch(encodeText('5a\nx\n.\n5a\ny\n.\n'))).toEqual([{ start: 5, removed: 0, lines: ['y', 'x'] }]);
  });

  it('joins a hundred thousand commands for one place', () => {
    const script = encodeText('5a\nx\n.\n'.repeat(100_000));
    expect(parsePatch(script)[0]?.lines).toHaveLength(100_000);
  });

  it('leaves out a command that inserts nothing', () => {
    expect(parsePatch(encodeText('5a\n.\n'))).toEqual([]);
  });

  const command = (found: string): string =>
    `patch: expected a command such as 12a, 12c, 12d or 12,14d, found ${found}`;

  it.each([
    ['\n', command('""')],
    ['hello\n', command('"hello"')],
    ['5\n', command('"5"')],
    ['5i\nx\n.\n', command('"5i"')],
    ['5 d\n', command('"5 d"')],
    [' 5d\n', command('" 5d"')],
    ['+5d\n', command('"+5d"')],
    ['-5d\n', command('"-5d"')],
    ['$d\n', command('"$d"')],
    ['.d\n', command('".d"')],
    ['5,d\n', command('"5,d"')],
    [',5d\n', command('",5d"')],
    ['5d\r\n', command('"5d\\r"')],
    ['5dx\n', command('"5dx"')],
    ['1,2a\nx\n.\n', command('"1,2a"')],
    ['2,2a\nx\n.\n', command('"2,2a"')],
    ['0d\n', command('"0d"')],
    ['0c\nx\n.\n', command('"0c"')],
    ['0,3d\n', command('"0,3d"')],
    ['3,2d\n', command('"3,2d"')],
    ['1000000000000000d\n', command('"1000000000000000d"')],
    ['1,1000000000000000d\n', command('"1,1000000000000000d"')],
    ['1e3d\n', command('"1e3d"')],
    ['s/.//\n', command('"s/.//"')],
    ['w\n', command('"w"')],
    ['!reboot\n', command('"!reboot"')],
    ['\u001b[2J\n', command('"\\u001b[2J"')],
    [`${'9'.repeat(1_000_000)}d\n`, command(`"${'9'.repeat(80)}…"`)],
    ['5d', 'patch: expected a line end at the end, found none'],
    ['5a\nx', 'patch: expected a line end at the end, found none'],
    ['5a\n', 'patch: expected a line "." after what is inserted, found none'],
    ['5a\nx\n', 'patch: expected a line "." after what is inserted, found none'],
    ['5a\nx\0\n.\n', 'patch: expected a line that apt can insert, found NUL'],
    ['5d\n6d\n', 'patch: expected a command for the first 4 lines, found "6d"'],
    ['5d\n5d\n', 'patch: expected a command for the first 4 lines, found "5d"'],
    ['5d\n4,5d\n', 'patch: expected a command for the first 4 lines, found "4,5d"'],
    ['5c\nx\n.\n5a\ny\n.\n', 'patch: expected a command for the first 4 lines, found "5a"'],
    ['0a\nx\n.\n1d\n', 'patch: expected a command for the first 0 lines, found "1d"'],
    ['5d\n.\n', command('"."')],
    ['\x1f\x8b\b\0\n', command('"\\u001f\\u008b\\b\\u0000"')],
  ])('refuses what apt would not apply as we do: %j', (script, message) => {
    expect(() => parsePatch(Uint8Array.from(script, (character) => character.charCodeAt(0)))).toThrow(message);
  });
});
