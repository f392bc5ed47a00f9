/**
 * Brings a store up to date: the index, then at most one more round trip for everything that changed. FORMAT.md, section
 * "What a reader checks". Everything is verified before it is stored. Summaries are written first, then the index, and old
 * summaries are removed last, so a crash or an abort at any moment leaves a usable store: as it was, or as it will be.
 */
import { applyDelta } from '../../delta/apply-delta.ts';
import { messageAbout, messageOf, RepomillError, throwIfAborted } from '../../errors.ts';
import { deltaPath, INDEX_PATH, summaryPath } from '../../layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import { defined } from '../../model/defined.ts';
import type { Digest } from '../../model/digest.ts';
import { type Progress, type Reporter, reporterOf } from '../../model/progress.ts';
import type { Source } from '../../model/source.ts';
import type { Store } from '../../model/store.ts';
import {
  type CachedIndex,
  cachedSummaryName,
  heldSummaries,
  listCachedSummaries,
  type Origin,
  readCachedIndex,
  readSelections,
  removeOtherSummaries,
  requireCache,
  writeCachedIndex,
  writeOrigin,
} from '../cached-state.ts';
import { fetchIndex } from '../fetch/fetch-index.ts';
import { fetchNamed, fetchStored, unpackSummary, verifyBytes } from '../fetch/fetch-verified.ts';
import { planCopy } from '../plan-copy.ts';
import { planSummary, type SummaryStep } from '../plan-metadata.ts';
import type { Selection } from '../selection.ts';
import { checkListed } from '../summaries/open-summary.ts';
import type { Fallback, FileReport, PullReport } from './pull-report.ts';

/** What to pull, and from where to where. */
export interface PullOptions extends Selection {
  readonly source: Source;
  readonly store: Store;
  /** Accepts a repository with a different name than the copy's, which is this one. */
  readonly renameFrom?: string;
  /** Accepts an index that is older than the cached one, for a repository that was recreated. */
  readonly allowRollback?: boolean;
  /** Forgets what the store was asked to have before, and removes it: `arch` and `subset` alone say what it has from now on. */
  readonly only?: boolean;
  /** Removes from the store what is no longer published, instead of refusing to. */
  readonly allowRemoval?: boolean;
  /** Receives stages, downloads, and a warning for every fallback. */
  readonly progress?: Progress;
  /** Aborts the pull with an `interrupted` error. The store stays usable. */
  readonly signal?: AbortSignal;
}

/**
 * Brings a store up to date. The store keeps what it was asked to have before, and `arch` and `subset` add to that, or replace it
 * with `only`. An empty store without a selection gets every architecture, without subsets, and those that the repository adds
 * later. An arch without a summary of its own is served by that of `all`, until it has one (`substitutes` of the report).
 *
 * @throws RepomillError `not-found` if the source has no index, no such summary, or no longer what the store was asked to have;
 * `transport`, `format` or `integrity` if a file cannot be fetched, is malformed or fails verification; `conflict` if the store
 * is not a cache, or another pull is writing to it; `interrupted` after an abort. The store stays usable in every case.
 * @example
 * const report = await pull({ source: httpSource('https://example.org/repo'), store: memoryStore(), arch: 'amd64' });
 * console.log(`version ${report.version}: ${report.transferred} bytes fetched`);
 */
export async function pull(options: PullOptions): Promise<PullReport> {
  throwIfAborted(options.signal);
  const unlock = await options.store.lock?.(options.signal);
  try {
    await requireCache(options.store);
    return await update(options);
  } finally {
    await unlock?.();
  }
}

/** What every step of a pull needs. */
interface PullContext {
  readonly source: Source;
  readonly store: Store;
  readonly signal: AbortSignal | undefined;
  readonly reporter: Reporter;
  readonly fallbacks: Fallback[];
}

async function update({ source, store, arch, subset, ...options }: PullOptions): Promise<PullReport> {
  const { allowRollback, renameFrom, only, allowRemoval, progress, signal } = options;
  const reporter = reporterOf(progress);
  const context: PullContext = { source, store, signal, reporter, fallbacks: [] };

  reporter.start('index', 0);
  const cached = await readUsableIndex(context);
  const present = await listCachedSummaries(store);
  const latest = await fetchIndex(source, cached, {
    allowRollback: allowRollback ?? false,
    renameFrom,
    signal,
    onBytes: (received) => reporter.download({ path: INDEX_PATH, received }),
  });
  reporter.cacheLookup('index', latest.unchanged);
  const copy = {
    listed: cached?.signed.summaries ?? [],
    held: heldSummaries(cached, present),
    selections: await readSelections(store),
  };
  const request = defined({ selection: defined({ arch, subset }), only, allowRemoval });
  const { wanted, selections, substitutes, dropped } = planCopy(latest.signed.summaries, copy, request);
  reporter.start('checking the copy', 0);
  await forgetDamaged(wanted, present, context);

  const summaries = await bringSummaries(wanted, present, context);
  const isKnown = isSameOrigin(latest.origin, cached?.origin) && areSameSelections(selections, copy.selections);
  if (!latest.unchanged || !isKnown) await writeOrigin(store, latest.bytes, latest.origin, selections);
  if (!latest.unchanged) await writeCachedIndex(store, latest.bytes);
  await removeOtherSummaries(store, wanted);

  const index: FileReport = {
    path: INDEX_PATH,
    how: latest.unchanged ? 'cached' : 'full',
    bytes: latest.transferred,
  };
  const files = [index, ...summaries];
  const { fallbacks } = context;
  return defined({
    version: latest.signed.version,
    previous: cached?.signed.version,
    changed: files.some((file) => file.how !== 'cached'),
    files,
    fallbacks,
    substitutes,
    dropped,
    transferred: [...files, ...fallbacks].reduce((sum, { bytes }) => sum + bytes, 0),
  });
}

