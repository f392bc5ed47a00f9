import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  createFile,
  createFileOf,
  linkFile,
  makeDirectory,
  removeFile,
  replaceFile,
  TEMPORARY_PREFIX,
} from '../../../../src/platform/files/write-files.ts';
import { listPaths, makeWorkspace, writeFiles } from '../../../workspace.ts';

const root = makeWorkspace();

const MEMORY = '/dev/shm';

describe.skipIf(!existsSync(MEMORY))('a directory on a different file system', () => {
  it('is rid of what a killed process left there when a file is put into it, and of nothing else', async () => {
    const [top, elsewhere] = [writeFiles(join(root, 'top'), {}), mkdtempSync(join(MEMORY, 'repomill-test-'))];
    symlinkSync(elsewhere, join(top, 'pool'));
    writeFiles(elsewhere, { [`${TEMPORARY_PREFIX}1-0`]: 'half', other: '' });
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('whole');
    }
    await createFileOf(join(top, 'pool/file'), pieces(), top);
    expect(listPaths(elsewhere)).toEqual(['file', 'other']);
    rmSync(elsewhere, { recursive: true });
  });
});

describe('permissions that cannot be set', () => {
  const refuse = async (resets: boolean): Promise<string> => {
    const file = join(root, `refused-${resets}`);
    const handle = await open(join(root, 'any'), 'w');
    const chmod = vi
      .spyOn(Object.getPrototypeOf(handle), 'chmod')
      .mockRejectedValue(
        Object.assign(new Error('EPERM: operation not permitted, fchmod'), { code: 'EPERM', syscall: 'fchmod' }),
      );
    await handle.close();
    try {
      await createFile(file, [Buffer.from('x')], { file: 0o600, directory: 0o700, resets });
      return existsSync(file) ? 'written' : 'lost';
    } catch (error) {
      expect(existsSync(file)).toBe(false);
      return String(Object(error).message);
    } finally {
      chmod.mockRestore();
    }
  };

  it('are an error if somebody asked for them, and otherwise the business of the file system', async () => {
    expect(await refuse(true)).toBe('cannot write: EPERM: operation not permitted, fchmod');
    expect(await refuse(false)).toBe('written');
  });
});

describe('making a directory', () => {
  it('makes those above it too, and accepts one that exists', async () => {
    const directory = join(root, 'a/b/c');
    for (let run = 0; run < 2; run++) await makeDirectory(directory);
    expect(statSync(directory).isDirectory()).toBe(true);
  });

  it('works for many at the same time', async () => {
    const directories = Array.from({ length: 50 }, (_, i) => join(root, 'many', String(i % 3), String(i)));
    await Promise.all(directories.map((directory) => makeDirectory(directory)));
    expect(directories.filter((directory) => !existsSync(directory))).toEqual([]);
  });

  it.each([
    ['where there is a file', 'file', 'EEXIST'],
    ['below a file', 'file/a/b', 'ENOTDIR'],
  ])('fails %s', async (_title, path, code) => {
    writeFileSync(join(root, 'file'), '');
    await expect(makeDirectory(join(root, path))).rejects.toMatchObject({ code });
  });

  it.skipIf(!existsSync('/proc/self'))('fails, and ends, where no directory can be made', async () => {
    await expect(makeDirectory('/proc/no-such-directory/a/b')).rejects.toThrow(/ENOENT|EACCES|EPERM/);
  });
});

