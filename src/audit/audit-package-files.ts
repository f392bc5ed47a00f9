/**
 * The audit of the packages' files that are published with a tree: each file on the list, and each that a record names, must be there,
 * as large as they say and, in a full audit, with the same digest.
 */
import { missingFile, RepomillError, throwIfAborted } from '../errors.ts';
import type { Digest } from '../model/digest.ts';
import { fetchChunks } from '../model/fetch-chunks.ts';
import { isSafePath } from '../model/field-checks.ts';
import type { NamedFile } from '../model/package-file.ts';
import { decodePackageList, type ListedPackageFile } from '../model/package-list.ts';
import type { Reporter } from '../model/progress.ts';
import type { Source } from '../model/source.ts';
import { hashFile } from '../platform/files/hash-file.ts';
import { findEntry } from '../platform/files/read-files.ts';
import { sha256 as digestOfBytes, startDigest } from '../platform/hash/sha256.ts';
import { gunzipStrictly } from '../platform/zlib/gunzip.ts';
import { formatPlural } from '../text/quantity.ts';
import { check, expect, type Finding, type ReadFile } from './findings.ts';

/** What an entry point says of the list of package files. */
export interface AuditedPackageList {
  readonly path: string;
  readonly sha256: Digest;
  /** Uncompressed bytes. */
  readonly size: number;
  readonly storedSize: number;
  /** How many files are on it. */
  readonly files: number;
}

/** What the rest of the audit has found out. */
export interface PackageFacts {
  /** Undefined if no files are published with the tree. */
  readonly list: AuditedPackageList | undefined;
  /** The files that records name, by path, as the records say. */
  readonly files: ReadonlyMap<string, NamedFile>;
  readonly read: ReadFile;
  readonly findings: Finding[];
}

/** How files are looked at. */
export interface PackageFileWork {
  readonly source: Source;
  /** Whether digests are compared. */
  readonly full: boolean;
  readonly progress: Reporter;
  readonly signal: AbortSignal | undefined;
  /**
   * Compares the content of a file with its record, in a full audit of a directory. Throws an integrity error if they differ.
   *
   * @param file - where it is on disk; its size and digest are right
   */
  auditContent?(path: string, file: string): Promise<void>;
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
export async function auditPackageFiles(
  { list, files, read, findings }: PackageFacts,
  work: PackageFileWork,
): Promise<PackageAudit> {
  if (list === undefined) return { reached: [], remarks: [], counts: {} };
  const { path } = list;
  const listed = (await check(path, findings, () => readList(list, read))) ?? [];
  const reached = [path, ...listed.map((file) => file.path)];
  const expected = new Map<string, NamedFile>([...listed.map((file) => [file.path, file] as const), ...files]);
  const { source, full, progress, signal } = work;
  if (source.directory === undefined && !full) {
    const message = `${formatPlural(expected.size, 'package file')} not checked (--full downloads and checks them)`;
    return { reached, remarks: [{ path, message }], counts: {} };
  }
  progress.start('checking', expected.size, 'files');
  for (const file of expected.values()) {
    throwIfAborted(signal);
    await check(file.path, findings, () => auditFile(file, work));
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

async function readList(list: AuditedPackageList, read: ReadFile): Promise<readonly ListedPackageFile[]> {
  const stored = await read(list.path, list.storedSize);
  expect('stored size', list.storedSize, stored.length);
  const bytes = gunzipStrictly(stored, list.size);
  expect('SHA-256', list.sha256, await digestOfBytes(bytes));
  const files = decodePackageList(bytes);
  expect('files', list.files, files.length);
  return files;
}

async function auditFile({ path, size, sha256 }: NamedFile, work: PackageFileWork): Promise<void> {
  const { source, full, signal } = work;
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
  if (full) await work.auditContent?.(path, file);
}
