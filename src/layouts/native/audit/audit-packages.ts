/**
 * The audit of the packages' files, if they are published with the tree. FORMAT.md, section "Package files". Each file on the list
 * and each that a record names must be there, as large as they say and, in a full audit, with the same digest.
 */
import { check, expect, type Finding, type ReadFile } from '../../../audit/findings.ts';
import { missingFile, RepomillError, throwIfAborted } from '../../../errors.ts';
import { fetchChunks } from '../../../model/fetch-chunks.ts';
import { isSafePath } from '../../../model/field-checks.ts';
import type { NamedFile } from '../../../model/package-file.ts';
import { hashFile } from '../../../platform/files/hash-file.ts';
import { findEntry } from '../../../platform/files/read-files.ts';
import { sha256 as digestOfBytes, startDigest } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import { formatPlural } from '../../../text/quantity.ts';
import type { AuditRequest } from '../../layout.ts';
import { decodePackageList, type ListedPackageFile } from '../format/package-list.ts';
import { packageListPath } from '../format/paths.ts';
import type { PackageListEntry, SignedIndex } from '../format/repository-index.ts';

/** What the rest of the audit has found out. */
export interface PackageFacts {
  readonly signed: SignedIndex;
  /** The files that records name, by path, as the records say. */
  readonly files: ReadonlyMap<string, NamedFile>;
  readonly read: ReadFile;
  readonly findings: Finding[];
}

/** What was found out about the files. */
export interface PackageAudit {
  /** The list, and the files on it. */
  readonly reached: readonly string[];
  readonly remarks: readonly Finding[];
  /** Files whose sizes, and whose digests, were compared. */
  readonly counts: { readonly packageFiles?: number; readonly packageDigests?: number };
}

/** Audits the files of packages. Problems are findings. */
export async function auditPackages(
  { signed, files, read, findings }: PackageFacts,
  request: AuditRequest,
): Promise<PackageAudit> {
  const entry = signed.packageFiles;
  if (entry === undefined) return { reached: [], remarks: [], counts: {} };
  const path = packageListPath(entry.sha256);
  const listed = (await check(path, findings, () => readList(entry, read))) ?? [];
  const reached = [path, ...listed.map((file) => file.path)];
  const expected = new Map<string, NamedFile>([...listed.map((file) => [file.path, file] as const), ...files]);
  const { source, full, progress, signal } = request;
  if (source.directory === undefined && !full) {
    const message = `${formatPlural(expected.size, 'package file')} not checked (--full downloads and checks them)`;
    return { reached, remarks: [{ path, message }], counts: {} };
  }
  progress.start('checking', expected.size, 'files');
  for (const file of expected.values()) {
    throwIfAborted(signal);
    await check(file.path, findings, () => auditFile(file, request));
    progress.advance(1);
  }
  // Where a record and the list differ, one of them is wrong about the file that was just looked at.
  for (const file of listed) {
    const named = files.get(file.path);
    if (named?.sha256 === undefined || named.sha256 === file.sha256) continue;
    findings.push({
      path,
      message: `${file.path}: expected sha256 ${named.sha256}, as in its record, found ${file.sha256}`,
    });
  }
  return { reached, remarks: [], counts: { packageFiles: expected.size, packageDigests: full ? expected.size : 0 } };
}

async function readList(entry: PackageListEntry, read: ReadFile): Promise<readonly ListedPackageFile[]> {
  const stored = await read(packageListPath(entry.sha256), entry.storedSize);
  expect('stored size', entry.storedSize, stored.length);
  const bytes = gunzipStrictly(stored, entry.size);
  expect('SHA-256', entry.sha256, await digestOfBytes(bytes));
  const files = decodePackageList(bytes);
  expect('files', entry.files, files.length);
  return files;
}

async function auditFile({ path, size, sha256 }: NamedFile, { source, full, signal }: AuditRequest): Promise<void> {
  if (!isSafePath(path)) throw new RepomillError('integrity', 'leads out of the tree');
  if (source.directory === undefined) {
    const digest = startDigest();
    let found = 0;
    for await (const chunk of fetchChunks(source, path, size ?? Number.MAX_SAFE_INTEGER, signal)) {
      digest.update(chunk);
      found += chunk.length;
    }
    expect('size', size ?? found, found);
    const computed = digest.finish();
    expect('SHA-256', sha256 ?? computed, computed);
    return;
  }
  const file = `${source.directory}/${path}`;
  const stats = findEntry(file);
  if (stats === undefined) throw missingFile(path);
  if (stats === 'hidden' || !stats.isFile())
    throw new RepomillError('integrity', 'expected a file, found something else');
  expect('size', size ?? Number(stats.size), Number(stats.size));
  if (full && sha256 !== undefined) expect('SHA-256', sha256, (await hashFile(file)).sha256);
}
