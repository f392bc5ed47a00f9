import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../../src/platform/hash/sha256.ts';
import {
  hasOverflow,
  isEntryName,
  openWorkspace,
  readVerified,
  retainEntries,
  type Workspace,
} from '../../../../src/platform/workspace/workspace.ts';
import { DamagedEntryError, isDamagedEntry } from '../../../../src/platform/workspace/workspace-entry.ts';
import { listPaths, makeWorkspace, sha256Of } from '../../../workspace.ts';

const root = makeWorkspace();
let counter = 0;
function freshDirectory(): string {
  const directory = join(root, String(counter++));
  mkdirSync(directory);
  return directory;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const nameOf = (text: string): string => `kind/${sha256Of(text)}`;
const [one, other] = [nameOf('one'), nameOf('other')];

function textsOf(workspace: Workspace, name: string, ...ranges: readonly [start: number, length: number][]) {
  const parts = workspace.readBody(
    name,
    ranges.map(([start, length]) => ({ start, length })),
  );
  return parts.map((part) => new TextDecoder().decode(part));
}

describe('a workspace', () => {
  it('gives back what was written, in this workspace and in another on the same directory', () => {
    const temporary = freshDirectory();
    const writing = openWorkspace({ cache: undefined, temporary });
    writing.write(one, { a: [1, 'é'] }, [bytes('hello '), bytes(''), bytes('world')]);
    writing.write(other, []);
    for (const workspace of [writing, openWorkspace({ cache: undefined, temporary })]) {
      expect(workspace.readHead(one)).toEqual({ a: [1, 'é'] });
      expect(textsOf(workspace, one, [0, 11], [6, 5], [0, 0], [11, 0], [0, 5], [5, 6])).toEqual([
        'hello world',
        'world',
        '',
        '',
        'hello',
        ' world',
      ]);
      expect(workspace.readHead(other)).toEqual([]);
      expect(workspace.readHead(nameOf('third'))).toBeUndefined();
      workspace.close();
    }
  });

  it('does not mind what a killed process with the same ID left, as in a container', () => {
    const [cache, temporary] = [freshDirectory(), freshDirectory()];
    mkdirSync(join(cache, 'kind'));
    for (let i = 0; i < 1000; i++) writeFileSync(join(cache, `${one}.${process.pid}-0-${i}`), 'half');
    openWorkspace({ cache, temporary }).write(one, { in: 'cache' });
    expect(openWorkspace({ cache, temporary: freshDirectory() }).readHead(one)).toEqual({ in: 'cache' });
  });

  it.each([0, 1, 8191, 8192, 8193, 100_000])('keeps a head of %i more bytes than none', (length) => {
    const workspace = openWorkspace({ cache: undefined, temporary: freshDirectory() });
    workspace.write(one, ['x'.repeat(length)], [bytes('body')]);
    expect(workspace.readHead(one)).toEqual(['x'.repeat(length)]);
    expect(textsOf(workspace, one, [0, 4])).toEqual(['body']);
    workspace.close();
  });

  it('keeps a body of more parts than one call to the system takes', () => {
    const workspace = openWorkspace({ cache: undefined, temporary: freshDirectory() });
    const parts = Array.from({ length: 3000 }, (_, i) => bytes(`${i},`));
    workspace.write(one, {}, parts);
    const text = Array.from({ length: 3000 }, (_, i) => `${i},`).join('');
    expect(textsOf(workspace, one, [0, text.length])).toEqual([text]);
    workspace.close();
  });

  it('reads more entries than it keeps open', () => {
    const workspace = openWorkspace({ cache: undefined, temporary: freshDirectory() });
    const names = Array.from({ length: 300 }, (_, i) => nameOf(String(i)));
    for (const [i, name] of names.entries()) workspace.write(name, { i }, [bytes(name)]);
    for (let round = 0; round < 2; round++) {
      for (const [i, name] of names.entries()) {
        expect(workspace.readHead(name)).toEqual({ i });
        expect(textsOf(workspace, name, [0, name.length])).toEqual([name]);
      }
    }
    workspace.close();
  });

  it('leaves no file but the entries', () => {
    const temporary = freshDirectory();
    const workspace = openWorkspace({ cache: undefined, temporary });
    for (let i = 0; i < 3; i++) workspace.write(one, { i });
    expect(listPaths(temporary)).toEqual([one]);
  });

  it('notes what was looked for, written or kept', () => {
    const workspace = openWorkspace({ cache: undefined, temporary: freshDirectory() });
    workspace.readHead(nameOf('opened'));
    expect(() => workspace.readBody(nameOf('read'), [])).toThrow(DamagedEntryError);
    workspace.write(nameOf('written'), {});
    workspace.keep(nameOf('kept'));
    expect([...workspace.used].sort()).toEqual(['opened', 'read', 'written', 'kept'].map(nameOf).sort());
  });
});

describe('an entry that is damaged', () => {
  const cache = freshDirectory();
  const places = { cache, temporary: freshDirectory() };
  const file = join(cache, one);
  openWorkspace(places).write(one, { size: 11 }, [bytes('hello world')]);
  const whole = readFileSync(file);
  const bodyStart = whole.length - 11;

  it('counts as absent wherever a bit before its body is flipped', () => {
    for (let at = 0; at < bodyStart; at++) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at % 8)), at);
      writeFileSync(file, flipped);
      const workspace = openWorkspace(places);
      expect(workspace.readHead(one), `byte ${at}`).toBeUndefined();
      workspace.close();
    }
  });

  it('counts as absent where it ends before its body, and refuses to read a body that ends too early', () => {
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole);
      truncateSync(file, length);
      const workspace = openWorkspace(places);
      if (length < bodyStart) expect(workspace.readHead(one), `${length} bytes`).toBeUndefined();
      else expect(() => textsOf(workspace, one, [0, 11]), `${length} bytes`).toThrow(DamagedEntryError);
      workspace.close();
    }
  });

  it.each([
    ['a directory', () => mkdirSync(file)],
    ['other bytes', () => writeFileSync(file, 'x'.repeat(10_000))],
    ['a length of four gigabytes', () => writeFileSync(file, Buffer.alloc(40, 0xff))],
  ])('counts as absent where there is %s', (_title, put) => {
    rmSync(file, { recursive: true, force: true });
    put();
    const workspace = openWorkspace({ cache, temporary: freshDirectory() });
    expect(workspace.readHead(one)).toBeUndefined();
    workspace.write(one, { again: true });
    expect(workspace.readHead(one)).toEqual({ again: true });
    workspace.close();
  });

  it('is refused where a part of its body has a different digest', () => {
    writeFileSync(file, whole);
    const workspace = openWorkspace(places);
    const world = { start: 6, length: 5, sha256: digestOf(bytes('world')) };
    expect(readVerified(one, world, workspace)).toEqual(Uint8Array.from(bytes('world')));
    for (const wrong of [
      { ...world, start: 5 },
      { ...world, sha256: digestOf(bytes('word')) },
    ]) {
      expect(() => readVerified(one, wrong, workspace)).toThrow(`${one}: damaged`);
    }
    workspace.close();
  });

  it('is known for what it is, by its name, in any thread', () => {
    const fromElsewhere = new Error('kind/x: damaged');
    expect(isDamagedEntry(fromElsewhere)).toBe(false);
    fromElsewhere.name = 'DamagedEntryError';
    expect(isDamagedEntry(fromElsewhere)).toBe(true);
    expect(isDamagedEntry('DamagedEntryError')).toBe(false);
  });
});

