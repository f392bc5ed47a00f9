import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesIn, newBytes, Workshop, writePieces } from '../../../bench/workshop.ts';
import { makeWorkspace, writeFiles } from '../../workspace.ts';

describe('the folder of the bench', () => {
  it("is not one with somebody else's files, which stay as they are", () => {
    const folder = writeFiles(makeWorkspace(), { 'thesis.txt': 'years of work' });
    expect(() => new Workshop(folder)).toThrow('expected an empty folder or one that a bench made');
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  it('is taken again by the next bench, with its data and without its scratch folder', async () => {
    const folder = join(makeWorkspace(), 'data');
    const first = new Workshop(folder);
    const made = await first.made('numbers', '1', (path) => writeFileSync(join(path, 'one'), '1'));
    const scratch = first.scratch('a/b');
    first.renew(scratch);
    new Workshop(folder);
    expect(readFileSync(join(made, 'one'), 'utf8')).toBe('1');
    expect(existsSync(scratch)).toBe(false);
  });

  it('makes data once for a stamp, and anew for another', async () => {
    const workshop = new Workshop(makeWorkspace());
    const made: string[] = [];
    for (const stamp of ['1', '1', '2']) {
      await workshop.made('numbers', stamp, (path) => {
        made.push(stamp);
        writeFileSync(join(path, stamp), '');
      });
    }
    expect(made).toEqual(['1', '2']);
    expect(readdirSync(join(workshop.directory, 'data', 'numbers'))).toEqual(['2']);
  });

  it('makes data again that could not be made to its end', async () => {
    const workshop = new Workshop(makeWorkspace());
    const broken = workshop.made('numbers', '1', (path) => {
      writeFileSync(join(path, 'half'), '');
      throw new Error('no space left');
    });
    await expect(broken).rejects.toThrow('no space left');
    const made = await workshop.made('numbers', '1', (path) => writeFileSync(join(path, 'whole'), ''));
    expect(readdirSync(made)).toEqual(['whole']);
  });

  it.each(['elsewhere', 'data', 'scratch', 'scratch/../data', 'scratchy/a'])('never empties %s', (path) => {
    const workshop = new Workshop(makeWorkspace());
    const folder = writeFiles(join(workshop.directory, path), { file: 'kept' });
    expect(() => workshop.renew(folder)).toThrow('expected a folder of the scratch folder');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('kept');
  });
});

describe('bytes', () => {
  it('of a folder are those of all its files, and none where there is none', () => {
    const folder = writeFiles(makeWorkspace(), { a: '123', 'b/c': '4567' });
    expect(bytesIn(folder)).toBe(7);
    expect(bytesIn(join(folder, 'missing'))).toBe(0);
  });

  it('that are new are those of files that are not there, or are different, in the other folder', () => {
    const older = writeFiles(makeWorkspace(), { same: '1', changed: '22', gone: '333' });
    const newer = writeFiles(makeWorkspace(), { same: '1', changed: '33', added: '55555' });
    expect(newBytes(newer, older)).toBe(7);
    expect(newBytes(newer)).toBe(8);
  });

  it('that are new of one file are all of it where the other is missing or different, and none where it is the same', () => {
    const folder = writeFiles(makeWorkspace(), { file: '123', same: '123', changed: '124' });
    const newIn = (path: string, like: string): number => newBytes(join(folder, path), join(folder, like));
    expect(['same', 'changed', 'missing'].map((like) => newIn('file', like))).toEqual([0, 3, 3]);
    expect(newIn('missing', 'file')).toBe(0);
  });

  it('of many pieces are written in order', () => {
    const file = join(makeWorkspace(), 'deep', 'file');
    const pieces = Array.from({ length: 2_500 }, (_, place) => `${place}\n`);
    writePieces(file, pieces);
    expect(readFileSync(file, 'utf8')).toBe(pieces.join(''));
  });
});
