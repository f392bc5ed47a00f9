/**
 * One summary's way up the ladder. Fetching and applying are apart, so that all fetches run side by side and only one
 * summary is in memory at a time. A delta that cannot be had or gives other bytes falls back to the whole file; the whole
 * file is verified or refused.
 */
import { applyDelta } from '../../delta/apply-delta.ts';
import { messageOf, RepomillError } from '../../errors.ts';
import { deltaPath, summaryPath } from '../../layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import type { Digest } from '../../model/digest.ts';
import type { Source } from '../../model/source.ts';
import type { Store } from '../../model/store.ts';
import { fetchNamed, fetchStored, unpackSummary } from '../fetch/fetch-verified.ts';
import { verifyBytes } from '../fetch/verify-bytes.ts';
import { summaryName } from './cached-state.ts';
import type { Step } from './plan-step.ts';
import type { Fallback, FileReport, Progress, PullStage } from './pull-report.ts';

/** What climbing needs. */
export interface ClimbContext {
  readonly source: Source;
  readonly store: Store;
  readonly onProgress?: (progress: Progress) => void;
  readonly onStage?: (stage: PullStage) => void;
  /** Told of everything that did not go as planned. */
  readonly onFallback: (fallback: Fallback) => void;
}

/** A summary that is verified, and how it came. */
export interface Arrival {
  readonly canonical: Uint8Array;
  readonly file: FileReport;
}

/** Fetches what a step needs, and resolves to the rest of the work. */
export async function fetchStep(
  entry: SummaryEntry,
  step: Step & { readonly how: 'delta' | 'full' },
  context: ClimbContext,
): Promise<() => Promise<Arrival>> {
  if (step.how === 'full') return fetchWhole(entry, context);
  const { path } = step;
  const onBytes = progressOf(path, step.bytes, context);
  let transferred = 0;
  // Whatever is wrong with a delta, the whole file makes good.
  const fallBack = async (thrown: unknown): Promise<() => Promise<Arrival>> => {
    context.onFallback({ path, reason: messageOf(thrown), bytes: transferred });
    return fetchWhole(entry, context);
  };
  try {
    const delta = await fetchNamed(context.source, path, { maxBytes: step.bytes, ...onBytes });
    transferred = delta.transferred;
    return async () => {
      try {
        const canonical = await applyVerified(step.from, delta.bytes, entry, context.store);
        return { canonical, file: { path, how: 'delta', bytes: transferred } };
      } catch (thrown) {
        return (await fallBack(thrown))();
      }
    };
  } catch (thrown) {
    return fallBack(thrown);
  }
}

async function applyVerified(from: Digest, delta: Uint8Array, entry: SummaryEntry, store: Store): Promise<Uint8Array> {
  const old = await store.read(summaryName(from));
  if (old === undefined) throw new RepomillError('not-found', `${summaryName(from)}: no longer cached`);
  await verifyBytes(old, { sha256: from, size: old.length }, `${summaryName(from)}: the cached copy is damaged`);
  return verifyBytes(applyDelta(old, delta, entry.size), entry, deltaPath(from, entry.sha256));
}

async function fetchWhole(entry: SummaryEntry, context: ClimbContext): Promise<() => Promise<Arrival>> {
  const path = summaryPath(entry.sha256);
  const { bytes, transferred } = await fetchStored(context.source, entry, progressOf(path, entry.storedSize, context));
  return async () => ({
    canonical: await unpackSummary(bytes, entry),
    file: { path, how: 'full', bytes: transferred },
  });
}

function progressOf(
  path: string,
  total: number,
  { onProgress }: ClimbContext,
): { readonly onBytes?: (received: number) => void } {
  return onProgress === undefined ? {} : { onBytes: (received) => onProgress({ path, received, total }) };
}