describe('a cache that cannot be written', () => {
  it.each([
    ['because a file is in the way', (cache: string) => writeFileSync(join(cache, 'kind'), 'a file')],
    ['because it is gone', (cache: string) => rmSync(cache, { recursive: true })],
  ])('%s is left as it is, and entries go to the temporary directory', (_title, spoil) => {
    const places = { cache: freshDirectory(), temporary: freshDirectory() };
    spoil(places.cache);
    const before = listPaths(places.cache);
    const workspace = openWorkspace(places);
    expect(hasOverflow(places)).toBe(false);
    workspace.write(one, { a: 1 }, [bytes('body')]);
    expect(workspace.readHead(one)).toEqual({ a: 1 });
    expect(textsOf(workspace, one, [0, 4])).toEqual(['body']);
    expect(listPaths(places.cache)).toEqual(before);
    expect(listPaths(places.temporary)).toEqual([one]);
    expect(hasOverflow(places)).toBe(true);
    workspace.close();
  });

  it('has the entries that it took before', () => {
    const places = { cache: freshDirectory(), temporary: freshDirectory() };
    const workspace = openWorkspace(places);
    workspace.write(one, { a: 1 });
    rmSync(join(places.cache, 'kind'), { recursive: true });
    writeFileSync(join(places.cache, 'kind'), '');
    workspace.write(other, { a: 2 });
    expect([workspace.readHead(one), workspace.readHead(other)]).toEqual([undefined, { a: 2 }]);
    workspace.close();
  });

  it('is an error if the temporary directory cannot be written either', () => {
    const temporary = freshDirectory();
    rmSync(temporary, { recursive: true });
    const workspace = openWorkspace({ cache: undefined, temporary });
    expect(() => workspace.write(one, {})).toThrow(
      expect.objectContaining({
        code: 'transport',
        path: temporary,
        message: 'cannot write: no such file or directory',
      }),
    );
  });
});

