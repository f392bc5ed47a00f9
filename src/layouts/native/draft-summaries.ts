/**
 * Which summaries changed since the tree was published, and what the index will say of each, its history aside. What did
 * not change is neither compressed nor, where that can be known beforehand, encoded.
 */
import { summaryPath } from '../../format/paths.ts';
import type { SummaryContent } from '../../model/partition.ts';
import type { Progress } from '../../model/progress.ts';
import type { SignedIndex, SubsetEntry, SummaryEntry } from '../../model/repository-index.ts';
import { sha256 } from '../../platform/sha256.ts';
import type { PlannedFile } from '../../publish/tree-plan.ts';
import { canonicalBytes, type EncodedSummary, type SummaryEncoder, storedBytes } from './summaries.ts';

/** A summary to be published. */
export interface SummaryDraft {
  readonly entry: Omit<SummaryEntry, 'history'>;
  readonly file: PlannedFile;
  /** The entry that the published index has of the same arch and subset. */
  readonly before: SummaryEntry | undefined;
  readonly changed: boolean;
  encoded(): Promise<EncodedSummary>;
}

/** Drafts every summary, in the order of the contents: each arch's whole before its subsets. */
export async function draftSummaries(
  contents: readonly SummaryContent[],
  subsets: readonly SubsetEntry[],
  published: SignedIndex | undefined,
  encoder: SummaryEncoder,
  progress: Progress,
): Promise<readonly SummaryDraft[]> {
  const drafts: SummaryDraft[] = [];
  const sameRules = new Set(subsets.filter((rule) => hasRule(published, rule)).map((rule) => rule.name));
  progress.start('encoding', contents.length, 'summaries');
  for (const content of contents) {
    const { arch, subset } = content;
    const before = published?.summaries.find((entry) => entry.arch === arch && entry.subset === subset);
    const whole = drafts.find((draft) => draft.entry.arch === arch && draft.entry.subset === undefined);
    const encode = (): Promise<EncodedSummary> => encoder.encode(content);
    // A subset of what did not change, by a rule that did not change, did not change.
    const untouched = subset !== undefined && sameRules.has(subset) && whole?.changed === false;
    if (before !== undefined && untouched && before.packages === content.records.length)
      drafts.push(keep(before, encode));
    else drafts.push(await draft(await encode(), before));
    progress.advance(1);
  }
  return drafts;
}

function hasRule(published: SignedIndex | undefined, rule: SubsetEntry): boolean {
  return published?.subsets?.some(({ name, where }) => name === rule.name && where === rule.where) ?? false;
}

// The header vouches for every bucket: where its digest did not change, nothing did.
async function draft(summary: EncodedSummary, before: SummaryEntry | undefined): Promise<SummaryDraft> {
  const encoded = async (): Promise<EncodedSummary> => summary;
  if (before?.header.sha256 === summary.headerSha256) return keep(before, encoded);
  const digest = await sha256(canonicalBytes(summary));
  const stored = storedBytes(summary);
  const { arch, subset, packages, size } = summary;
  const entry = {
    arch,
    ...(subset === undefined ? {} : { subset }),
    sha256: digest,
    size,
    storedSize: stored.bytes.length,
    packages,
    header: { sha256: summary.headerSha256, size: summary.header.length, storedSize: stored.headerSize },
  };
  const file = { path: summaryPath(digest), size: stored.bytes.length, content: async () => stored.bytes };
  return { entry, file, before, changed: true, encoded };
}

function keep(before: SummaryEntry, encoded: () => Promise<EncodedSummary>): SummaryDraft {
  const { history: _, ...entry } = before;
  const content = async (): Promise<Uint8Array> => storedBytes(await encoded()).bytes;
  const file = { path: summaryPath(entry.sha256), size: entry.storedSize, content };
  return { entry, file, before, changed: false, encoded };
}
