import { describe, expect, it } from 'vitest';
import { type CopyRequest, type CopyState, planCopy } from '../../../src/client/plan-copy.ts';
import { formatSummaryName, type Selection } from '../../../src/client/selection.ts';
import type { SummaryEntry } from '../../../src/layouts/native/format/repository-index.ts';
import { noDigest } from '../../ostree-repository.ts';

/** An entry by its name: `amd64` or `amd64/free`. */
function entryOf(name: string): SummaryEntry {
  const [arch = '', subset] = name.split('/');
  const base = { sha256: noDigest(), size: 1, storedSize: 1, packages: 1, history: [] };
  const header = { sha256: noDigest(), size: 1, storedSize: 1 };
  return { arch, ...(subset === undefined ? {} : { subset }), ...base, header };
}

/** A copy with an index of these summaries, of which it has those that a selection covers, or the named ones. */
function copyOf(listed: readonly string[], held: readonly string[], selections?: readonly Selection[]): CopyState {
  const entries = listed.map(entryOf);
  return { listed: entries, held: entries.filter((_, i) => held.includes(listed[i] ?? '')), selections };
}

/** What is planned: the names of the summaries, what is asked from then on, and the rest where there is any. */
function plan(published: readonly string[], copy: CopyState, request: CopyRequest = { selection: {} }): unknown {
  const { wanted, selections, substitutes, dropped } = planCopy(published.map(entryOf), copy, request);
  const more = {
    ...(substitutes.length === 0 ? {} : { uses: substitutes.map(({ arch, uses }) => `${arch}: ${uses}`) }),
    ...(dropped.length === 0 ? {} : { dropped }),
  };
  return { wanted: wanted.map(formatSummaryName), selections, ...more };
}

const NEW = copyOf([], []);

describe('a plan for a new copy', () => {
  it.each<[string, Selection, unknown]>([
    ['everything without subsets', {}, { wanted: ['all', 'amd64', 'arm64'], selections: [{}] }],
    ['an arch', { arch: 'amd64' }, { wanted: ['amd64'], selections: [{ arch: 'amd64' }] }],
    [
      'all for an arch without a summary',
      { arch: 'mips' },
      { wanted: ['all'], selections: [{ arch: 'mips' }], uses: ['mips: all'] },
    ],
    [
      'a subset of every arch',
      { subset: 'free' },
      { wanted: ['all (free)', 'amd64 (free)'], selections: [{ subset: 'free' }] },
    ],
  ])('has %s', (_, selection, expected) => {
    const published = ['all', 'all/free', 'amd64', 'amd64/free', 'arm64'];
    expect(plan(published, NEW, { selection })).toEqual(expected);
  });

  it('is refused for what is not published, and without all', () => {
    expect(() => plan(['amd64'], NEW, { selection: { arch: 'mips' } })).toThrow(
      'no architecture mips here; there is: amd64',
    );
  });

  it('has nothing of an empty repository', () => {
    expect(plan([], NEW)).toEqual({ wanted: [], selections: [{}] });
  });
});