describe('retaining entries', () => {
  it('removes all others, and what was never finished, and no file that is not an entry', () => {
    const cache = freshDirectory();
    const workspace = openWorkspace({ cache, temporary: freshDirectory() });
    for (const name of [one, other, `${other}-0`]) workspace.write(name, {});
    const strange = [
      'CACHEDIR.TAG',
      'kind/README',
      `kind/x${sha256Of('x')}`,
      `kind/${sha256Of('x')}.txt`,
      'mine/photo',
    ];
    mkdirSync(join(cache, 'mine'));
    for (const path of [...strange, `${one}.123-0-4`]) writeFileSync(join(cache, path), '');
    mkdirSync(join(cache, 'mine', 'folder'));
    retainEntries(cache, new Set([one]));
    expect(listPaths(cache)).toEqual([...strange, one].sort());
    expect(readdirSync(join(cache, 'mine'))).toEqual(['folder', 'photo']);
  });

  it.each<[string, boolean]>([
    [sha256Of('x'), true],
    [`${sha256Of('x')}-12`, true],
    [`${sha256Of('x')}-${sha256Of('y')}`, true],
    [`${sha256Of('x')}-12.4711-3-0`, true],
    ['', false],
    ['CACHEDIR.TAG', false],
    [sha256Of('x').slice(1), false],
    [sha256Of('x').toUpperCase(), false],
    [`${sha256Of('x')}.txt`, false],
    [`.${sha256Of('x')}`, false],
    [`${sha256Of('x')}\n`, false],
  ])('takes %j for an entry: %s', (name, expected) => {
    expect(isEntryName(name)).toBe(expected);
  });
});

it('an entry that stands under the name of another is none', () => {
  const temporary = makeWorkspace();
  const names = ['a', 'b'].map((letter) => `kind/${letter.repeat(64)}`);
  const workspace = openWorkspace({ cache: undefined, temporary });
  for (const name of names) workspace.write(name, { name });
  workspace.close();
  const [one = '', other = ''] = names.map((name) => join(temporary, name));
  renameSync(one, other);
  const again = openWorkspace({ cache: undefined, temporary });
  expect(names.map((name) => again.readHead(name))).toEqual([undefined, undefined]);
});
