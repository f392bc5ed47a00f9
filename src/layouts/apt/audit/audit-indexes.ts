/**
 * The audit of the files that a Release file lists: each has to be there under its name and by its digest, and every compression has
 * to give the bytes that the list states for the uncompressed name, without which apt passes over an index. ARCHIVE.md, "Indexes".
 */
import { check, expect, type Finding } from '../../../audit/findings.ts';
import type { ParsedRelease } from '../../../deb/release-file.ts';
import { RepomillError } from '../../../errors.ts';
import { isDigest } from '../../../model/digest.ts';
import { startDigest } from '../../../platform/hash/sha256.ts';
import { isUnpackable } from '../../../platform/zlib/unpack-chunks.ts';
import { formatList } from '../../../text/word-list.ts';
import { compressionSuffix, type IndexName, parseIndexName } from '../format/index-name.ts';
import { byHashNextTo, suiteDirectory } from '../format/paths.ts';
import type { FileDigest } from '../format/pdiff-index.ts';
import { faultOfStart, StanzaStream } from '../format/stanza-stream.ts';
import type { ArchiveFiles } from './archive-files.ts';
import { type KnownStanzas, StanzaAudit } from './audit-stanzas.ts';

/** What indexes are audited with. */
export interface IndexAudit {
  readonly suite: string;
  /** The entry point that lists them. */
  readonly path: string;
  readonly release: ParsedRelease;
  readonly known: KnownStanzas;
  readonly files: ArchiveFiles;
  readonly findings: Finding[];
  /** Called with the stored bytes of each file that was checked. */
  advance(bytes: number): void;
}

/** An index: the files of its compressions, by the ends of their names. */
export interface ListedIndex {
  /** Undefined for a file that apt does not ask for by itself. */
  readonly name: IndexName | undefined;
  /** Relative to the directory of the suite. */
  readonly base: string;
  readonly files: ReadonlyMap<string, FileDigest>;
}

/** What was found of an index. */
export interface AuditedIndex extends ListedIndex {
  /** Paths under which its files have to be there, or may be. */
  readonly reached: readonly string[];
  /** Suffixes of the files that are there by their digests, and are what they should be. */
  readonly served: ReadonlySet<string>;
  readonly stanzas: number;
}

/** The indexes of a Release file, in its order. */
export function listIndexes({ sha256 }: Pick<ParsedRelease, 'sha256'>): readonly ListedIndex[] {
  const indexes = new Map<string, { name: IndexName | undefined; base: string; files: Map<string, FileDigest> }>();
  for (const { path, size, digest } of sha256) {
    if (!isDigest(digest)) continue;
    const name = parseIndexName(path);
    const base = name?.base ?? path;
    const index = indexes.get(base) ?? { name, base, files: new Map<string, FileDigest>() };
    indexes.set(base, index);
    index.files.set(name === undefined ? '' : compressionSuffix(path), { sha256: digest, size });
  }
  return [...indexes.values()];
}

/** Audits the list, and all files on it. */
export async function auditIndexes(audit: IndexAudit): Promise<readonly AuditedIndex[]> {
  const { release, path, findings } = audit;
  const indexes = listIndexes(release);
  for (const message of auditList(release, indexes)) findings.push({ path, message });
  const audited: AuditedIndex[] = [];
  for (const index of indexes) audited.push(await auditIndex(index, audit));
  return audited;
}

/** What clients would not find in the list, or not look for. */
function auditList(release: ParsedRelease, indexes: readonly ListedIndex[]): readonly string[] {
  const messages: string[] = [];
  const { architectures, components } = release;
  for (const { name, base, files } of indexes) {
    if (name === undefined) continue;
    if (!files.has('')) {
      messages.push(
        `${base}: expected the uncompressed name in the list, found only ${formatList([...files.keys()])}: apt passes over it`,
      );
    }
    if (!components.includes(name.component)) {
      messages.push(`${base}: expected ${name.component} in Components, found ${components.join(' ') || 'none'}`);
    }
    if (name.arch !== 'source' && !architectures.includes(name.arch)) {
      messages.push(`${base}: expected ${name.arch} in Architectures, found ${architectures.join(' ') || 'none'}`);
    }
  }
  for (const component of components) {
    for (const arch of architectures) {
      const isListed = indexes.some(({ name }) => {
        return name?.kind === 'packages' && name.component === component && name.arch === arch;
      });
      if (!isListed)
        messages.push(`expected ${component}/binary-${arch}/Packages in the list, found none: apt passes over it`);
    }
  }
  return messages;
}

