import { describe, expect, it } from 'vitest';
import type { PackageRecord } from '../../../../../../src/model/record.ts';
import { openWorkspace } from '../../../../../../src/platform/workspace/workspace.ts';
import { failureOf } from '../../../../../failure.ts';
import { makeWorkspace } from '../../../../../workspace.ts';
import { encodeSample } from './encode-sample.ts';

/** Each in a slice of its own. */
const NAMES = ['b', 'c', 'd', 'e', 'f'];
const records: readonly PackageRecord[] = NAMES.map((name) => ({ name, version: '1', arch: 'x' }));
const subsets = { s: ({ name }: PackageRecord) => name === 'b' };

function freshWorkspace(): ReturnType<typeof openWorkspace> {
  return openWorkspace({ cache: undefined, temporary: makeWorkspace() });
}

/** Encodes some records where others were encoded before. */
async function lookedAfter(
  before: Parameters<typeof encodeSample>,
  after: readonly PackageRecord[],
  tests = before[2],
  pathRules: readonly string[] = [],
) {
  await encodeSample(...before);
  return (await encodeSample(after, before[1], tests, pathRules)).cacheLookup;
}

describe('encoding slices', () => {
  it('looks up every slice with records, and each bucket of the new ones', async () => {
    expect((await encodeSample(records, freshWorkspace())).cacheLookup).toEqual({ slice: '-----', bucket: '-----' });
  });

  it('arranges nothing again if nothing changed', async () => {
    expect(await lookedAfter([records, freshWorkspace()], records)).toEqual({ slice: '+++++' });
  });

  it('encodes the one bucket that changed', async () => {
    const changed = records.map((record) => (record.name === 'c' ? { ...record, version: '2' } : record));
    const { slice = '', bucket } = await lookedAfter([records, freshWorkspace()], changed);
    expect([...slice].sort().join('')).toBe('++++-');
    expect(bucket).toBe('-');
  });

  it('does not encode a subset that is a bucket of the whole', async () => {
    expect((await encodeSample(records, freshWorkspace(), subsets)).cacheLookup.bucket).toBe('-----');
  });

  it('encodes no bucket again that a new subset has', async () => {
    const { slice = '', bucket } = await lookedAfter([records, freshWorkspace()], records, subsets);
    expect(slice).toBe('-----');
    expect(bucket).toBe('+++++');
  });

  it('encodes everything again if the path rules change', async () => {
    expect(await lookedAfter([records, freshWorkspace()], records, {}, ['{name}'])).toEqual({
      slice: '-----',
      bucket: '-----',
    });
  });

  it('gives the same from a workspace that knows it as from one that knows nothing', async () => {
    const known = freshWorkspace();
    await encodeSample(records, known, subsets);
    const [again, fresh] = [
      await encodeSample(records, known, subsets),
      await encodeSample(records, freshWorkspace(), subsets),
    ];
    expect(again.slices).toEqual(fresh.slices);
  });

  it('counts each name, version and arch once', async () => {
    const { slices } = await encodeSample([...records, ...records], freshWorkspace());
    expect(slices.reduce((sum, { packages }) => sum + packages, 0)).toBe(NAMES.length);
  });

  it('reports every conflict of every slice in one error, and remembers none of it', async () => {
    const workspace = freshWorkspace();
    const contradicting = [...records, ...records.slice(1, 4).map((record) => ({ ...record, size: 1 }))];
    for (let run = 0; run < 2; run++) {
      const { code, problems } = await failureOf(encodeSample(contradicting, workspace));
      expect(code).toBe('metadata');
      expect(problems.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
        'sample.jsonl:6 c 1 (x) is also defined at sample.jsonl:2, with different content',
        'sample.jsonl:7 d 1 (x) is also defined at sample.jsonl:3, with different content',
        'sample.jsonl:8 e 1 (x) is also defined at sample.jsonl:4, with different content',
      ]);
    }
  });
});
