/**
 * The audit of the old `summary`, read by clients that know no index: it has the same refs and facts as the summaries, limited to
 * the architectures that `config` names.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import { checkNormal } from '../../../glib/gvariant/check-normal.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { digestIn } from '../../../ostree/commit.ts';
import { STATIC_DELTAS_KEY, type StaticDelta, staticDeltaName } from '../../../ostree/delta-index.ts';
import { parseRefName } from '../../../ostree/ref-name.ts';
import { OLD_SUMMARY_PATH } from '../format/paths.ts';
import { oldSummaryArches } from '../format/repository-config.ts';
import { isFlatpak, OLD_SUMMARY_LIMIT, SUMMARY_TYPE } from '../format/summary.ts';
import { auditAnnouncements } from './announcements.ts';
import type { KnownRefs } from './audit-summary.ts';
import {
  differs,
  noFacts,
  orderFaults,
  type PublishedFacts,
  type PublishedRef,
  readPublishedRef,
  readRareFacts,
  readSizes,
  refDifferences,
  reportRefs,
} from './published-ref.ts';

/** What the old summary is compared with. */
export interface OldSummaryAudit {
  readonly known: KnownRefs;
  readonly config: Keyfile | undefined;
  /** Static deltas of the repository; undefined if they cannot be listed. */
  readonly staticDeltas: readonly StaticDelta[] | undefined;
  readonly findings: Finding[];
  readonly remarks: Finding[];
}

/** Audits the old summary. */
export async function auditOldSummaryFile(bytes: Uint8Array, audit: OldSummaryAudit): Promise<void> {
  const path = OLD_SUMMARY_PATH;
  const { config, findings, remarks } = audit;
  if (bytes.length > OLD_SUMMARY_LIMIT) {
    const message = `${bytes.length} bytes: OSTree before 2023.4 reads at most ${OLD_SUMMARY_LIMIT}; see summary-arches of [flatpak]`;
    remarks.push({ path, message });
  }
  await check(path, findings, async () => {
    if (bytes.length > MAX_SUMMARY_SIZE) return;
    const summary = checkNormal(new Variant(SUMMARY_TYPE, bytes));
    const refs = [...summary.child(0).children()].map(readPublishedRef);
    const metadata = summary.child(1);
    const messages = [
      ...orderFaults(refs),
      ...compareNames(refs, audit),
      ...compareRefs(refs, metadata, audit),
      ...compareStaticDeltas(refs, metadata, audit),
      ...(config === undefined ? [] : auditAnnouncements(metadata, config)),
    ];
    reportRefs(path, messages, findings);
  });
}

function compareNames(refs: readonly PublishedRef[], { known, config }: OldSummaryAudit): readonly string[] {
  const arches = config && oldSummaryArches(config);
  const isNamed = (name: string): boolean => {
    const { arch, subset } = parseRefName(name);
    return subset === undefined && (arch === undefined || arches === undefined || arches.includes(arch));
  };
  const expected = [...known.values()].map(({ ref }) => ref).filter(({ name }) => isNamed(name));
  // As in summaries, flatpak lists a ref wherever another ref of the same commit belongs.
  const commits = new Set(expected.map(({ commit }) => commit));
  const found = new Set(refs.map(({ name }) => name));
  // Without an arch there is no summary, and what has none is listed only here.
  const isOnlyHere = (name: string): boolean => known.size === 0 && parseRefName(name).arch === undefined;
  return [
    ...expected
      .filter(({ name }) => !found.has(name))
      .map(({ name }) => `${name}: missing, although it is in a summary`),
    ...refs
      .filter(({ name }) => !isOnlyHere(name))
      .filter(({ name, commit }) => !known.has(name) || !(isNamed(name) || commits.has(commit)))
      .map(({ name }) => `${name}: ${known.has(name) ? 'not of summary-arches' : 'in no summary'}`),
  ];
}

function compareRefs(refs: readonly PublishedRef[], metadata: Variant, { known }: OldSummaryAudit): readonly string[] {
  const sizes = dictionary(metadata.lookup('xa.cache', 'v')?.inner(), 'a{s(tts)}');
  const rare = dictionary(metadata.lookup('xa.sparse-cache', 'a{sa{sv}}'), 'a{sa{sv}}');
  const names = new Set(refs.map(({ name }) => name));
  const strays = [...sizes.keys(), ...rare.keys()].filter((name) => !names.has(name));
  const messages = strays.slice(0, 1).map((name) => `${name}: has facts in the cache, but is not listed as a ref`);
  for (const ref of refs) {
    const expected = known.get(ref.name)?.ref;
    if (expected === undefined) continue;
    const facts = isFlatpak(ref.name) ? cachedFacts(ref.name, sizes, rare) : expected.facts;
    messages.push(...refDifferences(expected, { ...ref, facts }).map((difference) => `${ref.name}: ${difference}`));
  }
  return messages;
}

type Cache = ReadonlyMap<string, Variant>;

function cachedFacts(name: string, sizes: Cache, rare: Cache): PublishedFacts {
  const data = sizes.get(name);
  const facts = new Map<string, Variant>();
  for (const fact of rare.get(name)?.children() ?? []) facts.set(fact.child(0).string(), fact.child(1).inner());
  return { ...noFacts, ...(data && readSizes(data)), ...readRareFacts(facts, name) };
}

function dictionary(value: Variant | undefined, type: string): Cache {
  if (value?.type.text !== type) return new Map();
  return new Map([...value.children()].map((entry) => [entry.child(0).string(), entry.child(1)]));
}

function compareStaticDeltas(
  refs: readonly PublishedRef[],
  metadata: Variant,
  { staticDeltas }: OldSummaryAudit,
): readonly string[] {
  if (staticDeltas === undefined) return [];
  const commits = new Set<Digest>(refs.map(({ commit }) => commit));
  const expected = new Map(
    staticDeltas.filter(({ to }) => commits.has(to)).map((delta) => [staticDeltaName(delta), delta.superblock]),
  );
  const found = new Map(
    [...(metadata.lookup(STATIC_DELTAS_KEY, 'a{sv}')?.children() ?? [])].map((entry) => [
      entry.child(0).string(),
      digestIn(entry.child(1).inner()),
    ]),
  );
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((name) =>
    differs(`static delta ${name}`, expected.get(name), found.get(name)),
  );
}
