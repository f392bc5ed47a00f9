import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BuildRequest, build } from '../../src/build.ts';
import { sampleRecord } from '../sample-records.ts';
import { listPaths, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const input = writeFiles(join(workspace, 'input'), { 'a.json': JSON.stringify(sampleRecord('a', '1', 'amd64')) });
const out = join(workspace, 'out');

describe('a request that no build can honour', () => {
  it.each<[Partial<BuildRequest>, string]>([
    [{ input: '' }, 'input: expected a path, found nothing'],
    [{ out: '' }, 'out: expected a path, found nothing'],
    [{ config: '' }, 'config: expected a path, found nothing'],
    [{ cache: '' }, 'cache: expected a path, found nothing'],
    [{ previous: '' }, 'previous: expected a path, found nothing'],
    [{ previousOptional: true }, 'previousOptional: expected previous, found nothing'],
    [{ workers: 0 }, 'workers: expected a whole number from 1 to 64, found 0'],
    [{ workers: 1.5 }, 'workers: expected a whole number from 1 to 64, found 1.5'],
    [{ workers: Number.NaN }, 'workers: expected a whole number from 1 to 64, found NaN'],
    [{ workers: 65 }, 'workers: expected a whole number from 1 to 64, found 65'],
    [{ now: new Date('soon') }, 'now: expected a time, found an invalid date'],
  ])('is refused before anything is read: %j', async (wrong, message) => {
    await expect(build({ input, out, ...wrong })).rejects.toMatchObject({ code: 'usage', message, path: undefined });
    expect(listPaths(out)).toEqual([]);
  });
});
