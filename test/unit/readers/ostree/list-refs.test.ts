import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silent } from '../../../../src/model/progress.ts';
import { listRefs } from '../../../../src/readers/ostree/list-refs.ts';
import { isOstreeRepository, openOstreeRepository } from '../../../../src/readers/ostree/open-repository.ts';
import { EPOCH, noDigest, OstreeRepository } from '../../../ostree-repository.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const fresh = (): OstreeRepository => new OstreeRepository(join(workspace, String(counter++)));
const list = async ({ directory }: OstreeRepository): ReturnType<typeof listRefs> =>
  listRefs(await openOstreeRepository(directory, silent));
const recordsOf = async (repository: OstreeRepository): Promise<readonly unknown[]> =>
  (await list(repository)).documents.map(({ content }) => JSON.parse(Buffer.from(content).toString()));

describe('listRefs', () => {
  it('makes a record of each app and runtime, and of nothing else', async () => {
    const repository = fresh();
    const commit = repository.commit('app/org.a.A/x86_64/stable', { subsets: ['b', 'a'], text: 'text' });
    for (const name of ['runtime/org.a.R/arm/1', 'appstream2/arm', 'custom', 'app/short', 'app/org.a.A/arm/b/c'])
      repository.commit(name);
    const [app, runtime, ...others] = await recordsOf(repository);
    expect(app).toEqual({
      name: 'org.a.A',
      version: 'stable',
      arch: 'x86_64',
      kind: 'app',
      ref: 'app/org.a.A/x86_64/stable',
      commit,
      timestamp: Number(EPOCH),
      size: 1024,
      installedSize: 4096,
      subsets: ['b', 'a'],
      details: { metadata: 'text' },
    });
    expect(runtime).toMatchObject({ name: 'org.a.R', version: '1', arch: 'arm', kind: 'runtime' });
    expect(others).toEqual([]);
    expect((await list(repository)).subsets).toEqual(['a', 'b']);
  });

  it('names the file of a ref as the input', async () => {
    const repository = fresh();
    repository.commit('app/org.a.A/x86_64/stable');
    expect((await list(repository)).documents.map(({ path }) => path)).toEqual([
      'refs/heads/app/org.a.A/x86_64/stable',
    ]);
  });

  it('takes sizes and metadata from the tree of a commit that does not tell', async () => {
    const repository = fresh();
    const [big, metadata] = [repository.writeFile('x'.repeat(513)), repository.writeFile('[Application]\n')];
    const below = repository.writeTree({ files: { big, again: big } });
    const tree = repository.writeTree({ files: { metadata, big }, directories: { below } });
    repository.writeRef('app/org.a.A/x86_64/stable', repository.writeCommit({ tree }));
    expect(await recordsOf(repository)).toEqual([
      expect.objectContaining({ installedSize: 3 * 1024 + 512, details: { metadata: '[Application]\n' } }),
    ]);
  });

  it('reports every ref that cannot be read', async () => {
    const repository = fresh();
    repository.commit('app/org.a.A/x86_64/stable');
    repository.writeRef('app/a', noDigest());
    repository.writeRef('app/b', 'garbage');
    await expect(list(repository)).rejects.toThrow('2 problems in the input; nothing was written');
  });

  it('ends with the signal, while it opens the repository and while it reads commits', async () => {
    const repository = fresh();
    repository.commit('app/org.a.A/x86_64/stable');
    const aborted = new AbortController();
    const late = openOstreeRepository(repository.directory, silent, { signal: aborted.signal });
    aborted.abort();
    await expect(late).rejects.toMatchObject({ code: 'interrupted' });
    const opened = await openOstreeRepository(repository.directory, silent);
    await expect(listRefs(opened, aborted.signal)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('isOstreeRepository', () => {
  it('is true for a directory with a configuration, objects and refs', () => {
    expect(isOstreeRepository(fresh().directory)).toBe(true);
  });

  it('is false for any other, for a file, and for nothing', () => {
    const directory = writeFiles(join(workspace, 'other'), { config: '', 'objects/a': '', file: '' });
    expect([directory, join(directory, 'file'), join(directory, 'gone')].map(isOstreeRepository)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
