/**
 * Compares the refs of two flatpak repositories by the commits that their summaries name. A summary whose digest is the same on
 * both sides is not read. FLATPAK.md, "Index" and "Summary". A ref takes the place of a package, its commit that of a version.
 */
import { RepomillError, throwIfAborted } from '../../../errors.ts';
import { checkNormal } from '../../../glib/gvariant/check-normal.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import { defined } from '../../../model/defined.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_INDEX_SIZE, MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import type { PackageRecord } from '../../../model/record.ts';
import { compareRecordSets, mergeChanges } from '../../../model/record-changes.ts';
import type { Source } from '../../../model/source.ts';
import { digestIn } from '../../../ostree/commit.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipMember } from '../../../platform/zlib/gunzip.ts';
import type { ComparedPlace, Comparer, Comparison } from '../../layout.ts';
import { flatpakSummaryPath, SUMMARY_INDEX_PATH } from '../format/paths.ts';
import { SUMMARY_TYPE } from '../format/summary.ts';
import { formatEntryName, type IndexEntry, parseEntryName, parseSummaryIndex } from '../format/summary-index.ts';

/** Compares flatpak repositories. */
export const flatpakComparer: Comparer = {
  async compare({ from, to, arch, subset, signal }): Promise<Comparison> {
    const [before, after] = [await openIndex(from, signal), await openIndex(to, signal)];
    const isSelected = ({ name }: DatedSummary): boolean => {
      const found = parseEntryName(name);
      return (arch === undefined || found.arch === arch) && found.subset === subset;
    };
    const names = [...new Set([...before.summaries, ...after.summaries].filter(isSelected).map(({ name }) => name))];
    if (names.length === 0 && (arch ?? subset) !== undefined) throw noSummary(after, arch, subset);
    names.sort(compareText);
    const changes = [];
    for (const name of names) {
      throwIfAborted(signal);
      const [old, now] = [before, after].map((side) => side.summaries.find((one) => one.name === name));
      if (old?.sha256 === now?.sha256) continue;
      const sides = await Promise.all([readRefs(old, before.source, signal), readRefs(now, after.source, signal)]);
      // Nothing says which of two commits is newer.
      const options = { compare: compareText, decides: false, arch: parseEntryName(name).arch };
      changes.push(compareRecordSets(...sides, options));
    }
    const only = (one: FlatpakState, other: FlatpakState): readonly string[] =>
      names.filter((name) => has(one, name) && !has(other, name));
    return {
      ...mergeChanges(changes),
      summaries: { compared: names, added: only(after, before), removed: only(before, after) },
      notes: [before, after].flatMap(({ location, summaries }) => {
        const shorter = summaries.filter((one) => one.isShorter && names.includes(one.name)).map(({ name }) => name);
        if (shorter.length === 0) return [];
        return [`${location}: ${shorter.join(', ')}: no version that old; compared as in the oldest`];
      }),
    };
  },
};

/** A summary at some step of its history. */
interface DatedSummary {
  readonly name: string;
  readonly sha256: Digest;
  /** It has no version that old, and is read as it first was. */
  readonly isShorter: boolean;
}

interface FlatpakState {
  readonly source: Source;
  /** For messages. */
  readonly location: string;
  readonly summaries: readonly DatedSummary[];
}

async function openIndex(
  { source, steps = 0, label }: ComparedPlace,
  signal: AbortSignal | undefined,
): Promise<FlatpakState> {
  if (source === undefined) throw new RepomillError('usage', 'expected a source, found none');
  const bytes = await readFile(source, SUMMARY_INDEX_PATH, MAX_INDEX_SIZE, signal);
  const { summaries } = parseSummaryIndex(bytes);
  const longest = Math.max(0, ...summaries.map(({ history }) => history.length));
  if (steps > longest) {
    const found = longest === 0 ? 'it has no older versions' : `its history has ${longest}`;
    throw new RepomillError('not-found', `@${steps}: ${found}`, { path: label ?? source.location });
  }
  const dated = ({ name, sha256, history }: IndexEntry): DatedSummary => ({
    name,
    sha256: (steps === 0 ? undefined : history[Math.min(steps, history.length) - 1]) ?? sha256,
    isShorter: history.length < steps,
  });
  return { source, location: label ?? source.location, summaries: summaries.map(dated) };
}

function has({ summaries }: FlatpakState, name: string): boolean {
  return summaries.some((one) => one.name === name);
}

async function readRefs(
  summary: DatedSummary | undefined,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<readonly PackageRecord[]> {
  if (summary === undefined) return [];
  const path = flatpakSummaryPath(summary.sha256);
  const bytes = gunzipMember(await readFile(source, path, MAX_SUMMARY_SIZE, signal), MAX_SUMMARY_SIZE);
  const found = digestOf(bytes);
  if (found !== summary.sha256) {
    throw new RepomillError('integrity', `expected SHA-256 ${summary.sha256}, found ${found}`, { path });
  }
  const { arch } = parseEntryName(summary.name);
  const refs = checkNormal(new Variant(SUMMARY_TYPE, bytes)).child(0);
  return [...refs.children()].map((ref) => ({
    name: ref.child(0).string(),
    version: digestIn(ref.child(1).child(1)),
    arch,
  }));
}

async function readFile(
  source: Source,
  path: string,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const result = await source.fetch(path, defined({ maxBytes, signal }));
  if (result.kind === 'full') return result.bytes;
  throw new RepomillError('transport', `missing at ${source.location}`, { path });
}

function noSummary({ summaries }: FlatpakState, arch: string | undefined, subset: string | undefined): RepomillError {
  const wanted = arch === undefined ? `subset ${subset}` : formatEntryName(arch, subset);
  const found = summaries.map(({ name }) => name).join(', ') || 'none';
  return new RepomillError('not-found', `no summary ${wanted}; there is: ${found}`);
}