describe('a plan for a copy', () => {
  const amd64 = [{ arch: 'amd64' }];

  it('moves an arch from all to its own summary, and back', () => {
    const served = { wanted: ['all'], selections: amd64, uses: ['amd64: all'] };
    const own = { wanted: ['amd64'], selections: amd64 };
    expect(plan(['all', 'amd64'], copyOf(['all'], ['all'], amd64))).toEqual(own);
    expect(plan(['all'], copyOf(['all', 'amd64'], ['amd64'], amd64))).toEqual(served);
    // Between the two writes of a pull that crashed, it has both.
    expect(plan(['all', 'amd64'], copyOf(['all', 'amd64'], ['all', 'amd64'], amd64))).toEqual(own);
  });

  it('moves a subset of an arch likewise', () => {
    const selections = [{ arch: 'amd64', subset: 'free' }];
    const published = ['all', 'all/free', 'amd64', 'amd64/free'];
    expect(plan(published, copyOf(['all', 'all/free'], ['all/free'], selections))).toEqual({
      wanted: ['amd64 (free)'],
      selections,
    });
  });

  it('leaves an arch with all if a different one gets a summary', () => {
    const selections = [{ arch: 'arm64' }];
    expect(plan(['all', 'amd64'], copyOf(['all'], ['all'], selections))).toEqual({
      wanted: ['all'],
      selections,
      uses: ['arm64: all'],
    });
  });

  it('keeps all beside an arch if both were asked for', () => {
    const selections = [{ arch: 'arm64' }, { arch: 'amd64' }];
    expect(plan(['all', 'amd64'], copyOf(['all'], ['all'], selections))).toMatchObject({ wanted: ['all', 'amd64'] });
  });

  it('adds what is asked now to what was asked before, once', () => {
    const copy = copyOf(['amd64', 'arm64'], ['amd64'], amd64);
    const both = [...amd64, { arch: 'arm64' }];
    expect(plan(['amd64', 'arm64'], copy, { selection: { arch: 'arm64' } })).toEqual({
      wanted: ['amd64', 'arm64'],
      selections: both,
    });
    expect(plan(['amd64', 'arm64'], copy, { selection: { arch: 'amd64' } })).toEqual({
      wanted: ['amd64'],
      selections: amd64,
    });
  });

  it('has only what is asked now, if that is to replace what was asked before', () => {
    const copy = copyOf(['all', 'amd64'], ['all', 'amd64'], [{ arch: 'amd46' }, ...amd64]);
    expect(plan(['all', 'amd64'], copy, { selection: { arch: 'amd64' }, only: true })).toEqual({
      wanted: ['amd64'],
      selections: amd64,
    });
    // What is no longer published is not missed.
    expect(plan(['amd64'], copy, { selection: { arch: 'amd64' }, only: true })).toMatchObject({ selections: amd64 });
    expect(plan(['all', 'amd64'], copy, { selection: {}, only: true })).toMatchObject({ selections: [{}] });
    expect(() => plan(['amd64'], copy, { selection: { arch: 'amd46' }, only: true })).toThrow(
      'no architecture amd46 here; there is: amd64',
    );
  });

  it('has new architectures if everything was asked for', () => {
    expect(plan(['all', 'amd64'], copyOf(['all'], ['all'], [{}]))).toEqual({
      wanted: ['all', 'amd64'],
      selections: [{}],
    });
  });

  it('does not miss an arch that all is left for, or all where every arch has its records', () => {
    const everything = copyOf(['all', 'amd64', 'arm64'], ['all', 'amd64', 'arm64'], [{}]);
    expect(plan(['all', 'amd64'], everything)).toMatchObject({ wanted: ['all', 'amd64'] });
    expect(plan(['amd64'], copyOf(['all'], ['all'], [{}]))).toMatchObject({ wanted: ['amd64'] });
  });

  it('has what it holds if it does not say what it was asked for', () => {
    const published = ['amd64', 'amd64/free', 'arm64'];
    expect(plan(published, copyOf(published, ['amd64/free', 'arm64']))).toEqual({
      wanted: ['amd64 (free)', 'arm64'],
      selections: [{ arch: 'amd64', subset: 'free' }, { arch: 'arm64' }],
    });
  });

  it('has everything if it does not say what it was asked for, and there was nothing but all', () => {
    expect(plan(['all', 'amd64'], copyOf(['all', 'all/free'], ['all']))).toEqual({
      wanted: ['all', 'amd64'],
      selections: [{}],
    });
    const withSubsets = ['all', 'all/free', 'amd64', 'amd64/free'];
    expect(plan(withSubsets, copyOf(['all', 'all/free'], ['all/free']))).toEqual({
      wanted: ['all (free)', 'amd64 (free)'],
      selections: [{ subset: 'free' }],
    });
    expect(plan(['all', 'amd64'], copyOf(['all', 'amd64'], ['all']))).toMatchObject({ selections: [{ arch: 'all' }] });
  });
});

