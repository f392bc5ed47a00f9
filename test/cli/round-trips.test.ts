import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { httpSource, memoryStore, openRepository, pull, type Source } from '../../src/client.ts';
import { startPlainHost } from '../plain-host.ts';
import { DEBIAN, DEBIAN_CONFIG, DEBIAN_UPDATE, makeWorkspace } from '../workspace.ts';
import { serve } from './serve-process.ts';

const workspace = makeWorkspace();
const [older, newer] = [join(workspace, 'older'), join(workspace, 'newer')];

beforeAll(async () => {
  await build({ input: DEBIAN, out: older });
  cpSync(older, newer, { recursive: true });
  await build({ input: DEBIAN_UPDATE, out: newer, config: DEBIAN_CONFIG });
});

/**
 * A source that answers in rounds: what is asked for before the first answer comes is one round trip, however many files
 * it is. Far away, this is what costs the time.
 */
function inRounds(source: Source): { readonly source: Source; readonly rounds: readonly (readonly string[])[] } {
  const rounds: string[][] = [];
  let round: Promise<void> | undefined;
  const fetchLater: Source['fetch'] = async (path, request) => {
    if (round === undefined) {
      rounds.push([]);
      round = new Promise<void>((answer) => setTimeout(answer, 50)).then(() => {
        round = undefined;
      });
    }
    rounds.at(-1)?.push(path);
    await round;
    return source.fetch(path, request);
  };
  return { source: { location: source.location, fetch: fetchLater }, rounds };
}

describe('a pull of every arch and subset takes', () => {
  it('two round trips the first time, two after a change, and one without a change', async () => {
    const store = memoryStore();
    const trees = [older, newer, newer];
    const counts: number[][] = [];
    for (const tree of trees) {
      // One address for both releases, as a real site has.
      const serving = await serve(tree);
      const { source, rounds } = inRounds({ ...httpSource(serving.url), location: 'https://example.org/' });
      await pull({ source, store }).finally(serving.stop);
      counts.push(rounds.map((paths) => paths.length));
    }
    expect(counts).toEqual([[1, 2], [1, 2], [1]]);
  });
});

describe('show takes', () => {
  it('three round trips if the host has Range: index, header, bucket', async () => {
    const serving = await serve(newer);
    const { source, rounds } = inRounds(httpSource(serving.url));
    const repository = await openRepository({ source });
    const found = await repository.show('astropy-utils', { arch: 'amd64' }).finally(serving.stop);
    expect(found.map(({ record }) => record.version)).toEqual(['5.2.1-2+deb12u1']);
    expect(rounds.map((paths) => paths.length)).toEqual([1, 1, 1]);
  });

  it('three for all architectures together', async () => {
    const serving = await serve(newer);
    const { source, rounds } = inRounds(httpSource(serving.url));
    const repository = await openRepository({ source });
    const found = await repository.show('astropy-utils').finally(serving.stop);
    expect(found.map(({ arches }) => arches)).toEqual([['amd64'], ['arm64']]);
    expect(rounds.map((paths) => paths.length)).toEqual([1, 2, 2]);
  });

  it('two if the host ignores it: index, summaries', async () => {
    const host = await startPlainHost(newer);
    const { source, rounds } = inRounds(httpSource(host.url));
    const repository = await openRepository({ source });
    const found = await repository.show('astropy-utils').finally(host.stop);
    expect(found.map(({ record, arches }) => [record.version, arches])).toEqual([
      ['5.2.1-2+deb12u1', ['amd64']],
      ['5.2.1-2', ['arm64']],
    ]);
    expect(rounds.map((paths) => paths.length)).toEqual([1, 2]);
  });

  it('no more for the same package again', async () => {
    const serving = await serve(newer);
    const { source, rounds } = inRounds(httpSource(serving.url));
    const repository = await openRepository({ source });
    await repository.show('astropy-utils', { arch: 'amd64' });
    const before = rounds.length;
    await repository.show('astropy-utils', { arch: 'amd64' }).finally(serving.stop);
    expect(rounds).toHaveLength(before);
  });
});
