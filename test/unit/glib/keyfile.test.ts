import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../src/errors.ts';
import { type Keyfile, parseKeyfile, withKey } from '../../../src/glib/keyfile.ts';
import { BAD_KEYFILES, GOOD_KEYFILES, type KeyVector } from './keyfile-vectors.ts';

describe('parseKeyfile reads what GLib reads', () => {
  it.each(GOOD_KEYFILES)('$title', ({ text, groups }) => {
    const file = parseKeyfile(text, 'config');
    expect(groups.map(([group]) => [group, file.keys(group).map((key) => asVector(file, group, key))])).toEqual(groups);
  });

  it('and nothing if there is no such group or key', () => {
    const file = parseKeyfile('[g]\na=1\n', 'config');
    for (const [group, key] of [
      ['g', 'b'],
      ['h', 'a'],
      ['__proto__', 'constructor'],
    ] as const) {
      expect(file.has(group, key)).toBe(false);
      expect([file.string(group, key), file.list(group, key)]).toEqual([undefined, undefined]);
      expect([file.boolean(group, key), file.integer(group, key)]).toEqual([false, 0]);
    }
    expect(file.keys('h')).toEqual([]);
  });

  it('in linear time, whatever a line looks like', () => {
    const long = 1 << 18;
    const text = `[g]\na=${'x'.repeat(long)}\\\n#${' '.repeat(long)}x\nb${' '.repeat(long)}=1\n${'\n'.repeat(long)}c=1\n`;
    const file = parseKeyfile(text, 'config');
    expect(file.list('g', 'a')).toBeUndefined();
    expect(file.keys('g')).toEqual(['a', 'b', 'c']);
    expect(withKey(text, 'g', 'd', '1')).toBe(`${text}d=1\n`);
  });
});

describe('parseKeyfile refuses what GLib refuses', () => {
  it.each(BAD_KEYFILES)('%s', (_, text) => {
    expect(failureOfParsing(text)).toEqual({ path: 'config', message: 'expected a key file' });
  });

  it('with the number of every bad line', () => {
    const problems = problemsOf('a=1\n[g]\nb=1\njunk\r\n\n[h\n=2\n');
    expect(problems).toEqual([
      { file: 'config', line: 1, message: 'expected a [group] before the first key' },
      { file: 'config', line: 4, message: 'expected [group] or key=value, found "junk"' },
      { file: 'config', line: 6, message: 'expected [group] or key=value, found "[h"' },
      { file: 'config', line: 7, message: 'expected [group] or key=value, found "=2"' },
    ]);
  });

  it('with no more of a line than a message can hold', () => {
    const [problem] = problemsOf(`[g]\n${'x'.repeat(100_000)}\n`);
    expect(problem?.message).toBe(`expected [group] or key=value, found "${'x'.repeat(80)}…"`);
  });
});

