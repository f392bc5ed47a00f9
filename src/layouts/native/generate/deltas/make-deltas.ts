/**
 * The task that makes deltas: from older summaries, as they are stored, to the newest, which is in the workspace. Differences
 * that several deltas of a task have in common are found once.
 */

import type { PlanMemo } from '../../../../delta/align/plan-memo.ts';
import { makeDelta } from '../../../../delta/make-delta.ts';
import type { Matcher } from '../../../../delta/match/match-bytes.ts';
import { RepomillError } from '../../../../errors.ts';
import type { Digest } from '../../../../model/digest.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { type EncodedMember, readCanonical } from '../summaries/encoded-member.ts';
import { openOldSummary } from './old-summary.ts';
import { deltaInput, type SummaryParts } from './summary-parts.ts';

/** One delta to make. */
export interface DeltaJob {
  /** The older summary: the digest of its canonical bytes, and its stored bytes. */
  readonly from: Digest;
  readonly stored: Uint8Array;
  /** The newest summary. */
  readonly header: Uint8Array;
  readonly buckets: readonly EncodedMember[];
}

/** Deltas to make one after the other. */
export interface DeltaJobs {
  readonly jobs: readonly DeltaJob[];
  /** Buffers of the older summaries, which the thread that does the jobs may take over. */
  readonly transfer?: readonly unknown[];
}

/** A delta, or the reason why it could not be made. */
export type MadeDelta = { readonly bytes: Uint8Array } | { readonly refused: string };

/** What making deltas needs. */
export interface DeltaTaskTools {
  readonly workspace: Workspace;
  readonly matcher: Matcher;
  readonly memo: PlanMemo;
}

/** The task: makes deltas, one after the other. */
export async function makeDeltasTask({ jobs }: DeltaJobs, tools: DeltaTaskTools): Promise<readonly MadeDelta[]> {
  const made: MadeDelta[] = [];
  for (const job of jobs) made.push(await makeOne(job, tools));
  return made;
}

async function makeOne({ from, stored, header, buckets }: DeltaJob, tools: DeltaTaskTools): Promise<MadeDelta> {
  let old: SummaryParts;
  try {
    old = openOldSummary(from, stored, tools.workspace);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    return { refused: error.code === 'integrity' ? 'is damaged' : `cannot be read (${error.message})` };
  }
  const bucket = async (position: number): Promise<Uint8Array> => {
    const found = buckets[position];
    if (found === undefined) throw new RangeError(`summary: no bucket ${position}`);
    return readCanonical(found, tools.workspace);
  };
  return { bytes: await makeDelta(deltaInput(old, { header, bucket }), tools) };
}
