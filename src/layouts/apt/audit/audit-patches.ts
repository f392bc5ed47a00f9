/**
 * The audit of patches: `Packages.diff/Index` has to lead to the version that the Release file lists, every patch has to be there, and
 * where the older version is still there, the patch is applied as apt does it. ARCHIVE.md, "Patches".
 */
import { check, expect, type Finding } from '../../../audit/findings.ts';
import { concatBytes } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipMember } from '../../../platform/zlib/gunzip.ts';
import { parsePatch } from '../format/ed-script.ts';
import type { LinePatch } from '../format/line-patch.ts';
import { byHashNextTo, suiteDirectory } from '../format/paths.ts';
import { type FileDigest, MAX_PDIFF_INDEX_SIZE, type PdiffEntry, parsePdiffIndex } from '../format/pdiff-index.ts';
import type { ArchiveFiles } from './archive-files.ts';
import type { AuditedIndex } from './audit-indexes.ts';
import type { OlderIndexes } from './audit-retained.ts';
import { PatchReplay } from './patch-replay.ts';

/** What patches are audited with. */
export interface PatchAudit {
  readonly suite: string;
  readonly indexes: readonly AuditedIndex[];
  /** Older versions of indexes that are still there, by the digest of their uncompressed bytes. */
  readonly older: OlderIndexes;
  readonly files: ArchiveFiles;
  readonly findings: Finding[];
  readonly remarks: Finding[];
}

/** What was found. */
export interface AuditedPatches {
  /** Paths of the patches. */
  readonly reached: readonly string[];
  /** Patches, and those of them that were applied. */
  readonly counts: { readonly patches: number; readonly appliedPatches: number };
  /** Whether every list of patches could be read. */
  readonly isWhole: boolean;
}

/** Audits the patches of a suite. */
export async function auditPatches(audit: PatchAudit): Promise<AuditedPatches> {
  const { suite, indexes, findings } = audit;
  const reached: string[] = [];
  const counts = { patches: 0, appliedPatches: 0 };
  let isWhole = true;
  for (const diffs of indexes) {
    if (diffs.name?.kind !== 'patches') continue;
    const base = diffs.base.slice(0, -'.diff/Index'.length);
    const target = indexes.find((one) => one.base === base);
    const path = `${suiteDirectory(suite)}/${diffs.base}`;
    const entries = await readEntries(path, diffs, target?.files.get(''), audit);
    if (entries === undefined) {
      isWhole = false;
      continue;
    }
    const compressed = [...(target?.files ?? [])].map(([, { size }]) => size);
    for (const entry of entries) {
      const patch = `${path.slice(0, -'Index'.length)}${entry.name}.gz`;
      reached.push(patch);
      counts.patches++;
      const parsed = await check(patch, findings, () => readPatch(patch, entry, audit));
      if (parsed === undefined) continue;
      if (entry.download.size > Math.min(...compressed)) {
        audit.remarks.push({ path: patch, message: 'is larger than the whole index: apt does not use it' });
      }
      const current = target?.files.get('');
      if (current === undefined) continue;
      const isApplied = await check(patch, findings, () => applies(parsed, entry, current, audit));
      if (isApplied === true) counts.appliedPatches++;
    }
  }
  return { reached, counts, isWhole };
}

/** The older versions of an index; undefined if the list of them cannot be used. */
async function readEntries(
  path: string,
  { files: listed, served }: AuditedIndex,
  current: FileDigest | undefined,
  { files, findings }: PatchAudit,
): Promise<readonly PdiffEntry[] | undefined> {
  const plain = listed.get('');
  const suffix = (['', '.gz', '.xz'] as const).find((one) => served.has(one));
  const own = suffix === undefined ? undefined : listed.get(suffix);
  if (plain === undefined || suffix === undefined || own === undefined) return undefined;
  return check(path, findings, async () => {
    const place = byHashNextTo(`${path}${suffix}`, own.sha256);
    const parts: Uint8Array[] = [];
    const max = Math.min(plain.size, MAX_PDIFF_INDEX_SIZE);
    for await (const chunk of files.content(place, own.size, suffix, max)) parts.push(chunk.slice());
    const index = parsePdiffIndex(concatBytes(parts));
    if (current === undefined) throw new RepomillError('integrity', 'is for an index that is not listed');
    expect('SHA256-Current', current.sha256, index.current.sha256);
    expect('size in SHA256-Current', current.size, index.current.size);
    return index.entries;
  });
}

async function readPatch(path: string, { download, patch }: PdiffEntry, { files }: PatchAudit): Promise<LinePatch> {
  const stored = await files.read(path, download.size);
  expect('size', download.size, stored.length);
  expect('SHA-256', download.sha256, digestOf(stored));
  const script = gunzipMember(stored, patch.size);
  expect('uncompressed size', patch.size, script.length);
  expect('SHA-256 of the uncompressed patch', patch.sha256, digestOf(script));
  return parsePatch(script);
}

/** Whether an older version is there and the patch leads from it to the current one. Throws an integrity error if it leads elsewhere. */
async function applies(
  patch: LinePatch,
  { from }: PdiffEntry,
  current: FileDigest,
  { older, files }: PatchAudit,
): Promise<boolean> {
  const stored = older.get(from.sha256);
  if (stored === undefined) return false;
  const replay = new PatchReplay(patch);
  for await (const chunk of files.content(stored.path, stored.size, stored.suffix, from.size)) replay.push(chunk);
  const { sha256, size } = replay.finish();
  const what = (name: string): string => `${name} of what it makes of ${shortDigest(from.sha256)}`;
  expect(what('size'), current.size, size);
  expect(what('SHA-256'), current.sha256, sha256);
  return true;
}

function shortDigest(digest: Digest): string {
  return digest.slice(0, 16);
}
