import { describe, expect, it } from 'vitest';
import { findBreaks } from '../../../../../src/layouts/apt/generate/find-breaks.ts';

const release = {
  ...{ origin: 'Example', label: 'Example', suite: 'stable', codename: 'bookworm' },
  ...{ notAutomatic: false, butAutomaticUpgrades: false, acquireByHash: true, allInEachArch: true },
  ...{ architectures: ['amd64', 'arm64'], components: ['main'], sha256: [] },
};

const breaksOf = (changes: Partial<typeof release>): readonly string[] =>
  findBreaks(new Map([['stable', { release }]]), new Map([['stable', { ...release, ...changes }]]));

describe('what stops machines that have a suite', () => {
  it.each<[string, Partial<typeof release>, string]>([
    ['its origin', { origin: 'Other' }, 'Origin from "Example" to "Other"'],
    ['its label', { label: 'Other' }, 'Label from "Example" to "Other"'],
    ['its codename', { codename: 'trixie' }, 'Codename from "bookworm" to "trixie"'],
    ['its priority', { notAutomatic: true }, 'the priority from "500" to "1"'],
    ['two facts', { origin: 'A', label: 'B' }, 'Origin from "Example" to "A", Label from "Example" to "B"'],
  ])('is a change of %s', (_, changes, text) => {
    expect(breaksOf(changes)).toEqual([
      `dists/stable: changes ${text}; machines that have the suite refuse it until apt-get update --allow-releaseinfo-change`,
    ]);
  });

  it('is a first origin too', () => {
    const { origin, ...before } = release;
    expect(
      findBreaks(new Map([['stable', { release: before }]]), new Map([['stable', { ...before, origin }]])),
    ).toEqual([
      'dists/stable: changes Origin from "" to "Example"; machines that have the suite refuse it until apt-get update --allow-releaseinfo-change',
    ]);
  });

  it('is a lost architecture', () => {
    expect(breaksOf({ architectures: ['amd64', 'riscv64'] })).toEqual([
      'dists/stable: no list for arm64 any more; to keep lists for machines of every kind, name their architectures in `arches`',
    ]);
  });

  it('is a lost suite', () => {
    expect(findBreaks(new Map([['stable', { release }]]), new Map())).toEqual([
      'dists/stable: the suite goes; machines that have it get errors from now on',
    ]);
  });

  it('is nothing that apt takes as it comes', () => {
    expect(
      breaksOf({ suite: 'oldstable', components: ['main', 'contrib'], architectures: ['amd64', 'arm64', 'i386'] }),
    ).toEqual([]);
    expect(findBreaks(new Map(), new Map([['stable', release]]))).toEqual([]);
  });
});
