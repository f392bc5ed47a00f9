/**
 * Plans an installation: what brings the metadata up to date, then each package, as the newest metadata lists it.
 */
import { RepomillError } from '../../errors.ts';
import type { PackageRecord } from '../../model/record.ts';
import { loadFingerprint } from '../../platform/hash/fingerprint.ts';
import { detailsEntryOf, detailsFetcher } from '../details.ts';
import { fetchIndex } from '../fetch/fetch-index.ts';
import { findPackages } from '../find-packages.ts';
import { type CachedIndex, listCachedSummaries } from '../pull/cached-state.ts';
import { chooseWanted, heldSummaries } from '../pull/choose-wanted.ts';
import { type MetadataPlan, planMetadata } from '../pull/plan-metadata.ts';
import type { Selection } from '../selection.ts';
import { type Places, type SummaryShelf, summaryShelf } from '../summaries/summary-reader.ts';
import { type PackagePlan, planPackage, type Size, type Total, totalOf } from './plan-packages.ts';

/** What to install, over what. */
export interface PlanOptions extends Selection {
  readonly packages: readonly string[];
  /** Installed versions by name. */
  readonly installed?: ReadonlyMap<string, string>;
}

/** What an update and an installation would download. */
export interface InstallPlan {
  /** Of the index that the plan is made from. */
  readonly version: number;
  readonly metadata: MetadataPlan;
  /** In the order asked for. */
  readonly packages: readonly PackagePlan[];
  /** Metadata and whole packages. */
  readonly full: Total;
  /** Metadata, and package deltas where they save something. */
  readonly withDeltas: Total;
}

/** Where a plan takes its knowledge from. */
export interface PlanPlaces extends Places {
  readonly cached?: CachedIndex;
}

/**
 * Plans an installation. Without a source the cached index counts as the newest.
 *
 * @throws RepomillError `not-found` that names every package which is not there, `usage` where packages of several
 * architectures could be meant
 */
export async function planInstall(places: PlanPlaces, options: PlanOptions): Promise<InstallPlan> {
  const { source, store, cached } = places;
  const latest = source && (await fetchIndex(source, cached));
  const signed = latest?.signed ?? cached?.signed;
  if (signed === undefined) throw new RepomillError('usage', 'plan: expected a source or a store, found neither');

  const index: Size = latest?.transferred ?? 'unknown';
  const present = store === undefined ? new Set<never>() : await listCachedSummaries(store);
  const { wanted } = chooseWanted(signed, heldSummaries(cached, present), options);
  const metadata = planMetadata(index, wanted, present);

  const records = await newestRecords(await summaryShelf(signed, places), options);
  const fetchDetails = source && detailsFetcher(signed, source);
  const packages: PackagePlan[] = [];
  for (const record of records) {
    packages.push(
      await planPackage(record, options.installed?.get(record.name), async () =>
        detailsEntryOf(record) === undefined ? {} : fetchDetails?.(record),
      ),
    );
  }
  return {
    version: signed.version,
    metadata,
    packages,
    full: addTotals(metadata.total, totalOf(packages.map((plan) => plan.full))),
    withDeltas: addTotals(metadata.total, totalOf(packages.map((plan) => plan.withDelta))),
  };
}

async function newestRecords(shelf: SummaryShelf, options: PlanOptions): Promise<readonly PackageRecord[]> {
  const { packages, installed: _installed, ...selection } = options;
  if (packages.length === 0) return [];
  const summaries = await shelf.open(selection);
  const arches = new Set(summaries.map(({ entry }) => entry.arch));
  if (arches.size > 1) {
    throw new RepomillError('usage', `plan: expected one arch, found ${[...arches].join(', ')}`, {
      hint: 'choose one',
    });
  }
  const fingerprint = await loadFingerprint();
  const found = await Promise.all(packages.map((name) => findPackages(name, summaries, fingerprint)));
  const missing = packages.filter((_, i) => found[i]?.length === 0);
  if (missing.length > 0) throw new RepomillError('not-found', `no package of the name ${missing.join(', ')}`);
  return found.flatMap(([newest]) => newest?.record ?? []);
}

function addTotals(a: Total, b: Total): Total {
  return { bytes: a.bytes + b.bytes, unknown: a.unknown + b.unknown };
}
