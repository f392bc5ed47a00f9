/**
 * Decides which older versions of a Packages file have a patch, and composes the patches: each one's last patch, which led to the
 * version that was newest then, with the one from there to the newest now. Nothing but patches is read.
 */
import { RepomillError } from '../../../../errors.ts';
import { canFormatPatch, formatPatch, parsePatch } from '../../format/ed-script.ts';
import type { LinePatch } from '../../format/line-patch.ts';
import { type FileDigest, MAX_PATCH_SIZE, type PdiffEntry, type PdiffIndex } from '../../format/pdiff-index.ts';
import { composePatches } from './compose-patches.ts';

/** A patch may have one byte for so many of the compressed Packages file: beyond that, the whole file is no worse. */
const MIN_GAIN = 3;

/** A version of a Packages file, and the one that was newest until now. */
export interface HistoryStep {
  readonly before: FileDigest;
  readonly current: FileDigest;
  /** The patch between the two. Undefined if it was not worth making: then no version has a patch. */
  readonly patch: LinePatch | undefined;
}

/** A patch as it is served. */
export interface PackedPatch {
  readonly name: string;
  readonly gz: Uint8Array;
  /** Of the patch before compression. */
  readonly patch: FileDigest;
  /** Of `gz`. */
  readonly download: FileDigest;
}

/** What a history is made with. */
export interface HistoryRules {
  /** The most older versions to keep. */
  readonly history: number;
  /** Bytes of the compressed Packages file: the smallest one that is served. */
  readonly compressedSize: number;
  /** The verified, uncompressed bytes of a patch that the previous index lists; undefined if they are missing or damaged. */
  read(entry: PdiffEntry): Promise<Uint8Array | undefined>;
  /** Names and compresses a patch. */
  pack(script: Uint8Array): PackedPatch;
}

/** Why an older version has no patch any more. */
export type DropReason =
  /** It is the current version again. */
  | 'current'
  /** There are enough newer ones. */
  | 'beyond-history'
  /** Its patch, or the patch since, would be larger than a third of the compressed Packages file. */
  | 'too-large'
  /** A line would be inserted that a patch cannot have: half a MiB long, with NUL, or ".". */
  | 'impossible-line'
  /** Its last patch is missing or damaged, or leads to a version other than the one that was newest. */
  | 'unreadable';

/** An older version that has no patch any more, or never got one. */
export interface DroppedVersion {
  readonly from: FileDigest;
  readonly reason: DropReason;
}

/** A history: the entries of an index, and what they need in the tree. */
export interface HistoryPlan {
  /** Oldest first. Without any, no index is needed. */
  readonly entries: readonly PdiffEntry[];
  /** The new patches, oldest version first: none if nothing changed. */
  readonly packed: readonly PackedPatch[];
  /** Newest first. */
  readonly dropped: readonly DroppedVersion[];
}

/**
 * Plans the history of a Packages file.
 *
 * @param published - the index of the published tree, if it has one
 * @param step - what changed since
 */
export async function planHistory(
  published: PdiffIndex | undefined,
  step: HistoryStep,
  rules: HistoryRules,
): Promise<HistoryPlan> {
  const { before, current } = step;
  let patch = step.patch;
  const isUnchanged = before.sha256 === current.sha256;
  const entries: PdiffEntry[] = [];
  const packed: PackedPatch[] = [];
  const dropped: DroppedVersion[] = [];
  for (const version of listVersions(published, before)) {
    const { from, entry } = version;
    let outcome: PackedPatch | PdiffEntry | DropReason;
    if (from.sha256 === current.sha256) outcome = 'current';
    else if (entries.length >= rules.history) outcome = 'beyond-history';
    else if (published !== undefined && entry !== undefined && published.current.sha256 !== before.sha256)
      outcome = 'unreadable';
    else if (isUnchanged) outcome = entry ?? 'current';
    else outcome = await makePatch(version, patch, rules);
    // Whatever is inserted now is in every patch.
    if (outcome === 'too-large' && entry === undefined) patch = undefined;
    if (typeof outcome === 'string') {
      if (entry !== undefined || !isUnchanged) dropped.push({ from, reason: outcome });
      continue;
    }
    entries.push({ name: outcome.name, from, patch: outcome.patch, download: outcome.download });
    if ('gz' in outcome) packed.push(outcome);
  }
  return { entries: entries.reverse(), packed: packed.reverse(), dropped };
}

/** An older version: the one that was newest until now, or one with an entry in the published index. */
interface OlderVersion {
  readonly from: FileDigest;
  readonly entry: PdiffEntry | undefined;
}

/** Newest first, each once. */
function listVersions(published: PdiffIndex | undefined, before: FileDigest): readonly OlderVersion[] {
  const older = (published?.entries ?? []).filter(({ from }) => from.sha256 !== before.sha256);
  return [{ from: before, entry: undefined }, ...older.toReversed().map((entry) => ({ from: entry.from, entry }))];
}

async function makePatch(
  { entry }: OlderVersion,
  step: LinePatch | undefined,
  rules: HistoryRules,
): Promise<PackedPatch | DropReason> {
  if (step === undefined) return 'too-large';
  const patch = entry === undefined ? step : await composeWith(entry, step, rules);
  if (patch === undefined) return 'unreadable';
  if (!canFormatPatch(patch)) return 'impossible-line';
  const script = formatPatch(patch);
  if (script.length > MAX_PATCH_SIZE) return 'too-large';
  const packed = rules.pack(script);
  return packed.gz.length * MIN_GAIN > rules.compressedSize ? 'too-large' : packed;
}

/** The patch of an older version, led on to the newest; undefined if its bytes are not there, or no patch. */
async function composeWith(entry: PdiffEntry, step: LinePatch, rules: HistoryRules): Promise<LinePatch | undefined> {
  const script = await rules.read(entry);
  if (script === undefined) return undefined;
  try {
    return composePatches(parsePatch(script), step);
  } catch (error) {
    if (error instanceof RepomillError && error.code === 'format') return undefined;
    throw error;
  }
}
