import { describe, expect, it } from 'vitest';
import { byHashNextTo } from '../../../../src/layouts/apt/format/paths.ts';
import { layoutNamed } from '../../../../src/layouts/layouts.ts';
import { digestOf } from '../../../../src/platform/hash/sha256.ts';
import { readTemplates } from '../../../../src/platform/templates.ts';
import { findExceededLimits, hostLimits } from '../../../../src/publish/hosts/host-limits.ts';
import type { TreeFile } from '../../../../src/publish/tree.ts';

const MEBIBYTE = 1024 * 1024;
const remedies = { details: 'name fewer fields', summaries: 'move fields' };

function filesIn(directory: string, count: number, size = 1): readonly TreeFile[] {
  return Array.from({ length: count }, (_, i) => ({ path: `${directory}/${i}`, size }));
}

describe('the limits of hosts', () => {
  it('name the file that `init` writes for each host', async () => {
    for (const layout of ['native', 'apt']) {
      const written = (await readTemplates(layout)).map(({ path }) => path);
      for (const { host, file } of hostLimits) expect(written, host).toContain(file);
    }
  });

  it('are not exceeded by a tree of exactly their size', () => {
    const files = [...filesIn('details', 19_960, 0), ...filesIn('summaries', 40, 25 * MEBIBYTE)];
    expect(findExceededLimits(files, remedies)).toEqual([]);
  });

  it('are exceeded by one more file; the warning names the directory with most of them', () => {
    const files = [...filesIn('summaries', 3), ...filesIn('details', 19_997), { path: 'index.json', size: 1 }];
    expect(findExceededLimits(files, remedies)).toEqual([
      '20,001 files, but Cloudflare Pages (hosts/_headers) accepts 20,000 on its free plan; 19,997 are in details/: name fewer fields',
    ]);
  });

  it('are exceeded by packages at the top of the tree, too', () => {
    const packages = Array.from({ length: 20_001 }, (_, i) => ({ path: `${i}.deb`, size: 100_000 }));
    expect(findExceededLimits([...packages, ...filesIn('summaries', 3)], remedies)).toEqual([
      '20,004 files, but Cloudflare Pages (hosts/_headers) accepts 20,000 on its free plan; 20,001 are at the top',
      '2.00 GB in all, but GitHub Pages (.github/workflows/publish.yml) accepts 1 GB; 2.00 GB are at the top',
    ]);
  });

  it('are exceeded by a file of one more byte; several are one warning with the largest', () => {
    const [first, second] = filesIn('summaries', 2, 25 * MEBIBYTE + 1);
    if (first === undefined || second === undefined) throw new TypeError('no files');
    expect(findExceededLimits([first], remedies)).toEqual([
      'summaries/0: 26.2 MB, but Cloudflare Pages (hosts/_headers) accepts 25 MiB for a file: move fields',
    ]);
    const packages = { path: 'pool/a.deb', size: 60 * MEBIBYTE };
    expect(findExceededLimits([first, packages, second], remedies)).toEqual([
      'pool/a.deb: 62.9 MB, but Cloudflare Pages (hosts/_headers) accepts 25 MiB for a file (and 2 more)',
    ]);
  });

  it('are exceeded by more bytes in all, of whatever files', () => {
    const files = [...filesIn('summaries', 30, 20 * MEBIBYTE), ...filesIn('deltas', 22, 20 * MEBIBYTE)];
    expect(findExceededLimits(files, remedies)).toEqual([
      '1.09 GB in all, but GitHub Pages (.github/workflows/publish.yml) accepts 1 GB; 629 MB are in summaries/: move fields',
    ]);
  });

  it('have a remedy for many files, one for large ones, and both for too many bytes', () => {
    const apart = { dists: { fewer: 'keep fewer', smaller: 'leave some out' } };
    const [many, large, much] = [
      filesIn('dists', 20_001),
      filesIn('dists', 1, 26 * MEBIBYTE),
      filesIn('dists', 60, 20 * MEBIBYTE),
    ];
    expect([many, large, much].flatMap((files) => findExceededLimits(files, apart))).toEqual([
      '20,001 files, but Cloudflare Pages (hosts/_headers) accepts 20,000 on its free plan; 20,001 are in dists/: keep fewer',
      'dists/0: 27.3 MB, but Cloudflare Pages (hosts/_headers) accepts 25 MiB for a file: leave some out',
      '1.26 GB in all, but GitHub Pages (.github/workflows/publish.yml) accepts 1 GB; 1.26 GB are in dists/: keep fewer; leave some out',
    ]);
  });

  it('are exceeded by the uncompressed index of a large apt archive, and say how to leave it out', () => {
    const index = 'dists/stable/main/binary-amd64/Packages';
    const files = [
      { path: index, size: 50_060_337 },
      { path: `${index}.xz`, size: 8_920_000 },
      { path: byHashNextTo(index, digestOf(new Uint8Array())), size: 50_060_337 },
      { path: 'pool/main/a/a_1.deb', size: 1 },
    ];
    expect(findExceededLimits(files, layoutNamed('apt').remedies)).toEqual([
      `${index}: 50.1 MB, but Cloudflare Pages (hosts/_headers) accepts 25 MiB for a file (and 1 more): ` +
        '`apt.plain: false` leaves uncompressed indexes out, and components divide the others',
    ]);
  });

  it('are exceeded by the packages of an apt archive, and say who else may serve them', () => {
    const files = [{ path: 'dists/stable/InRelease', size: 1 }, ...filesIn('pool/main', 40, 30 * MEBIBYTE)];
    expect(findExceededLimits(files, layoutNamed('apt').remedies)).toEqual([
      'pool/main/0: 31.5 MB, but Cloudflare Pages (hosts/_headers) accepts 25 MiB for a file (and 39 more): ' +
        '`apt.pool: none` leaves the packages to a different host',
      '1.26 GB in all, but GitHub Pages (.github/workflows/publish.yml) accepts 1 GB; 1.26 GB are in pool/: ' +
        '`apt.pool: none` leaves the packages to a different host',
    ]);
  });
});
