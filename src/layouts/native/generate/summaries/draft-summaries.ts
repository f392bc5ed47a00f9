/**
 * Which summaries changed since the tree was published, and what the index will say of each, its history aside. What did
 * not change is neither hashed nor stored again.
 */

import { digestOfParts } from '../../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import type { Content } from '../../../../publish/tree.ts';
import type { PlannedFile } from '../../../../publish/tree-plan.ts';
import { summaryPath } from '../../format/paths.ts';
import type { SignedIndex, SummaryEntry } from '../../format/repository-index.ts';
import { canonicalParts, type EncodedSummary, storedHeader, storedParts } from './summaries.ts';

/** A summary to be published. */
export interface SummaryDraft {
  readonly entry: Omit<SummaryEntry, 'history'>;
  readonly file: PlannedFile;
  /** The entry that the published index has of the same arch and subset. */
  readonly before: SummaryEntry | undefined;
  readonly changed: boolean;
  readonly encoded: EncodedSummary;
}

/** Drafts a summary. */
export function draftSummary(
  encoded: EncodedSummary,
  published: SignedIndex | undefined,
  workspace: Workspace,
): SummaryDraft {
  const { arch, subset } = encoded;
  const before = published?.summaries.find((entry) => entry.arch === arch && entry.subset === subset);
  // The header vouches for every bucket: where its digest did not change, nothing did.
  const changed = before?.header.sha256 !== encoded.headerSha256;
  const entry = changed || before === undefined ? newEntry(encoded, workspace) : withoutHistory(before);
  const content = async (): Promise<Content> => storedParts(encoded, workspace);
  const file = { path: summaryPath(entry.sha256), size: entry.storedSize, content };
  return { entry, file, before, changed, encoded };
}

function newEntry(encoded: EncodedSummary, workspace: Workspace): SummaryDraft['entry'] {
  const { arch, subset, packages, size, header, headerSha256, buckets } = encoded;
  const headerStoredSize = storedHeader(encoded).length;
  return {
    arch,
    ...(subset === undefined ? {} : { subset }),
    sha256: digestOfParts(canonicalParts(encoded, workspace)),
    size,
    storedSize: buckets.reduce((sum, { bucket }) => sum + bucket.storedSize, headerStoredSize),
    packages,
    header: { sha256: headerSha256, size: header.length, storedSize: headerStoredSize },
  };
}

function withoutHistory({ history: _, ...entry }: SummaryEntry): SummaryDraft['entry'] {
  return entry;
}
