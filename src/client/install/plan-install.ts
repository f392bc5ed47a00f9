/**
 * Plans an installation: first the metadata update, then each package as listed in the newest metadata. Dependencies are not
 * resolved.
 */
import { RepomillError } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import type { PackageRecord } from '../../model/record.ts';
import type { VersionComparison } from '../../model/versions/version-order.ts';
import { type CachedIndex, heldSummaries, listCachedSummaries, readSelections } from '../cached-state.ts';
import { detailsEntryOf, detailsFetcher } from '../details.ts';
import { fetchIndex } from '../fetch/fetch-index.ts';
import { findAllPackages } from '../find-packages.ts';
import { planCopy } from '../plan-copy.ts';
import { type MetadataPlan, planMetadata } from '../plan-metadata.ts';
import { orderOf } from '../repository-order.ts';
import type { Selection } from '../selection.ts';
import { addTotals, type Size, type Total, totalOf } from '../size.ts';
import { openSummaries, type RepositoryLocations, type SummaryReader } from '../summaries/summary-reader.ts';
import { type PackagePlan, planPackage } from './plan-packages.ts';

/** What to install, and what is installed already. */
export interface PlanOptions extends Selection {
  /** What to install or upgrade. Empty: to upgrade everything that is installed. */
  readonly packages: readonly string[];
  /** Installed versions by package name. */
  readonly installed?: ReadonlyMap<string, string>;
  /** Aborts planning with an `interrupted` error. */
  readonly signal?: AbortSignal;
}

/** What an update and an installation would download. */
export interface InstallPlan {
  /** Version of the index that the plan is based on. */
  readonly version: number;
  readonly metadata: MetadataPlan;
  /** In the requested order. */
  readonly packages: readonly PackagePlan[];
  /** Names of installed packages that the repository lacks, if no packages were named. */
  readonly unknown: readonly string[];
  /** Metadata and whole packages. */
  readonly full: Total;
  /** Metadata, and package deltas where they are smaller than the packages. */
  readonly withDeltas: Total;
}

/** What a plan is based on. */
export interface PlanBasis extends RepositoryLocations {
  readonly cached?: CachedIndex;
}

/**
 * Plans an installation. Without a source, the cached index counts as the newest.
 *
 * @throws RepomillError `not-found` with every missing package, `usage` if the selection covers several architectures
 */
export async function planInstall(basis: PlanBasis, options: PlanOptions): Promise<InstallPlan> {
  const { source, store, cached } = basis;
  const { arch, subset, signal } = options;
  const latest = source && (await fetchIndex(source, cached, { signal }));
  const signed = latest?.signed ?? cached?.signed;
  if (signed === undefined) throw new RepomillError('usage', 'plan: expected a source or a store, found neither');

  const index: Size = latest?.transferred ?? 'unknown';
  const present = store === undefined ? new Set<never>() : await listCachedSummaries(store);
  const copy = {
    listed: cached?.signed.summaries ?? [],
    held: heldSummaries(cached, present),
    selections: store && (await readSelections(store)),
  };
  // What is no longer published is no part of the plan; whether to give it up is decided by a pull.
  const request = { selection: defined({ arch, subset }), allowRemoval: true };
  const { wanted } = planCopy(signed.summaries, copy, request);
  const metadata = planMetadata(index, wanted, present);

  const { decide: compare } = await orderOf(signed);
  const { records, unknown } = await newestRecords(await openSummaries(signed, basis), compare, options);
  const fetchDetails = source && detailsFetcher(signed, source);
  const packages: PackagePlan[] = [];
  for (const record of records) {
    packages.push(
      await planPackage(record, {
        installed: options.installed?.get(record.name),
        compare,
        fetchDetails: async () => (detailsEntryOf(record) === undefined ? {} : fetchDetails?.(record, signal)),
      }),
    );
  }
  return {
    version: signed.version,
    metadata,
    packages,
    unknown,
    full: addTotals(metadata.total, totalOf(packages.map((plan) => plan.full))),
    withDeltas: addTotals(metadata.total, totalOf(packages.map((plan) => plan.withDelta))),
  };
}

async function newestRecords(
  reader: SummaryReader,
  compare: VersionComparison,
  { packages, installed = new Map(), arch, subset, signal }: PlanOptions,
): Promise<{ readonly records: readonly PackageRecord[]; readonly unknown: readonly string[] }> {
  const names = packages.length > 0 ? packages : [...installed.keys()];
  if (names.length === 0) return { records: [], unknown: [] };
  const summaries = await reader.open(defined({ arch, subset }), signal);
  const arches = new Set(summaries.map(({ entry }) => entry.arch));
  if (arches.size > 1) {
    throw new RepomillError('usage', `plan: expected one arch, found ${[...arches].join(', ')}`, {
      hint: 'choose one with --arch, or with `arch` in a program',
    });
  }
  const found = await findAllPackages(names, summaries, { compare, signal });
  const missing = names.filter((name) => !found.has(name));
  if (packages.length > 0 && missing.length > 0) {
    throw new RepomillError('not-found', `no package named ${missing.join(', ')}`);
  }
  return { records: names.flatMap((name) => found.get(name)?.[0]?.record ?? []), unknown: missing };
}
