import { describe, expect, it } from 'vitest';
import { formatSlice, SliceListing, type StoredListing, StoredSlice } from '../../../src/catalogue/batch-slice.ts';

const DIGESTS = ['a', 'b', 'c'].map((letter) => letter.repeat(43));

const LISTINGS: readonly StoredListing[] = [
  {
    ...{ name: 'gzip', version: '1.12-1', arch: 'amd64', weight: 300, subsets: [] },
    ...{ chunk: 0, line: 1, start: 0, length: 250, sha256: DIGESTS[0] ?? '' },
  },
  {
    ...{ name: 'füße🔧', version: '2', arch: ['amd64', 'arm64'], weight: 2 ** 32 - 1, subsets: [0, 2] },
    ...{ chunk: 1, line: 4_000_000_000, start: 250, length: 3_000_000_000, sha256: DIGESTS[1] ?? '' },
  },
  {
    ...{ name: '', version: '', arch: 'amd64', weight: 0, subsets: [0, 2] },
    ...{ chunk: 0, line: 2, start: 7, length: 8, sha256: DIGESTS[2] ?? '' },
  },
];

const PLACES = [
  { file: 'a.json', firstLine: 10, listedBy: ['amd64'] },
  { file: 'b.json', firstLine: 1, listedBy: ['all'] },
];

function listingAt(position: number, places = PLACES): SliceListing {
  return new SliceListing({ batch: 'batch/x', slice: new StoredSlice(formatSlice(LISTINGS)), places }, position);
}

describe('a stored slice', () => {
  it.each([0, 1, 2, 3])('gives back %i listings as they were', (count) => {
    const listings = LISTINGS.slice(0, count);
    const slice = new StoredSlice(formatSlice(listings));
    expect(slice.length).toBe(count);
    expect([...slice]).toEqual(listings);
  });

  it('is read at any place of a larger array', () => {
    const bytes = formatSlice(LISTINGS);
    const whole = new Uint8Array(bytes.length + 3);
    whole.set(bytes, 3);
    expect([...new StoredSlice(whole.subarray(3))]).toEqual(LISTINGS);
  });

  it('stores each arch and each combination of subsets once', () => {
    const many = Array.from({ length: 1000 }, () => LISTINGS[1] ?? []).flat();
    const text = new TextDecoder().decode(formatSlice(many)).slice(-200);
    expect(text).toContain('"arches":[["amd64","arm64"]],"subsets":[[0,2]]}');
  });
});

describe('a listing of a slice', () => {
  it('has what the slice stores, the line of the file, and where the record is', () => {
    const listing = listingAt(2);
    const { name, version, arch, weight, subsets, listedBy, place, content } = listing;
    expect({ name, version, arch, weight, subsets, listedBy, place, content }).toEqual({
      ...{ name: '', version: '', arch: 'amd64', weight: 0, subsets: [0, 2], listedBy: ['amd64'] },
      place: { file: 'a.json', line: 11 },
      content: { batch: 'batch/x', start: 7, length: 8, sha256: DIGESTS[2] },
    });
  });

  it('is listed by no arch if its path says `all`', () => {
    expect(listingAt(1).listedBy).toEqual([]);
  });

  it('is refused if its chunk has no place', () => {
    expect(() => listingAt(1, PLACES.slice(0, 1))).toThrow('batch/x: a listing names a chunk that does not exist');
  });
});
