/**
 * The audit of one summary: its digest, normal form and order, and whether each ref is where clients look for it.
 */

import { expect, type Finding } from '../../../audit/findings.ts';
import { equalBytes } from '../../../bytes/node-bytes.ts';
import { checkNormal } from '../../../glib/gvariant/check-normal.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { parseRefName } from '../../../ostree/ref-name.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { flatpakSummaryPath } from '../format/paths.ts';
import { secondaryArches } from '../format/secondary-arches.ts';
import { isFlatpak, SUMMARY_TYPE } from '../format/summary.ts';
import { type EntryName, type IndexEntry, parseEntryName } from '../format/summary-index.ts';
import { placementOf } from './placement.ts';
import { orderFaults, type PublishedRef, readPublishedRef, refDifferences, reportRefs } from './published-ref.ts';
import type { TreeFiles } from './tree-files.ts';

/** A summary that was read. */
export interface AuditedFlatpakSummary extends EntryName {
  readonly entry: IndexEntry;
  readonly path: string;
  /** Uncompressed. */
  readonly bytes: Uint8Array;
  readonly refs: readonly PublishedRef[];
}

/** A ref, and the bytes that it was read from. */
interface KnownRef {
  readonly bytes: Uint8Array;
  readonly ref: PublishedRef;
}

/** Every ref of the summaries read so far, by name. Most are in several summaries, in the same bytes, and are read once. */
export type KnownRefs = Map<string, KnownRef>;

/** Reads a summary and audits it. Throws if clients could not read it; anything that they could not use is a finding. */
export async function auditFlatpakSummary(
  entry: IndexEntry,
  files: TreeFiles,
  known: KnownRefs,
  findings: Finding[],
): Promise<AuditedFlatpakSummary> {
  const path = flatpakSummaryPath(entry.sha256);
  const bytes = await files.unpack(path, MAX_SUMMARY_SIZE);
  expect('SHA-256', entry.sha256, digestOf(bytes));
  const summary = checkNormal(new Variant(SUMMARY_TYPE, bytes));
  expect('xa.summary-version', 1, summary.child(1).lookup('xa.summary-version', 'u')?.uint32());
  const messages: string[] = [];
  const refs = [...summary.child(0).children()].map((ref) => readKnown(ref, known, messages));
  const name = parseEntryName(entry.name);
  messages.push(...orderFaults(refs), ...withoutFacts(refs), ...unexpectedRefs(refs, name));
  reportRefs(path, messages, findings);
  return { ...name, entry, path, bytes, refs };
}

function readKnown(entry: Variant, known: KnownRefs, messages: string[]): PublishedRef {
  const name = entry.child(0).string();
  const before = known.get(name);
  if (before !== undefined && equalBytes(before.bytes, entry.bytes)) return before.ref;
  const ref = readPublishedRef(entry);
  if (before === undefined) known.set(name, { bytes: entry.bytes, ref });
  else
    messages.push(...refDifferences(before.ref, ref).map((difference) => `${name}: in another summary, ${difference}`));
  return ref;
}

function withoutFacts(refs: readonly PublishedRef[]): readonly string[] {
  const bare = refs.filter(({ name, facts }) => isFlatpak(name) && facts.metadata === undefined);
  return bare.map(({ name }) => `${name}: expected xa.data, found none`);
}

// flatpak's own generator lists a ref wherever another ref of the same commit belongs, which does no harm.
function unexpectedRefs(refs: readonly PublishedRef[], summary: EntryName): readonly string[] {
  const commits = new Set<Digest>();
  const unexpected: PublishedRef[] = [];
  for (const ref of refs) {
    if (placementOf(parseRefName(ref.name), undefined, summary) === 'unexpected') unexpected.push(ref);
    else commits.add(ref.commit);
  }
  const { arch, subset } = summary;
  const where = subset === undefined ? arch : `${arch}, subset ${subset}`;
  return unexpected
    .filter(({ commit }) => !commits.has(commit))
    .map(({ name }) => `${name}: does not belong to ${where}`);
}

/** How many refs of a secondary architecture clients never see, because they load only the summary of the main one; 0 if they see all. */
export function unseenRefs(summary: AuditedFlatpakSummary, known: KnownRefs): number {
  const secondary = secondaryArches.get(summary.arch);
  if (secondary === undefined || summary.subset !== undefined) return 0;
  const isSecondary = (name: string): boolean => parseRefName(name).arch === secondary;
  if (summary.refs.some(({ name }) => isSecondary(name))) return 0;
  return [...known.keys()].filter(isSecondary).length;
}