describe('replacing a file', () => {
  const seconds = (file: string): number => Math.floor(statSync(file).mtimeMs / 1000);
  const put = async (name: string, ...contents: readonly string[]): Promise<string> => {
    const file = join(root, name);
    for (const content of contents) await replaceFile(file, Buffer.from(content));
    return file;
  };

  it('writes what was given, part by part', async () => {
    const file = await put('parts', 'a much longer content');
    await replaceFile(file, [Buffer.from('a '), Buffer.from('b')]);
    expect(readFileSync(file, 'utf8')).toBe('a b');
  });

  it('gives each version the time of a later second than the one before had', async () => {
    const file = await put('young', 'a');
    for (const content of ['b', 'c', 'd']) {
      const before = seconds(file);
      await put('young', content);
      expect(seconds(file)).toBeGreaterThan(before);
    }
  });

  it('goes on from a time stamp of the future', async () => {
    const file = await put('future', 'a');
    utimesSync(file, 4_000_000_000, 4_000_000_000);
    await put('future', 'b');
    expect(seconds(file)).toBe(4_000_000_001);
  });

  it('takes the time of now where that is later', async () => {
    const file = await put('old', 'a');
    const now = seconds(file);
    utimesSync(file, 1_000_000_000, 1_000_000_000);
    await put('old', 'b');
    expect(seconds(file)).toBeGreaterThanOrEqual(now);
  });

  it('passes over what a killed process with the same ID left', async () => {
    const directory = writeFiles(join(root, 'killed'), {});
    for (let i = 0; i < 100; i++) writeFileSync(join(directory, `${TEMPORARY_PREFIX}${process.pid}-${i}`), 'x');
    await put('killed/file', 'a');
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('a');
  });

  it('says which file it cannot write', async () => {
    const file = join(await put('file-in-the-way', 'a'), 'below');
    await expect(replaceFile(file, Buffer.from('b'))).rejects.toMatchObject({
      code: 'transport',
      path: file,
      message: expect.stringMatching(/^cannot write: (file already exists|not a directory)$/),
    });
  });

  it('leaves its neighbours and their time stamps alone', async () => {
    const other = await put('other', 'a');
    const before = statSync(other, { bigint: true }).mtimeNs;
    await put('one', 'a', 'b', 'c');
    expect(statSync(other, { bigint: true }).mtimeNs).toBe(before);
  });
});

describe('creating a file of pieces', () => {
  async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array, void> {
    for (const text of texts) yield Buffer.from(text);
  }

  it('makes its directories, and keeps the temporary file at the top, where a later build looks for it', async () => {
    const top = writeFiles(join(root, 'pieces'), {});
    let during: readonly string[] = [];
    async function* watched(): AsyncGenerator<Uint8Array, void> {
      yield* pieces('one ', 'two');
      during = readdirSync(top);
    }
    await createFileOf(join(top, 'a/b/file'), watched(), top);
    expect(during.filter((name) => name.startsWith(TEMPORARY_PREFIX))).toHaveLength(1);
    expect(readFileSync(join(top, 'a/b/file'), 'utf8')).toBe('one two');
    expect(listPaths(top)).toEqual(['a/b/file']);
  });

  it('replaces a file, and leaves it as it is if the pieces end in an error', async () => {
    const top = writeFiles(join(root, 'failing'), { file: 'old' });
    await createFileOf(join(top, 'file'), pieces('new'), top);
    async function* failing(): AsyncGenerator<Uint8Array, void> {
      yield* pieces('a part');
      throw new Error('no more');
    }
    await expect(createFileOf(join(top, 'file'), failing(), top)).rejects.toThrow('no more');
    expect(readFileSync(join(top, 'file'), 'utf8')).toBe('new');
    expect(listPaths(top)).toEqual(['file']);
  });

  it('says which file it cannot write', async () => {
    const top = writeFiles(join(root, 'in-the-way'), { a: '' });
    await expect(createFileOf(join(top, 'a/file'), pieces('x'), top)).rejects.toMatchObject({
      code: 'transport',
      path: join(top, 'a/file'),
      message: expect.stringMatching(/^cannot write: [a-z ]+$/),
    });
  });
});

describe('linking a file', () => {
  it('makes one file of two names, also where there was a different one, or the same', async () => {
    const top = writeFiles(join(root, 'linking'), { original: 'x', other: 'y' });
    const original = join(top, 'original');
    for (const name of ['a/b', 'other', 'other']) {
      expect(await linkFile(original, join(top, name), top)).toBe(true);
      expect(statSync(join(top, name)).ino).toBe(statSync(original).ino);
    }
    expect(listPaths(top)).toEqual(['a/b', 'original', 'other']);
  });

  it.skipIf(!existsSync('/proc/self/status'))('says no across file systems, and leaves nothing', async () => {
    const top = writeFiles(join(root, 'across'), {});
    expect(await linkFile('/proc/self/status', join(top, 'file'), top)).toBe(false);
    expect(listPaths(top)).toEqual([]);
  });

  it('fails where there is nothing to link to', async () => {
    const top = writeFiles(join(root, 'nothing'), {});
    await expect(linkFile(join(top, 'none'), join(top, 'file'), top)).rejects.toMatchObject({
      code: 'transport',
      path: join(top, 'file'),
    });
  });
});

