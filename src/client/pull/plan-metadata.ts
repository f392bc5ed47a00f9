/**
 * What bringing a store up to date would download. Plans and never acts: only the index is fetched.
 */

import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import type { Digest } from '../../model/digest.ts';
import { type Size, type Total, totalOf } from '../install/plan-packages.ts';
import { planStep, type Step } from './plan-step.ts';

/** What the metadata would take. */
export interface MetadataPlan {
  /** Of the index; unknown without a source to ask. */
  readonly index: Size;
  /** One step for each summary. */
  readonly summaries: readonly Step[];
  readonly total: Total;
}

/** Plans the summaries of an index from what is cached. */
export function planMetadata(index: Size, entries: readonly SummaryEntry[], cached: ReadonlySet<Digest>): MetadataPlan {
  const summaries = entries.map((entry) => planStep(entry, cached));
  return { index, summaries, total: totalOf([index, ...summaries.map(({ bytes }) => bytes)]) };
}