async function auditIndex(index: ListedIndex, audit: IndexAudit): Promise<AuditedIndex> {
  const { base, files } = index;
  const { findings, suite } = audit;
  const whole = `${suiteDirectory(suite)}/${base}`;
  const reached: string[] = [];
  const served = new Set<string>();
  const isCompressed = files.size > 1;
  for (const [suffix, file] of files) {
    const path = `${whole}${suffix}`;
    const copy = byHashNextTo(path, file.sha256);
    const present = [];
    for (const place of [copy, path]) {
      reached.push(place);
      const before = findings.length;
      const isThere = await isPresent(place, file, audit);
      if (isThere && findings.length === before && place === copy) served.add(suffix);
      present.push(isThere);
    }
    audit.advance(file.size);
    const isExpected = suffix !== '' || !isCompressed || present.includes(true);
    for (const [i, place] of [copy, path].entries()) {
      if (present[i] === true || !isExpected) continue;
      const message = place === copy ? `expected a copy of ${path}, found none: apt asks for it first` : NOT_NAMED;
      findings.push({ path: place, message });
    }
  }
  if (served.size === 0 && !findings.some(({ path }) => reached.includes(path))) {
    findings.push({ path: whole, message: 'is listed, but in no form that apt can ask for' });
  }
  return { ...index, reached, served, stanzas: await auditContent(index, whole, served, audit) };
}

const NOT_NAMED = 'expected a file, found none: caches without by-hash ask for it';

/** Whether there is a file. One that is not what the list says is a finding. */
async function isPresent(path: string, file: FileDigest, { files, findings }: IndexAudit): Promise<boolean> {
  const result = await check(path, findings, async () => {
    try {
      await files.compare(path, file);
      return true;
    } catch (error) {
      if (error instanceof RepomillError && error.code === 'not-found') return false;
      throw error;
    }
  });
  return result ?? true;
}

/** Unpacks every compression. Resolves to the number of stanzas. */
async function auditContent(
  { name, files: listed }: ListedIndex,
  whole: string,
  served: ReadonlySet<string>,
  { known, files, findings }: IndexAudit,
): Promise<number> {
  const plain = listed.get('');
  if (plain === undefined || name === undefined) return 0;
  const hasStanzas = name.kind === 'packages' || name.kind === 'sources';
  let audited: StanzaAudit | undefined;
  // A small file first: of two that give the same bytes, the stanzas of one are read.
  for (const suffix of ['.gz', '.xz', ''].filter((one) => served.has(one))) {
    const file = listed.get(suffix);
    if (file === undefined || !isUnpackable(suffix) || (suffix === '' && (audited !== undefined || !hasStanzas)))
      continue;
    const path = byHashNextTo(`${whole}${suffix}`, file.sha256);
    const stanzas = audited === undefined && hasStanzas ? new StanzaAudit(name, known) : undefined;
    const stream = new StanzaStream();
    await check(path, findings, async () => {
      const digest = startDigest();
      let size = 0;
      for await (const chunk of files.content(path, file.size, suffix, plain.size)) {
        const fault = size === 0 && hasStanzas ? faultOfStart(chunk) : undefined;
        if (fault !== undefined) throw new RepomillError('integrity', `${fault}: apt stops reading all of its sources`);
        size += chunk.length;
        digest.update(chunk);
        if (stanzas !== undefined) for (const stanza of stream.push(chunk)) stanzas.add(stanza);
      }
      if (stanzas !== undefined) for (const stanza of stream.end()) stanzas.add(stanza);
      expect('uncompressed size', plain.size, size);
      expect('SHA-256 of the uncompressed file', plain.sha256, digest.finish());
      audited ??= stanzas;
    });
  }
  for (const message of audited?.findings() ?? []) findings.push({ path: whole, message });
  return audited?.count ?? 0;
}
