import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packArray, packBytes, packString, packTuple, packUint64 } from '../../src/glib/gvariant/pack.ts';
import { packRef, packSummary } from '../../src/layouts/flatpak/format/summary.ts';
import { encodeSummaryIndex } from '../../src/layouts/flatpak/format/summary-index.ts';
import { digestOf, sampleRef } from '../unit/layouts/flatpak/format/sample-refs.ts';
import { sha256Of, writeFiles } from '../workspace.ts';
import { BAD, digestIn, goodRepository, indexOf, refusal, warningsOf } from './hostile-repository.ts';

describe('a published index that cannot be continued is refused', () => {
  it.each([
    ['is empty', () => new Uint8Array(0)],
    ['is garbage', () => Buffer.from('<html>not found</html>')],
    ['was cut', (bytes: Uint8Array) => bytes.subarray(0, -1)],
    ['is not in normal form', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0)],
    ['has a digest of a million bytes', () => indexWithDigest(new Uint8Array(1_000_000))],
  ])('that %s', async (_, change) => {
    const repository = goodRepository();
    await warningsOf(repository);
    const file = join(repository.directory, 'summary.idx');
    writeFileSync(file, change(readFileSync(file)));
    const { code, problems } = await refusal(repository);
    expect([code, problems]).toEqual(['format', [expect.stringContaining('summary.idx: ')]]);
  });

  it('that is longer than any index may be', async () => {
    const repository = goodRepository();
    await warningsOf(repository);
    truncateSync(join(repository.directory, 'summary.idx'), 20_000_000);
    const { problems } = await refusal(repository);
    expect(problems).toEqual([expect.stringContaining('summary.idx: expected at most 16777216 bytes, found 20000000')]);
  });

  it('whose time is the latest possible', async () => {
    const repository = goodRepository();
    await warningsOf(repository);
    const last = packUint64((1n << 64n) - 1n, 'big');
    writeFileSync(
      join(repository.directory, 'summary.idx'),
      encodeSummaryIndex([], [['ostree.summary.last-modified', last]]),
    );
    const { problems } = await refusal(repository);
    expect(problems).toEqual([expect.stringContaining('summary.idx: ')]);
  });
});

describe('a published summary that cannot be read loses its delta, with a warning', () => {
  const spoilt = async (spoil: (file: string) => void): Promise<void> => {
    const repository = goodRepository();
    await warningsOf(repository);
    const [before] = indexOf(repository).summaries;
    spoil(join(repository.directory, `summaries/${before?.sha256}.gz`));
    repository.commit(BAD);
    const warnings = await warningsOf(repository);
    expect(warnings).toEqual([expect.stringContaining(`summaries/${before?.sha256}.gz`)]);
    expect(indexOf(repository).summaries.map(({ history }) => history)).toEqual([[]]);
    expect(readdirSync(join(repository.directory, 'summaries')).filter((name) => name.endsWith('.delta'))).toEqual([]);
  };

  it.each([
    ['is gone', (file: string) => rmSync(file)],
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['was cut', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, -5))],
    ['is not compressed', (file: string) => writeFileSync(file, 'not gzip')],
    ['inflates to 80 MB', (file: string) => writeFileSync(file, gzipSync(Buffer.alloc(80_000_000)))],
    ['is a different file', (file: string) => writeFileSync(file, gzipSync('a different file'))],
    [
      'has bytes after its end',
      (file: string) => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(9)])),
    ],
  ])('that %s', (_, spoil) => spoilt(spoil));

  it('that matches its name and is not a summary', async () => {
    const repository = goodRepository();
    await warningsOf(repository);
    const sha256 = digestIn(sha256Of('no summary'));
    writeFiles(repository.directory, {
      [`summaries/${sha256}.gz`]: gzipSync('no summary'),
      'summary.idx': encodeSummaryIndex([{ name: 'x86_64', sha256, history: [] }], []),
    });
    expect(await warningsOf(repository)).toEqual([expect.stringContaining(`summaries/${sha256}.gz`)]);
    expect(indexOf(repository).summaries.map(({ history }) => history)).toEqual([[]]);
  });

  it('that lists refs out of order still has a delta to the newest', async () => {
    const repository = goodRepository();
    await warningsOf(repository);
    const old = packSummary(['z', 'a', 'm'].map((name) => packRef(sampleRef(name)))).bytes;
    const sha256 = digestIn(sha256Of(old));
    writeFiles(repository.directory, {
      [`summaries/${sha256}.gz`]: gzipSync(old),
      'summary.idx': encodeSummaryIndex([{ name: 'x86_64', sha256, history: [digestOf(9)] }], []),
    });
    expect(await warningsOf(repository)).toEqual([expect.stringContaining(`summaries/${digestOf(9)}.gz`)]);
    expect(indexOf(repository).summaries.map(({ history }) => history)).toEqual([[sha256]]);
  });
});

function indexWithDigest(sha256: Uint8Array): Uint8Array {
  const about = packTuple([packBytes(sha256), packArray('ay', []), packArray('{sv}', [])]);
  const entry = packTuple([packString('x86_64'), about], 'entry');
  return packTuple([packArray('{s(ayaaya{sv})}', [entry]), packArray('{sv}', [])]).bytes;
}
