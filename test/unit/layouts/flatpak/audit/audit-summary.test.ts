import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { packUint32, packUint64 } from '../../../../../src/glib/gvariant/pack.ts';
import {
  audit,
  drafted,
  type Fault,
  type FileFault,
  findingsOf,
  flipped,
  gzOf,
  harmed,
  inTwoMembers,
  newestOf,
  refOf,
  replace,
  summaryOf,
  withDirtyPadding,
} from './faults.ts';
import { APP, APPSTREAM, ARM_APP, draftRepository, OTHER, writeRepository } from './tiny-repository.ts';

const FAULTS: readonly Fault[] = [
  [
    'refs out of order',
    /^summaries\/\w+\.gz: app\/.*: out of order \(after appstream2\/x86_64\); clients' binary search misses it$/m,
    (draft) => void summaryOf(draft, 'x86_64').refs.reverse(),
  ],
  [
    'a ref that is listed twice',
    /^summaries\/\w+\.gz: app\/.*: listed twice$/m,
    (draft) => void summaryOf(draft, 'x86_64').refs.unshift(APP),
  ],
  [
    'a ref of a different architecture',
    /^summaries\/\w+\.gz: app\/org\.test\.App\/aarch64\/stable: does not belong to x86_64$/m,
    (draft) => void summaryOf(draft, 'x86_64').refs.unshift(ARM_APP),
  ],
  [
    'the appstream of everything in a subset',
    /: appstream2\/x86_64: does not belong to x86_64, subset free$/m,
    (draft) => void summaryOf(draft, 'free-x86_64').refs.splice(1, 0, APPSTREAM),
  ],
  [
    'a version that clients do not know',
    /^summaries\/\w+\.gz: xa\.summary-version: expected 1, found 2/m,
    (draft) => {
      summaryOf(draft, 'x86_64').version = 2;
    },
  ],
  [
    'an app without sizes and metadata',
    /^summaries\/\w+\.gz: app\/.*: expected xa\.data, found none/m,
    (draft) => {
      summaryOf(draft, 'aarch64').facts = (facts) => facts.filter(([key]) => key !== 'xa.data');
    },
  ],
  [
    'an app about which two summaries say different things',
    /^summaries\/\w+\.gz: app\/.*: in another summary, timestamp: expected \d+, found 1/m,
    (draft) => {
      summaryOf(draft, 'x86_64').facts = (facts) =>
        facts.map(([key, value]) => [key, key === 'ot.ts' ? packUint64(1n, 'big') : value]);
    },
  ],
  [
    'a fact of a ref that is listed twice',
    /^summaries\/\w+\.gz: app\/.*: ot\.ts is listed twice$/m,
    (draft) => {
      summaryOf(draft, 'x86_64').facts = (facts) => [...facts, ...facts.slice(-1)];
    },
  ],
  [
    'a fact of a different type than clients look for',
    /^summaries\/\w+\.gz: app\/.*: expected tokt of type i, found u/m,
    (draft) => {
      summaryOf(draft, 'x86_64').facts = (facts) =>
        facts.map(([key, value]) => [key, key === 'tokt' ? packUint32(2) : value]);
    },
  ],
  [
    'a summary that is not in normal form',
    /^summaries\/\w+\.gz: GVariant of type .*: expected zeros/m,
    (draft) => {
      summaryOf(draft, 'x86_64').harm = withDirtyPadding;
    },
  ],
];

const FILE_FAULTS: readonly FileFault[] = [
  ['no summary', (all) => `${gzOf(all)}: expected a file, found none`, replace(gzOf, () => undefined)],
  ['a summary that is cut off', (all) => `${gzOf(all)}: gzip: `, replace(gzOf, (bytes) => bytes.subarray(0, -1))],
  [
    'bytes after a summary',
    (all) => `${gzOf(all)}: gzip: `,
    replace(gzOf, (bytes) => Buffer.concat([bytes, bytes.subarray(0, 1)])),
  ],
  [
    'a summary in two members, of which clients read the first',
    (all) => `${gzOf(all)}: gzip: expected one member, found several`,
    replace(gzOf, inTwoMembers),
  ],
  ['a summary that is not compressed', (all) => `${gzOf(all)}: gzip: `, replace(gzOf, (bytes) => gunzipSync(bytes))],
  [
    'a different summary under the name',
    (all) => `${gzOf(all)}: SHA-256: expected ${newestOf(all)}`,
    replace(gzOf, (bytes) => gzipSync(flipped(gunzipSync(bytes), 3))),
  ],
  [
    'a web page instead of a summary',
    (all) => `${gzOf(all)}: expected gzip, found a web page`,
    replace(gzOf, () => encodeText('<!DOCTYPE html>')),
  ],
];

describe('the audit of a summary', () => {
  it.each(FAULTS)('finds %s', async (_, finding, fault) => {
    expect(await drafted(fault)).toMatch(finding);
  });

  it.each(FILE_FAULTS)('finds and names %s', async (_, finding, fault) => {
    const expected = finding(writeRepository(draftRepository()));
    expect(await harmed(fault)).toContain(expected);
  });

  it('does not report each ref of a summary that is broken', async () => {
    const found = await harmed(replace(gzOf, () => undefined));
    expect(found.split('\n')).toHaveLength(1);
  });

  it('allows a ref wherever another ref of the same commit belongs, as flatpak does', async () => {
    const draft = draftRepository();
    const app = refOf(draft, APP);
    const twin = { ...refOf(draft, ARM_APP), ...app, name: ARM_APP };
    draft.refs = draft.refs.map((ref) => (ref.name === ARM_APP ? twin : ref));
    draft.files.set(`refs/heads/${ARM_APP}`, encodeText(app.commit));
    for (const summary of draft.summaries) summary.refs = [...new Set([ARM_APP, APP, ...summary.refs])].sort();
    const found = await findingsOf(writeRepository(draft));
    expect(found).not.toContain('does not belong');
  });

  it('remarks refs that clients never see because only the summary of their own architecture lists them', async () => {
    const draft = draftRepository();
    const arm = refOf(draft, ARM_APP);
    const name = ARM_APP.replace('aarch64', 'arm');
    draft.refs.push({ ...arm, name });
    draft.summaries.splice(1, 0, { name: 'arm', refs: [name, OTHER], version: 1, history: [] });
    const { remarks } = await audit(writeRepository(draft));
    expect(remarks.map(({ message }) => message)).toEqual([
      'aarch64 machines load only this summary, so they never see 1 refs of their second architecture',
    ]);
  });
});
