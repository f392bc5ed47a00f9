/**
 * The audit of one summary: its digest, normal form, order, and that each ref stands where clients look for it. They search by
 * halves, so that a ref out of order is listed and cannot be installed.
 */

import { expect, type Finding } from '../../../audit/findings.ts';
import { equalBytes } from '../../../bytes/buffer.ts';
import { RepomillError } from '../../../errors.ts';
import { checkNormal } from '../../../glib/gvariant/check-normal.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import { parseRefName } from '../../../ostree/ref-name.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { flatpakSummaryPath } from '../format/paths.ts';
import { isFlatpak, SUMMARY_TYPE } from '../format/summary.ts';
import { type IndexEntry, parseSummaryName } from '../format/summary-index.ts';
import { type Place, placementOf, secondaryArches } from './placement.ts';
import { differences, differs, type PublishedRef, readPublishedRef } from './published-ref.ts';
import { reportRefs } from './ref-findings.ts';
import type { TreeFiles } from './tree-files.ts';

/** A summary that was read. */
export interface AuditedSummary extends Place {
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

/** Every ref that some summary has. Most stand in several, in the same bytes, and are read once. */
export type KnownRefs = Map<string, KnownRef>;

/** Reads a summary and compares it with its name. Throws where a client could not read it; notes what it could not use. */
export async function auditSummary(
  entry: IndexEntry,
  files: TreeFiles,
  known: KnownRefs,
  findings: Finding[],
): Promise<AuditedSummary> {
  const path = flatpakSummaryPath(entry.sha256);
  const bytes = await files.unpack(path, MAX_SUMMARY_SIZE);
  expect('SHA-256', entry.sha256, digestOf(bytes));
  const summary = checkNormal(new Variant(SUMMARY_TYPE, bytes));
  expect('xa.summary-version', 1, summary.child(1).lookup('xa.summary-version', 'u')?.uint32());
  const messages: string[] = [];
  const refs = [...summary.child(0).children()].map((ref) => readKnown(ref, known, messages));
  const place = parseSummaryName(entry.name);
  messages.push(...outOfOrder(refs), ...withoutFacts(refs), ...strangers(refs, place));
  reportRefs(path, messages, findings);
  return { ...place, entry, path, bytes, refs };
}

function readKnown(entry: Variant, known: KnownRefs, messages: string[]): PublishedRef {
  const name = entry.child(0).string();
  const before = known.get(name);
  if (before !== undefined && equalBytes(before.bytes, entry.bytes)) return before.ref;
  const ref = readPublishedRef(entry);
  if (before === undefined) known.set(name, { bytes: entry.bytes, ref });
  else messages.push(...sameRef(before.ref, ref).map((difference) => `${name}: in another summary, ${difference}`));
  return ref;
}

function sameRef(expected: PublishedRef, found: PublishedRef): readonly string[] {
  return [
    ...differs('commit', expected.commit, found.commit),
    ...differs('size', expected.size, found.size),
    ...differs('timestamp', expected.timestamp, found.timestamp),
    ...differences(expected.facts, found.facts),
  ];
}

/** Names that do not stand in the order of their bytes, each once. */
export function outOfOrder(refs: readonly { readonly name: string }[]): readonly string[] {
  return refs.flatMap(({ name }, i) => {
    const before = refs[i - 1]?.name;
    const order = before === undefined ? -1 : compareText(before, name);
    if (order === 0) return [`${name}: stands twice`];
    return order < 0 ? [] : [`${name}: stands behind ${before}, where clients do not find it`];
  });
}

function withoutFacts(refs: readonly PublishedRef[]): readonly string[] {
  const bare = refs.filter(({ name, facts }) => isFlatpak(name) && facts.metadata === undefined);
  return bare.map(({ name }) => `${name}: expected xa.data, found none`);
}

// flatpak's own generator puts a ref where another one of the same commit stands: more than is asked for, and no harm.
function strangers(refs: readonly PublishedRef[], place: Place): readonly string[] {
  const commits = new Set<Digest>();
  const strange: PublishedRef[] = [];
  for (const ref of refs) {
    if (placementOf(parseRefName(ref.name), undefined, place) === 'stranger') strange.push(ref);
    else commits.add(ref.commit);
  }
  const { arch, subset } = place;
  const where = subset === undefined ? arch : `${arch}, subset ${subset}`;
  return strange.filter(({ commit }) => !commits.has(commit)).map(({ name }) => `${name}: does not belong to ${where}`);
}

/** How many refs clients never see, because they load the summary of the main architecture alone; 0 where they see all. */
export function unseenRefs(summary: AuditedSummary, known: KnownRefs): number {
  const secondary = secondaryArches.get(summary.arch);
  if (secondary === undefined || summary.subset !== undefined) return 0;
  const isSecondary = (name: string): boolean => parseRefName(name).arch === secondary;
  if (summary.refs.some(({ name }) => isSecondary(name))) return 0;
  return [...known.keys()].filter(isSecondary).length;
}

/** Throws unless a name is one that clients split as it was put together. */
export function checkSummaryName(name: string): void {
  const { arch, subset } = parseSummaryName(name);
  if (arch !== '' && subset !== '' && !arch.includes('-')) return;
  const read = subset === undefined ? `"${arch}"` : `subset "${subset}" of "${arch}"`;
  throw new RepomillError(
    'integrity',
    `${name}: clients split a name at its first "-" and read ${read}, which none asks for`,
  );
}