describe('removing a file', () => {
  it('removes the directories that are empty without it, up to the top', async () => {
    const top = writeFiles(join(root, 'removing'), { 'a/b/c/file': '', 'a/other': '', 'd/e/file': '' });
    for (const path of ['a/b/c/file', 'd/e/file', 'd/e/none']) await removeFile(join(top, path), top);
    expect(readdirSync(top)).toEqual(['a']);
    expect(readdirSync(join(top, 'a'))).toEqual(['other']);
  });

  it('removes one directory at most if no top is given', async () => {
    const top = writeFiles(join(root, 'removing-one'), { 'a/b/file': '' });
    await removeFile(join(top, 'a/b/file'));
    expect(readdirSync(top)).toEqual(['a']);
  });
});

describe.skipIf(process.platform === 'win32')('the permissions of what is written', () => {
  const modeOf = (path: string): string => (statSync(join(root, path)).mode & 0o7777).toString(8);
  const bytes = Buffer.from('x');
  // Neither is what a usual umask leaves.
  const modes = { file: 0o666, directory: 0o777, resets: false };

  it('are those asked for, of new files and of every new directory', async () => {
    await createFile(join(root, 'modes/a/new'), [bytes], modes);
    await replaceFile(join(root, 'modes/b/new'), bytes, modes);
    await makeDirectory(join(root, 'modes/c/d'), 0o711);
    expect(['modes', 'modes/a', 'modes/b', 'modes/c', 'modes/c/d'].map(modeOf)).toEqual([
      ...['777', '777', '777', '711', '711'],
    ]);
    expect(['modes/a/new', 'modes/b/new'].map(modeOf)).toEqual(['666', '666']);
  });

  it('of a file that is replaced stay, unless they are to be reset', async () => {
    for (const name of ['kept', 'reset']) {
      writeFileSync(join(root, name), 'old');
      chmodSync(join(root, name), 0o640);
    }
    await replaceFile(join(root, 'kept'), bytes, modes);
    await replaceFile(join(root, 'reset'), bytes, { ...modes, resets: true });
    expect(['kept', 'reset'].map(modeOf)).toEqual(['640', '666']);
    await createFile(join(root, 'kept'), [Buffer.from('y')], modes);
    expect(modeOf('kept')).toBe('640');
  });

  it('of what exists already are left alone', async () => {
    mkdirSync(join(root, 'old-directory'));
    chmodSync(join(root, 'old-directory'), 0o700);
    await createFile(join(root, 'old-directory/same'), [bytes], modes);
    chmodSync(join(root, 'old-directory/same'), 0o600);
    await createFile(join(root, 'old-directory/same'), [bytes], { ...modes, resets: true });
    await makeDirectory(join(root, 'old-directory'), 0o777);
    expect(['old-directory', 'old-directory/same'].map(modeOf)).toEqual(['700', '600']);
  });

  it('leave the bit by which a directory passes on its group', async () => {
    mkdirSync(join(root, 'shared'));
    chmodSync(join(root, 'shared'), 0o2775);
    await makeDirectory(join(root, 'shared/new'), 0o755);
    expect(modeOf('shared/new')).toBe('2755');
  });

  it('do not matter to a file system that has none', async () => {
    const handle = await open(join(root, 'handle'), 'w');
    await handle.close();
    const refusal = Object.assign(new Error('EPERM: operation not permitted, fchmod'), { code: 'EPERM' });
    const change = vi.spyOn(Object.getPrototypeOf(handle), 'chmod').mockRejectedValue(refusal);
    try {
      await createFile(join(root, 'without-modes'), [bytes], modes);
      expect(change).toHaveBeenCalledOnce();
    } finally {
      change.mockRestore();
    }
    expect(readFileSync(join(root, 'without-modes'), 'utf8')).toBe('x');
  });
});
