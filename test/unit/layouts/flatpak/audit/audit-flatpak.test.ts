import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import {
  audit,
  commitPath,
  type FileFault,
  gzOf,
  harmed,
  indexOfDeltas,
  replace,
  sha,
  withLastFlipped,
} from './faults.ts';
import { auditDirectory, auditFiles, draftRepository, type Written, writeRepository } from './tiny-repository.ts';

const FAULTS: readonly FileFault[] = [
  [
    'a file that holds no signature',
    () => 'summary.idx.sig: ',
    (all) => void all.files.set('summary.idx.sig', encodeText('x')),
  ],
];

describe('the audit of a flatpak repository', () => {
  it('finds nothing wrong with a right one, and counts what it checked', async () => {
    expect(await audit(writeRepository(draftRepository()))).toEqual({
      layout: 'flatpak',
      lastModified: 1_600_000_000,
      summaries: 4,
      refs: 5,
      commits: 5,
      deltas: 4,
      staticDeltas: 1,
      clients: 4 * 5,
      signatures: 0,
      goodSignatures: 0,
      findings: [],
      remarks: [],
      foreign: [],
    });
  });

  it.each(FAULTS)('finds and names %s', async (_, finding, fault) => {
    expect(await harmed(fault)).toContain(finding(writeRepository(draftRepository())));
  });

  it.each<[string, (written: Written) => void]>([
    ['is right', () => {}],
    ['lost a summary', replace(gzOf, () => undefined)],
    ['has a changed commit', replace(commitPath, withLastFlipped)],
    ['has a ref that is in no summary', ({ files }) => files.set('refs/heads/app/a/x86_64/b', encodeText(sha('new')))],
    ['has a leftover delta', ({ files }) => files.set(`summaries/${sha('a')}-${sha('b')}.delta`, new Uint8Array(0))],
    ['lacks an index of static deltas', (written) => written.files.delete(indexOfDeltas(written))],
    ['has a foreign file', ({ files }) => files.set('summaries/README', encodeText('x'))],
  ])('is the same in a directory and in any source that lists its files, if it %s', async (_, fault) => {
    const written = writeRepository(draftRepository());
    fault(written);
    const withoutReasons = (text: string): string =>
      text.replace(/cannot read: [^"]*|expected a file, found none/g, 'missing');
    const [listed, inDirectory] = [await auditFiles(written.files), await auditDirectory(written.files)];
    expect(withoutReasons(JSON.stringify(listed))).toEqual(withoutReasons(JSON.stringify(inDirectory)));
  });
});
