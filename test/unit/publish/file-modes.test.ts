import { describe, expect, it } from 'vitest';
import { modesOf } from '../../../src/publish/file-modes.ts';

describe('the permissions of published files', () => {
  it.each<[number | undefined, string, string, boolean]>([
    [undefined, '644', '755', false],
    [0o644, '644', '755', true],
    [0o664, '664', '775', true],
    [0o666, '666', '777', true],
    [0o640, '640', '750', true],
    [0o600, '600', '700', true],
    [0o604, '604', '705', true],
  ])('%o lets everybody enter a directory who can read files', (mode, file, directory, resets) => {
    const modes = modesOf(mode);
    expect([modes.file.toString(8), modes.directory.toString(8), modes.resets]).toEqual([file, directory, resets]);
  });

  it.each<[number, string]>([
    [0o755, '0755'],
    [0o444, '0444'],
    [0o044, '0044'],
    [0o1644, '1644'],
    [644, '1204'],
    [-1, '-1'],
    [420.5, '420.5'],
    [Number.NaN, 'NaN'],
  ])('cannot be %o', (mode, shown) => {
    expect(() => modesOf(mode)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: `mode: expected 0600 or more and no execute bits, such as 0664, found ${shown}`,
      }),
    );
  });
});
