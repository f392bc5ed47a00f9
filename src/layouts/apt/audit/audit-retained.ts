/**
 * The audit of what stays for clients and caches with an older InRelease: every file that the state file names has to be there and to
 * be what its name says, and an older InRelease that is there has to lead to each of its indexes. ARCHIVE.md, "What stays".
 */
import { check, expect, type Finding } from '../../../audit/findings.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { MAX_RELEASE_SIZE, type ParsedRelease, parseRelease } from '../../../deb/release-file.ts';
import { RepomillError } from '../../../errors.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { parseCleartext } from '../../../openpgp/cleartext.ts';
import { startDigest } from '../../../platform/hash/sha256.ts';
import { isUnpackable, type UnpackedSuffix } from '../../../platform/zlib/unpack-chunks.ts';
import { byHashNextTo, distsPathKind, suiteDirectory } from '../format/paths.ts';
import type { AptState, RetainedFile } from '../format/state-file.ts';
import type { ArchiveFiles } from './archive-files.ts';
import { listIndexes } from './audit-indexes.ts';

/** Where older versions of indexes are, by the digests of their uncompressed bytes. */
export type OlderIndexes = ReadonlyMap<
  Digest,
  { readonly path: string; readonly size: number; readonly suffix: UnpackedSuffix }
>;

/** What is audited. */
export interface RetainedAudit {
  readonly state: AptState;
  /** The suites whose Release file is known: an older one may lead to files that the current one leads to as well. */
  readonly suites: readonly string[];
  /** Paths by digest that the current Release files lead to, and that are there. */
  readonly served: ReadonlySet<string>;
  readonly files: ArchiveFiles;
  readonly findings: Finding[];
  /** Called with the bytes of each file that was checked. */
  advance(bytes: number): void;
}

/** What was found. */
export interface AuditedRetained {
  readonly older: OlderIndexes;
  readonly counts: { readonly retainedFiles: number; readonly olderReleases: number };
}

/** Audits the retained files. */
export async function auditRetained(audit: RetainedAudit): Promise<AuditedRetained> {
  const { state, served, findings } = audit;
  const present = new Set(served);
  for (const file of state.retained) {
    const isGood = await check(file.path, findings, () => auditFile(file, audit));
    if (isGood === true) present.add(file.path);
    audit.advance(file.size);
  }
  const older = new Map<Digest, { readonly path: string; readonly size: number; readonly suffix: UnpackedSuffix }>();
  let olderReleases = 0;
  for (const suite of audit.suites) {
    const directory = `${suiteDirectory(suite)}/by-hash/SHA256/`;
    for (const { path } of state.retained) {
      if (!path.startsWith(directory) || !present.has(path)) continue;
      const release = await check(path, findings, () => readOlder(path, audit.files));
      if (release === undefined) continue;
      olderReleases++;
      for (const { base, files } of listIndexes(release)) {
        const plain = files.get('');
        const places = [...files].flatMap(([suffix, { sha256, size }]) => {
          const place = byHashNextTo(`${suiteDirectory(suite)}/${base}${suffix}`, sha256);
          return present.has(place) ? [{ path: place, size, suffix }] : [];
        });
        const [first] = places;
        if (first === undefined) {
          const message = `expected ${base} by its digest in some compression, found none: clients with this state fail`;
          if (!findings.some((finding) => isAboutIndex(finding.path, suite, base, files)))
            findings.push({ path, message });
        }
        const readable = places.find(({ suffix }) => isUnpackable(suffix));
        if (plain === undefined || readable === undefined || !isUnpackable(readable.suffix)) continue;
        older.set(plain.sha256, { ...readable, suffix: readable.suffix });
      }
    }
  }
  return { older, counts: { retainedFiles: state.retained.length, olderReleases } };
}

/** Whether a file of an index was already reported. */
function isAboutIndex(
  path: string,
  suite: string,
  base: string,
  files: ReadonlyMap<string, { readonly sha256: Digest }>,
): boolean {
  return [...files].some(([suffix, { sha256 }]) => {
    return path === byHashNextTo(`${suiteDirectory(suite)}/${base}${suffix}`, sha256);
  });
}

/** Compares a retained file with its name. */
async function auditFile({ path, size }: RetainedFile, { files }: RetainedAudit): Promise<true> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isDigest(name)) {
    await files.compare(path, { sha256: name, size });
    return true;
  }
  if (distsPathKind(path) !== 'patch')
    throw new RepomillError('integrity', 'is retained, but not named by its content');
  const digest = startDigest();
  let found = 0;
  for await (const chunk of files.chunks(path, size)) {
    digest.update(chunk);
    found += chunk.length;
  }
  expect('size', size, found);
  // The name of a patch is the start of its digest.
  expect('start of the SHA-256', name, `${digest.finish().slice(0, name.indexOf('.'))}.gz`);
  return true;
}

/** An older Release file, signed or not. */
async function readOlder(path: string, files: ArchiveFiles): Promise<ParsedRelease> {
  const text = decodeText(await files.read(path, MAX_RELEASE_SIZE));
  return parseRelease(text.startsWith('-----BEGIN PGP') ? parseCleartext(text).text : text);
}