function isSameOrigin(a: Origin, b: Origin | undefined): boolean {
  return a.location === b?.location && a.validator === b.validator;
}

// A plan keeps those that it was given, in their order.
function areSameSelections(after: readonly Selection[], before: readonly Selection[] | undefined): boolean {
  return JSON.stringify(after) === JSON.stringify(before);
}

async function readUsableIndex(context: PullContext): Promise<CachedIndex | undefined> {
  try {
    return await readCachedIndex(context.store);
  } catch (thrown) {
    if (!(thrown instanceof RepomillError) || thrown.code !== 'format') throw thrown;
    noteFallback({ path: INDEX_PATH, reason: `the cached copy is damaged: ${messageOf(thrown)}`, bytes: 0 }, context);
    return undefined;
  }
}

// The copy is not trusted more than the network: a damaged file counts as absent.
async function forgetDamaged(
  wanted: readonly SummaryEntry[],
  present: Set<Digest>,
  context: PullContext,
): Promise<void> {
  for (const entry of wanted) {
    throwIfAborted(context.signal);
    if (!present.has(entry.sha256)) continue;
    const path = cachedSummaryName(entry.sha256);
    try {
      const canonical = await verifyBytes((await context.store.read(path)) ?? new Uint8Array(), entry, path);
      await checkListed(canonical, entry, path);
    } catch (thrown) {
      if (!(thrown instanceof RepomillError) || thrown.code !== 'integrity') throw thrown;
      noteFallback({ path, reason: `the cached copy is damaged: ${thrown.message}`, bytes: 0 }, context);
      present.delete(entry.sha256);
    }
  }
}

// All downloads run concurrently; summaries are then unpacked, verified and stored one by one, so only one is in memory.
async function bringSummaries(
  wanted: readonly SummaryEntry[],
  present: ReadonlySet<Digest>,
  context: PullContext,
): Promise<readonly FileReport[]> {
  const { store, signal, reporter } = context;
  reporter.start('downloading', 0);
  const fetched = await Promise.all(
    wanted.map(async (entry): Promise<{ entry: SummaryEntry; finish: FileReport | FinishSummary }> => {
      const step = planSummary(entry, present);
      reporter.cacheLookup('summary', step.how === 'cached');
      return { entry, finish: step.how === 'cached' ? step : await fetchStep(entry, step, context) };
    }),
  );
  reporter.start('storing', 0);
  const files: FileReport[] = [];
  for (const { entry, finish } of fetched) {
    throwIfAborted(signal);
    if (typeof finish !== 'function') {
      files.push(finish);
      continue;
    }
    const { canonical, file } = await finish();
    await checkListed(canonical, entry, summaryPath(entry.sha256));
    await store.write(cachedSummaryName(entry.sha256), canonical);
    files.push(file);
  }
  return files;
}

/** Unpacks a fetched summary, or applies its delta. */
type FinishSummary = () => Promise<{ readonly canonical: Uint8Array; readonly file: FileReport }>;

/**
 * Fetches what a step needs, and resolves to a function that does the rest. If a delta cannot be fetched or applied, the whole
 * file is used instead; if that fails verification, the pull fails.
 */
async function fetchStep(
  entry: SummaryEntry,
  step: Exclude<SummaryStep, { readonly how: 'cached' }>,
  context: PullContext,
): Promise<FinishSummary> {
  if (step.how === 'full') return fetchWhole(entry, context);
  const { source, store, signal } = context;
  const { path } = step;
  let transferred = 0;
  const fallBack = async (thrown: unknown): Promise<FinishSummary> => {
    throwIfAborted(signal);
    noteFallback({ path, reason: messageAbout(path, thrown), bytes: transferred }, context);
    return fetchWhole(entry, context);
  };
  try {
    const request = defined({ maxBytes: step.bytes, signal, onBytes: onBytesOf(path, step.bytes, context) });
    const delta = await fetchNamed(source, path, request);
    transferred = delta.transferred;
    return async () => {
      try {
        const canonical = await applyVerified(step.from, delta.bytes, entry, store);
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
  const name = cachedSummaryName(from);
  const old = await store.read(name);
  if (old === undefined) throw new RepomillError('not-found', 'no longer cached', { path: name });
  await verifyBytes(old, { sha256: from, size: old.length }, name, 'the cached copy is damaged');
  return verifyBytes(applyDelta(old, delta, entry.size), entry, deltaPath(from, entry.sha256));
}

async function fetchWhole(entry: SummaryEntry, context: PullContext): Promise<FinishSummary> {
  const { source, signal } = context;
  const path = summaryPath(entry.sha256);
  const onBytes = onBytesOf(path, entry.storedSize, context);
  const { bytes, transferred } = await fetchStored(source, entry, { signal, onBytes });
  return async () => ({
    canonical: await unpackSummary(bytes, entry),
    file: { path, how: 'full', bytes: transferred },
  });
}

function onBytesOf(path: string, total: number, { reporter }: PullContext): (received: number) => void {
  return (received) => reporter.download({ path, received, total });
}

function noteFallback(fallback: Fallback, { fallbacks, reporter }: PullContext): void {
  fallbacks.push(fallback);
  reporter.warn(`${fallback.path}: ${fallback.reason}; fetched the whole file`);
}
