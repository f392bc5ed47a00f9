/**
 * Brings a store up to date: index, then at most one more round trip for all that changed. Everything is verified before
 * it is stored; summaries are written first, the index after them, and only then are older summaries removed, so that a
 * crash at any moment leaves a usable state.
 */
import { messageOf, RepomillError } from '../../errors.ts';
import { INDEX_PATH } from '../../layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import type { Digest } from '../../model/digest.ts';
import type { Source } from '../../model/source.ts';
import type { Store } from '../../model/store.ts';
import { fetchIndex } from '../fetch/fetch-index.ts';
import { verifyBytes } from '../fetch/verify-bytes.ts';
import type { Selection } from '../selection.ts';
import {
  type CachedIndex,
  listCachedSummaries,
  type Origin,
  readCachedIndex,
  removeOtherSummaries,
  requireCache,
  summaryName,
  writeCachedIndex,
  writeOrigin,
} from './cached-state.ts';
import { chooseWanted, heldSummaries } from './choose-wanted.ts';
import { type Arrival, type ClimbContext, fetchStep } from './fetch-step.ts';
import { planStep } from './plan-step.ts';
import type { Fallback, FileReport, Progress, PullReport, PullStage } from './pull-report.ts';

/** What to pull, from where, to where. */
export interface PullOptions extends Selection {
  readonly source: Source;
  readonly store: Store;
  /** Takes an index that is older than the cached one: after a repository was made anew. */
  readonly allowRollback?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  /** Called as each stage begins. */
  readonly onStage?: (stage: PullStage) => void;
}

/**
 * Brings a store up to date. It then holds what it held before and what `arch` and `subset` name. An empty store without a
 * choice gets every architecture, subsets left out.
 *
 * @throws RepomillError `not-found` where the source has no index or no such summary, `transport`, `format` or `integrity`
 * where what it has cannot be had or believed, `conflict` where the store is no cache or another pull is at work in it; the
 * store is then as usable as before
 */
export async function pull(options: PullOptions): Promise<PullReport> {
  const unlock = await options.store.lock?.();
  try {
    await requireCache(options.store);
    return await update(options);
  } finally {
    await unlock?.();
  }
}

async function update(options: PullOptions): Promise<PullReport> {
  const { source, store, onProgress } = options;
  const fallbacks: Fallback[] = [];
  const context: ClimbContext = { ...options, onFallback: (fallback) => fallbacks.push(fallback) };

  options.onStage?.('index');
  const cached = await readUsableIndex(context);
  const present = await listCachedSummaries(store);
  const latest = await fetchIndex(source, cached, {
    allowRollback: options.allowRollback ?? false,
    ...(onProgress && { onBytes: (received) => onProgress({ path: INDEX_PATH, received }) }),
  });
  const { wanted, dropped } = chooseWanted(latest.signed, heldSummaries(cached, present), options);
  options.onStage?.('checking the copy');
  await forgetDamaged(wanted, present, context);

  const summaries = await bringSummaries(wanted, present, context);
  if (!latest.unchanged) await writeCachedIndex(store, latest.bytes, latest.origin);
  else if (!isSameOrigin(latest.origin, cached?.origin)) await writeOrigin(store, latest.bytes, latest.origin);
  await removeOtherSummaries(store, wanted);

  const index: FileReport = {
    path: INDEX_PATH,
    how: latest.unchanged ? 'cached' : 'full',
    bytes: latest.transferred,
  };
  const files = [index, ...summaries];
  return {
    version: latest.signed.version,
    ...(cached === undefined ? {} : { previous: cached.signed.version }),
    changed: files.some((file) => file.how !== 'cached'),
    files,
    fallbacks,
    dropped,
    transferred: [...files, ...fallbacks].reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function isSameOrigin(a: Origin, b: Origin | undefined): boolean {
  return a.location === b?.location && a.validator === b.validator;
}

async function readUsableIndex({ store, onFallback }: ClimbContext): Promise<CachedIndex | undefined> {
  try {
    return await readCachedIndex(store);
  } catch (thrown) {
    if (!(thrown instanceof RepomillError) || thrown.code !== 'format') throw thrown;
    onFallback({ path: INDEX_PATH, reason: `the cached copy is damaged: ${messageOf(thrown)}`, bytes: 0 });
    return undefined;
  }
}

// What is cached already is believed no more than what is fetched: a damaged file counts as absent.
async function forgetDamaged(
  wanted: readonly SummaryEntry[],
  present: Set<Digest>,
  context: ClimbContext,
): Promise<void> {
  for (const entry of wanted) {
    if (!present.has(entry.sha256)) continue;
    const path = summaryName(entry.sha256);
    try {
      await verifyBytes((await context.store.read(path)) ?? new Uint8Array(), entry, path);
    } catch (thrown) {
      if (!(thrown instanceof RepomillError) || thrown.code !== 'integrity') throw thrown;
      context.onFallback({ path, reason: `the cached copy is damaged: ${messageOf(thrown)}`, bytes: 0 });
      present.delete(entry.sha256);
    }
  }
}

// All that has to be fetched is fetched side by side, then unpacked, verified and stored one after the other.
async function bringSummaries(
  wanted: readonly SummaryEntry[],
  present: ReadonlySet<Digest>,
  context: ClimbContext,
): Promise<readonly FileReport[]> {
  context.onStage?.('downloading');
  const fetched = await Promise.all(
    wanted.map(async (entry): Promise<{ entry: SummaryEntry; finish: FileReport | (() => Promise<Arrival>) }> => {
      const step = planStep(entry, present);
      return { entry, finish: step.how === 'cached' ? step : await fetchStep(entry, step, context) };
    }),
  );
  context.onStage?.('storing');
  const files: FileReport[] = [];
  for (const { entry, finish } of fetched) {
    if (typeof finish !== 'function') {
      files.push(finish);
      continue;
    }
    const { canonical, file } = await finish();
    await context.store.write(summaryName(entry.sha256), canonical);
    files.push(file);
  }
  return files;
}
