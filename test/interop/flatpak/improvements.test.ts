import { describe, expect, it } from 'vitest';
import { stateOf } from '../../workspace.ts';
import { configure, copyRepository } from './pair.ts';
import { requireFlatpak } from './programs.ts';
import { differencesBetween, publishedPaths } from './published-files.ts';
import { publishByRepomill } from './publishers.ts';
import { commitBuild } from './repository.ts';
import { openStage } from './stage.ts';

describe.skipIf(!requireFlatpak())('a build that is not exact', () => {
  const stage = openStage();

  it('writes nothing where nothing changed, and touches nothing', async () => {
    const repository = stage.newRepository();
    expect(await publishByRepomill(repository, stage.environment)).toMatchObject({ changed: true });
    const before = stateOf(repository);
    expect(await publishByRepomill(repository, stage.environment)).toMatchObject({ changed: false, writtenBytes: 0 });
    expect(stateOf(repository)).toEqual(before);
  });

  it('writes the same bytes whenever and wherever it runs', async () => {
    const repository = stage.newRepository();
    const copy = stage.newDirectory();
    copyRepository(repository, copy);
    await publishByRepomill(repository, stage.environment);
    await publishByRepomill(copy, stage.environment, { seconds: 4_102_444_800n });
    expect(publishedPaths(copy)).toContain('summary.idx');
    expect(differencesBetween(copy, repository)).toEqual([]);
  });

  it('keeps as many older versions as the config of the repository says', async () => {
    const repository = stage.newRepository();
    configure(repository, { flatpak: { 'summary-history-length': '3' } });
    for (let release = 1; release <= 5; release++) {
      await commitBuild(repository, { id: 'org.test.Hello', arch: 'arm', release }, stage.environment);
      await publishByRepomill(repository, stage.environment);
    }
    const report = (await publishByRepomill(repository, stage.environment)) as Report;
    expect(report.summaries.find(({ arch, subset }) => arch === 'arm' && subset === undefined)?.history).toHaveLength(
      3,
    );
  });

  it('refuses a subset that clients would not find, and writes nothing', async () => {
    const repository = stage.newRepository();
    await commitBuild(repository, { id: 'org.test.A', arch: 'x86_64', subsets: ['not-free'] }, stage.environment);
    const before = stateOf(repository);
    await expect(publishByRepomill(repository, stage.environment)).rejects.toThrow('found subset "not-free"');
    expect(stateOf(repository)).toEqual(before);
  });

  it('refuses to announce a collection that commits are not bound to, and writes nothing', async () => {
    const repository = stage.newRepository();
    configure(repository, { core: { 'collection-id': 'org.test.C' }, flatpak: { 'deploy-collection-id': 'true' } });
    const before = stateOf(repository);
    await expect(publishByRepomill(repository, stage.environment)).rejects.toThrow(
      'commits of collection "org.test.C"',
    );
    expect(stateOf(repository)).toEqual(before);
  });
});

interface Report {
  readonly summaries: readonly {
    readonly arch: string;
    readonly subset?: string;
    readonly history: readonly unknown[];
  }[];
}