describe('withKey', () => {
  const set = (text: string): string => withKey(text, 'core', 'k', 'true');

  it.each([
    ['has the value', '[core]\nk=true\n'],
    ['has it with blanks', '[core]\n k = true\n'],
    ['has it after another value', '[core]\nk=false\nk=true\n'],
    ['has it in the second half of the group', '[core]\n[a]\nk=false\n[core]\nk=true\n'],
    ['has it and ends without a line end', '[core]\nk=true'],
    ['has it and ends in blank lines', '[core]\nk=true\n\n\n'],
    ['has it in lines of Windows', '[core]\r\nk=true\r\n'],
  ])('does not change a text that %s', (_, text) => {
    expect(set(text)).toBe(text);
  });

  it.each([
    ['at the end of its group', '[core]\na=1\n\n[b]\nc=1\n', '[core]\na=1\nk=true\n\n[b]\nc=1\n'],
    ['in place of another value', '[core]\nk=false\na=1\n', '[core]\nk=true\na=1\n'],
    ['in place of several', '[core]\nk=true\na=1\nk=false\n[core]\n k = 1\n', '[core]\nk=true\na=1\n[core]\n'],
    ['where the group goes on', '[core]\na=1\n[b]\n[core]\nc=1\n', '[core]\na=1\n[b]\n[core]\nc=1\nk=true\n'],
    ['in a group without keys', '[core]\n', '[core]\nk=true\n'],
    ['in a group that is not there', '[b]\nk=true\n', '[b]\nk=true\n\n[core]\nk=true\n'],
    ['in a text without lines', '', '\n[core]\nk=true\n'],
    ['after a last line that does not end', '[core]\na=1', '[core]\na=1\nk=true\n'],
    ['in a new group after such a line', '[b]\na=1', '[b]\na=1\n\n[core]\nk=true\n'],
    ['in lines of Windows', '[core]\r\na=1\r\n', '[core]\r\na=1\r\nk=true\n'],
    ['beside keys that start alike', '[core]\nkk=1\nk.k=1\nk[de]=1\n', '[core]\nkk=1\nk.k=1\nk[de]=1\nk=true\n'],
    ['beside a comment', '[core]\n#k=false\n', '[core]\n#k=false\nk=true\n'],
  ])('sets it %s', (_, text, expected) => {
    expect(set(text)).toBe(expected);
  });

  it('sets the value in any key file, changes no other, and does nothing the second time', () => {
    const line = fc.constantFrom(
      '[core]',
      '[b]',
      ' [core] ',
      'k=false',
      ' k = 1',
      'k=',
      'a=1',
      'kk=2',
      '',
      '  ',
      '#k=0',
    );
    const texts = fc.tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\n', '\n\n'));
    fc.assert(
      fc.property(texts, ([lines, ending, end]) => {
        const text = ['[first]', ...lines].join(ending) + end;
        const [before, after] = [parseKeyfile(text, ''), parseKeyfile(set(text), '')];
        expect(after.string('core', 'k')).toBe('true');
        for (const group of ['first', 'core', 'b']) {
          const rest = (file: Keyfile): unknown =>
            file
              .keys(group)
              .flatMap((key) => (group === 'core' && key === 'k' ? [] : [[key, file.string(group, key)]]));
          expect(rest(after)).toEqual(rest(before));
        }
        expect(set(set(text))).toBe(set(text));
      }),
    );
  });

  it('escapes what would not be read back, as GLib does', () => {
    for (const value of ['  two blanks', '\ttab', 'a\nb\rc', 'back\\slash', 'a b\tc', 'ä=ö;ü']) {
      const text = withKey('[g]\na=1\n', 'g', 'k', value);
      expect(text.split('\n')).toHaveLength(4);
      expect(parseKeyfile(text, '').string('g', 'k')).toBe(value);
    }
    expect(withKey('[g]\n', 'g', 'k', ' a\n\\b')).toBe('[g]\nk=\\sa\\n\\\\b\n');
  });

  it('takes a key out, wherever it is, and nothing else', () => {
    const text = '[g]\nk=1\n# k=2\nl=3\n k = 4\n[h]\nk=5\n';
    expect(withKey(text, 'g', 'k', undefined)).toBe('[g]\n# k=2\nl=3\n[h]\nk=5\n');
    expect(withKey('[h]\nk=5', 'g', 'k', undefined)).toBe('[h]\nk=5');
  });
});

function asVector(file: Keyfile, group: string, key: string): KeyVector {
  const [string, list, integer] = [file.string(group, key), file.list(group, key), file.integer(group, key)];
  return {
    key,
    ...(string === undefined ? {} : { string }),
    ...(file.boolean(group, key) ? { boolean: true } : {}),
    ...(integer === 0 ? {} : { integer }),
    ...(list === undefined ? {} : { list }),
  };
}

function failureOfParsing(text: string): Pick<RepomillError, 'path' | 'message'> | undefined {
  try {
    parseKeyfile(text, 'config');
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'metadata')
      return { path: thrown.path, message: thrown.message };
    throw thrown;
  }
}

function problemsOf(text: string): RepomillError['problems'] {
  try {
    parseKeyfile(text, 'config');
    return [];
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'metadata') return thrown.problems;
    throw thrown;
  }
}