describe('a plan that would give something up', () => {
  const lost: readonly (readonly [string, readonly string[], CopyState, string])[] = [
    ['an arch', ['amd64'], copyOf(['amd64', 'arm64'], ['arm64'], [{ arch: 'arm64' }]), 'arm64'],
    ['an arch that used all', ['amd64'], copyOf(['all'], ['all'], [{ arch: 'arm64' }]), 'arm64'],
    ['all that was asked for', ['amd64'], copyOf(['all'], ['all'], [{ arch: 'all' }]), 'all'],
    ['an arch of a copy of everything', ['amd64'], copyOf(['amd64', 'arm64'], ['amd64', 'arm64'], [{}]), 'arm64'],
    [
      'a subset of an arch',
      ['amd64'],
      copyOf(['amd64', 'amd64/free'], ['amd64/free'], [{ arch: 'amd64', subset: 'free' }]),
      'amd64 (free)',
    ],
    ['a subset', ['amd64'], copyOf(['amd64', 'amd64/free'], ['amd64/free'], [{ subset: 'free' }]), 'any arch (free)'],
    ['an arch of a copy that does not say', ['amd64'], copyOf(['amd64', 'arm64'], ['amd64', 'arm64']), 'arm64'],
    [
      'two architectures',
      ['amd64'],
      copyOf(['arm64', 'mips'], ['arm64', 'mips'], [{ arch: 'mips' }, { arch: 'arm64' }]),
      'mips, arm64',
    ],
  ];

  it.each(lost)('is refused: %s', (_, published, copy, names) => {
    const refused = expect.objectContaining({
      code: 'not-found',
      message: `${names}: no longer published; found amd64`,
      hint: 'the copy was not changed; to update the rest and remove this from it, allow the removal once (--allow-removal)',
    });
    expect(() => plan(published, copy)).toThrow(refused);
  });

  it.each(lost)('gives it up if it may: %s', (_, published, copy, names) => {
    const { dropped, selections } = planCopy(published.map(entryOf), copy, { selection: {}, allowRemoval: true });
    expect(dropped).toEqual(names.split(', '));
    // It is not asked for again; a copy of everything goes on with everything.
    const next = (): unknown =>
      planCopy(published.map(entryOf), { ...copy, held: [], selections }, { selection: {} }).dropped;
    if (selections.length === 0) expect(next).toThrow('the copy gave up everything that it was asked to have; found');
    else expect(next()).toEqual([]);
  });

  it('gives up nothing else', () => {
    const copy = copyOf(['amd64', 'arm64'], ['amd64', 'arm64'], [{ arch: 'amd64' }, { arch: 'arm64' }]);
    expect(plan(['amd64'], copy, { selection: {}, allowRemoval: true })).toEqual({
      wanted: ['amd64'],
      selections: [{ arch: 'amd64' }],
      dropped: ['arm64'],
    });
  });

  it('ends with an empty copy if nothing is left, which gets only what is asked for by name after that', () => {
    const copy = copyOf(['amd64'], ['amd64'], [{ arch: 'amd64' }]);
    const request = { selection: {}, allowRemoval: true };
    expect(plan([], copy, request)).toEqual({ wanted: [], selections: [], dropped: ['amd64'] });
    const emptied = copyOf([], [], []);
    const refused = expect.objectContaining({
      code: 'not-found',
      message: 'the copy gave up everything that it was asked to have; found mips, x86',
      hint: 'name what to keep in it from now on (--arch, --subset)',
    });
    expect(() => plan(['mips', 'x86'], emptied, request)).toThrow(refused);
    const asked = { wanted: ['mips'], selections: [{ arch: 'mips' }] };
    expect(plan(['mips', 'x86'], emptied, { selection: { arch: 'mips' } })).toEqual(asked);
    expect(plan(['mips'], emptied, { selection: {}, only: true })).toEqual({ wanted: ['mips'], selections: [{}] });
  });

  it('is refused, allowed or not, for what is asked now', () => {
    const copy = copyOf(['arm64'], ['arm64'], [{ arch: 'arm64' }]);
    const request = { selection: { arch: 'arm64' }, allowRemoval: true };
    expect(() => plan(['amd64'], copy, request)).toThrow('no architecture arm64 here; there is: amd64');
  });
});
