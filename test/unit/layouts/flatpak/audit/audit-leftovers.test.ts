import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { audit, type FileFault, findingsOf, harmed, olderOf, sha } from './faults.ts';
import { digestOf, draftRepository, writeRepository } from './tiny-repository.ts';

const FILE_FAULTS: readonly FileFault[] = [
  [
    'a leftover summary that is broken',
    () => `summaries/${sha('a')}.gz: SHA-256: expected ${sha('a')}`,
    (all) => void all.files.set(`summaries/${sha('a')}.gz`, gzipSync('b')),
  ],
];

describe('the audit of leftovers', () => {
  it.each(FILE_FAULTS)('finds and names %s', async (_, finding, fault) => {
    const expected = finding(writeRepository(draftRepository()));
    expect(await harmed(fault)).toContain(expected);
  });

  it('remarks on a delta to nothing, which an interrupted build leaves', async () => {
    const written = writeRepository(draftRepository());
    const path = `summaries/${sha('a')}-${sha('b')}.delta`;
    written.files.set(path, new Uint8Array(0));
    const remark = { path, message: 'leads to a summary that is missing: the next build will remove it' };
    const { findings, remarks } = await audit(written);
    expect([findings, remarks]).toEqual([[], expect.arrayContaining([remark])]);
  });

  it('ignores files of OSTree, and names foreign files among the summaries', async () => {
    const written = writeRepository(draftRepository());
    for (const path of ['.lock', 'state/x', 'tmp/cache/y', 'extensions/z', 'summaries/README']) {
      written.files.set(path, encodeText('x'));
    }
    expect(await audit(written)).toMatchObject({ findings: [], foreign: ['summaries/README'] });
  });

  it('leaves alone what is kept for clients with an older index', async () => {
    const written = writeRepository(draftRepository());
    const older = encodeText('an older summary');
    written.files.set(`summaries/${digestOf(older)}.gz`, gzipSync(older));
    written.files.set(
      `summaries/${digestOf(older)}-${olderOf(written)}.delta`,
      encodeText('to a version of the history'),
    );
    expect(await findingsOf(written)).toBe('');
  });
});
