import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../../../src/client/in-memory.ts';
import { type DiffReport, diff } from '../../../../../src/diff.ts';
import { byHashNextTo } from '../../../../../src/layouts/apt/format/paths.ts';
import {
  type ArchiveDraft,
  digestOf,
  draftArchive,
  type Files,
  stanza,
  stanzas,
  writeArchive,
} from '../audit/tiny-archive.ts';

const ARM64 = 'dists/stable/main/binary-arm64/Packages';

async function archive(change: (draft: ArchiveDraft) => void = () => undefined): Promise<Files> {
  const draft = draftArchive();
  change(draft);
  return writeArchive(draft);
}

async function compare(before: Files, after: Files, options: Parameters<typeof diff>[2] = {}): Promise<DiffReport> {
  return diff({ source: memorySource(before, 'before') }, { source: memorySource(after, 'after') }, options);
}

const nothing = { added: [], removed: [], changed: [], content: [] };
const both = ['stable/main/amd64', 'stable/main/arm64'];

describe('diff, of two apt archives', () => {
  it('finds nothing between equal ones', async () => {
    expect(await compare(await archive(), await archive())).toEqual({
      layout: 'apt',
      otherLayouts: [],
      ...nothing,
      summaries: { compared: both, added: [], removed: [] },
      notes: [],
    });
  });

  it('finds what was added, removed, upgraded, and changed under the same version', async () => {
    const after = await archive((draft) => {
      const common = stanza('common', { Architecture: 'all', Version: '1.10' });
      draft.packages.set('amd64', stanzas(stanza('beta', { Size: '101' }), stanza('gamma'), common));
      draft.packages.set('arm64', stanzas(stanza('alpha', { Architecture: 'arm64' }), common));
    });
    expect(await compare(await archive(), after)).toMatchObject({
      added: [{ name: 'gamma', version: '1.0', arch: 'amd64', arches: ['amd64'] }],
      removed: [{ name: 'alpha', version: '1.0', arch: 'amd64', arches: ['amd64'] }],
      changed: [
        { name: 'common', arch: 'all', from: '1.0', to: '1.10', direction: 'upgrade', arches: ['amd64', 'arm64'] },
      ],
      content: [{ name: 'beta', fields: [{ field: 'Size', from: '100', to: '101' }] }],
    });
  });

  it('compares one architecture, and names those that there are', async () => {
    const after = await archive((draft) => draft.packages.set('amd64', stanzas(stanza('gamma'))));
    expect(await compare(await archive(), after, { arch: 'arm64' })).toMatchObject({
      ...nothing,
      summaries: { compared: ['stable/main/arm64'] },
    });
    await expect(compare(await archive(), after, { arch: 'i386' })).rejects.toMatchObject({
      code: 'not-found',
      path: 'after',
      message: 'expected an index of "i386", found amd64 and arm64',
    });
  });

  it('says which indexes only one side has', async () => {
    const after = await archive((draft) => draft.packages.delete('arm64'));
    expect(await compare(await archive(), after)).toMatchObject({
      summaries: { compared: both, added: [], removed: ['stable/main/arm64'] },
      removed: [
        { name: 'alpha', arches: ['arm64'] },
        { name: 'common', arches: ['arm64'] },
      ],
    });
  });

  it('goes back to an older version that is kept, and refuses one that is not', async () => {
    const source = memorySource(await archive(), 'tree');
    const report = await diff({ source, steps: 1 }, { source }, { arch: 'amd64' });
    expect(report).toMatchObject({
      added: [{ name: 'beta' }, { name: 'common' }],
      removed: [],
      changed: [],
      content: [],
    });
    await expect(diff({ source, steps: 2 }, { source })).rejects.toMatchObject({
      code: 'not-found',
      path: 'tree',
      message: '@2: it has 1',
    });
  });

  it('reads another compression where one is missing, and refuses bytes that are not what was promised', async () => {
    const [before, after] = [
      await archive((draft) => draft.packages.set('arm64', stanzas(stanza('x', { Architecture: 'arm64' })))),
      await archive(),
    ];
    const pathOf = (suffix: string): string =>
      byHashNextTo(ARM64, digestOf(after.get(`${ARM64}${suffix}`) ?? new Uint8Array(0)));
    after.delete(pathOf('.gz'));
    expect((await compare(before, after)).removed).toMatchObject([{ name: 'x' }]);
    const plain = pathOf('');
    const bytes = (after.get(plain) ?? new Uint8Array(0)).slice();
    bytes[0] = 0x51;
    after.set(plain, bytes);
    await expect(compare(before, after)).rejects.toMatchObject({
      code: 'integrity',
      path: plain,
      message: 'expected the bytes that the Release file names, found others',
    });
    after.delete(plain);
    await expect(compare(before, after)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('refuses a subset', async () => {
    await expect(compare(await archive(), await archive(), { subset: 'free' })).rejects.toMatchObject({
      code: 'usage',
      message: 'an apt archive has no subsets',
    });
  });
});
