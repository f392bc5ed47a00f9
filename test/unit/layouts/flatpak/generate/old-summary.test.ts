import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../../src/bytes/bytes.ts';
import { Variant } from '../../../../../src/glib/gvariant/variant.ts';
import { SUMMARY_TYPE } from '../../../../../src/layouts/flatpak/format/summary.ts';
import { draftOldSummary } from '../../../../../src/layouts/flatpak/generate/old-summary.ts';
import { sha256Of } from '../../../../workspace.ts';
import { digestOf } from '../format/sample-refs.ts';
import { freshWorkspace, noting, packedRef, type RefSpec, refsOf, repositoryWith } from './packed-refs.ts';

const SPECS: readonly RefSpec[] = [
  { name: 'app/org.a.A/arm/stable', commit: 1 },
  { name: 'app/org.a.A/x86_64/stable', commit: 2 },
  { name: 'appstream2/free-x86_64', commit: 3 },
  { name: 'appstream2/x86_64', commit: 4 },
  { name: 'custom', commit: 1 },
];

function inputOf(config: string, exact = false): Parameters<typeof draftOldSummary>[0] & ReturnType<typeof noting> {
  return {
    repository: repositoryWith(config),
    refs: refsOf(SPECS),
    metadata: [],
    exact,
    workspace: freshWorkspace(),
    ...noting(),
  };
}

async function namesIn(config: string, exact = false): Promise<readonly string[]> {
  const draft = await draftOldSummary(inputOf(config, exact));
  const bytes = concatBytes(await draft.chunks());
  expect([draft.size, draft.sha256]).toEqual([bytes.length, sha256Of(bytes)]);
  return [...new Variant(SUMMARY_TYPE, bytes).child(0).children()].map((entry) => entry.child(0).string());
}

describe('the old summary', () => {
  it('has refs of all architectures, and none of a subset', async () => {
    const names = SPECS.map(({ name }) => name).filter((name) => name !== 'appstream2/free-x86_64');
    expect(await namesIn('')).toEqual(names);
  });

  it.each([
    ['x86_64;', ['app/org.a.A/x86_64/stable', 'appstream2/x86_64', 'custom']],
    ['arm;x86_64', ['app/org.a.A/arm/stable', 'app/org.a.A/x86_64/stable', 'appstream2/x86_64', 'custom']],
    ['m68k;', ['custom']],
    ['', ['custom']],
  ])('has those of the architectures that the configuration names, and refs of none: %j', async (arches, expected) => {
    expect(await namesIn(`[flatpak]\nsummary-arches=${arches}\n`)).toEqual(expected);
  });

  it('has every ref of the commits in it, like flatpak, if exact', async () => {
    const names = ['app/org.a.A/arm/stable', 'app/org.a.A/x86_64/stable', 'appstream2/x86_64', 'custom'];
    expect(await namesIn('[flatpak]\nsummary-arches=x86_64\n', true)).toEqual(names);
  });

  it('causes a warning if plain OSTree cannot read it, each time', async () => {
    const { warnings, ...input } = inputOf('');
    const large = packedRef({ name: 'app/org.a.Large/x86_64/stable' });
    const forms = { ...large.forms, sizes: new Uint8Array(11 * 1024 * 1024) };
    const refs = { count: 1, key: digestOf(7), packed: async () => [{ ...large, forms }] };
    for (let run = 0; run < 2; run++) await draftOldSummary({ ...input, refs });
    const warning = expect.stringMatching(/^summary: \d+ bytes, but OSTree before 2023\.4 reads at most 10485760; /);
    expect(warnings).toEqual([warning, warning]);
    await draftOldSummary(input);
    expect(warnings).toHaveLength(2);
  });

  it('is not packed again if nothing changed, until its bytes are asked for', async () => {
    const { warnings: _, ...input } = inputOf('');
    let asked = 0;
    const packed = (): ReturnType<typeof input.refs.packed> => {
      asked++;
      return input.refs.packed();
    };
    const refs = { ...input.refs, packed };
    const first = await draftOldSummary({ ...input, refs });
    const second = await draftOldSummary({ ...input, refs });
    expect([asked, second.sha256, second.size]).toEqual([1, first.sha256, first.size]);
    expect(concatBytes(await second.chunks())).toEqual(concatBytes(await first.chunks()));
  });
});
