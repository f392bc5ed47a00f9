import { describe, expect, it } from 'vitest';
import { readerFor } from '../../../../src/readers/readers.ts';
import { sources } from '../../../../src/readers/sources/sources.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const DIGEST = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
const stanza = (name: string): string => `Package: ${name}
Binary: ${name}
Version: 1.0-1
Architecture: any
Directory: pool/main/${name}
Files:
 0123456789abcdef0123456789abcdef 11 ${name}_1.0-1.dsc
checksums-sha256:
 ${DIGEST} 11 ${name}_1.0-1.dsc
 ${DIGEST} 11 ${name}_1.0.orig.tar.gz
`;

describe('a list of source packages', () => {
  it('gives records of the arch "source", about the .dsc of each', async () => {
    const { drafts, problems } = await readAll(sources, memoryFile('Sources', `${stanza('a')}\n${stanza('b')}`));
    expect(problems).toEqual([]);
    expect(drafts.map(({ line }) => line)).toEqual([1, 12]);
    expect(drafts[1]?.fields).toEqual({
      name: 'b',
      Binary: 'b',
      version: '1.0-1',
      Architecture: 'any',
      Directory: 'pool/main/b',
      Files: '\n0123456789abcdef0123456789abcdef 11 b_1.0-1.dsc',
      'Checksums-Sha256': `\n${DIGEST} 11 b_1.0-1.dsc\n${DIGEST} 11 b_1.0.orig.tar.gz`,
      arch: 'source',
      path: 'pool/main/b/b_1.0-1.dsc',
      size: 11,
      sha256: DIGEST,
    });
  });

  it('is recognised by its name or its fields, and is not a list of packages', () => {
    expect(readerFor(memoryFile('Sources', ''))?.name).toBe('sources');
    expect(readerFor(memoryFile('example.org_dists_stable_main_source_Sources', ''))?.name).toBe('sources');
    expect(readerFor(memoryFile('list', stanza('a')))?.name).toBe('sources');
    expect(readerFor(memoryFile('Packages', 'Package: a\nVersion: 1\n'))?.name).toBe('deb822');
  });

  it('may have packages without digests of SHA-256, which name no file', async () => {
    const { drafts } = await readAll(sources, memoryFile('Sources', 'Package: a\nVersion: 1\n'));
    expect(drafts[0]?.fields).toEqual({ name: 'a', version: '1', arch: 'source' });
  });

  it('is refused where a stanza has no name or a bad list of files, and the others are read', async () => {
    const bad = 'Package: x\nVersion: 1\nChecksums-Sha256:\n zz 1 ../x\n';
    const { drafts, problems } = await readAll(sources, memoryFile('Sources', `Version: 1\n\n${bad}\n${stanza('a')}`));
    expect(drafts.map(({ fields }) => fields.name)).toEqual(['a']);
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '1: stanza: expected a field "Package", found none',
      '3: field "Checksums-Sha256": expected a digest, a size and the name of a file, found "zz 1 ../x"',
    ]);
  });
});
