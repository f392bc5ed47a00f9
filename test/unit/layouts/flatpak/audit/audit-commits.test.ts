import { describe, expect, it } from 'vitest';
import {
  audit,
  commitPath,
  drafted,
  FACT_FAULTS,
  type FileFault,
  harmed,
  refOf,
  replace,
  withLastFlipped,
} from './faults.ts';
import {
  APP,
  APPSTREAM,
  ARM_APP,
  type Draft,
  draftRepository,
  LOCALE,
  type RefDraft,
  type Written,
  writeRepository,
} from './tiny-repository.ts';

const FILE_FAULTS: readonly FileFault[] = [
  ['no commit', (all) => `${commitPath(all)}: `, replace(commitPath, () => undefined)],
  [
    'a different commit under the name',
    (all) => `${commitPath(all)}: SHA-256: expected`,
    replace(commitPath, withLastFlipped),
  ],
];

describe('the audit of commits', () => {
  it.each(FACT_FAULTS)('finds %s', async (_, finding, fault) => {
    expect(await drafted(fault)).toMatch(finding);
  });

  it.each(FILE_FAULTS)('finds and names %s', async (_, finding, fault) => {
    const expected = finding(writeRepository(draftRepository()));
    expect(await harmed(fault)).toContain(expected);
  });

  it('finds an app whose commit is bound to a different ref', async () => {
    const found = await drafted(() => {}, { [APP]: { binding: ['app/x'] } });
    expect(found).toMatch(/clients refuse its commit, which is bound to app\/x$/m);
  });

  it('finds commits without the collection that is announced to clients', async () => {
    const announce = (draft: Draft): void => {
      draft.config = draft.config.replace('[flatpak]', 'collection-id=org.test\n[flatpak]\ndeploy-collection-id=true');
    };
    const all = Object.fromEntries([APP, ARM_APP, APPSTREAM, LOCALE].map((name) => [name, { collection: 'org.test' }]));
    const missing = /collection of its commit: expected org\.test, found none/;
    expect(await drafted(announce)).toMatch(missing);
    expect(await drafted(announce, all)).not.toMatch(missing);
  });

  it.each<[string, Partial<RefDraft['shown']>, RegExp]>([
    ['sizes', { installed: 1n }, /appstream2\/x86_64: installed size: expected 512, found 1/],
    ['metadata', { metadata: '' }, /appstream2\/x86_64: metadata: the texts differ/],
  ])('takes %s from the tree of a commit that does not state them', async (_, wrong, finding) => {
    expect(await drafted((draft) => Object.assign(refOf(draft, APPSTREAM).shown, wrong))).toMatch(finding);
  });

  it('finds a directory of a tree that does not match its digest', async () => {
    const tree = (written: Written): string =>
      [...written.files.keys()].find((path) => path.endsWith('.dirtree')) ?? '';
    const found = await harmed(replace(tree, withLastFlipped));
    expect(found).toContain('.dirtree: expected bytes that match its digest, found others');
  });

  it('remarks that there are no objects to compare with', async () => {
    const written = writeRepository(draftRepository());
    for (const path of [...written.files.keys()]) if (/^(objects|refs)\//.test(path)) written.files.delete(path);
    expect(await audit(written)).toMatchObject({
      commits: 0,
      findings: [],
      remarks: [{ path: 'objects', message: 'missing, so refs were not compared with their commits' }],
    });
  });
});
