/**
 * The audit of `summary.idx` and `config`: names, order, histories, and what both say of the repository. Clients before flatpak
 * 1.20 end with an assertion on an index that is not in normal form.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import { equalBytes } from '../../../bytes/buffer.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Variant } from '../../../glib/gvariant/variant.ts';
import { type Keyfile, parseKeyfile } from '../../../glib/keyfile.ts';
import { CONFIG_PATH } from '../../../ostree/paths.ts';
import { SUMMARY_INDEX_PATH } from '../format/paths.ts';
import { repositoryMetadata } from '../format/repository-metadata.ts';
import type { IndexEntry, SummaryIndex } from '../format/summary-index.ts';
import { checkSummaryName, outOfOrder } from './audit-summary.ts';
import type { TreeFiles } from './tree-files.ts';

/** A configuration, in bytes: no real one has a hundredth of it. */
const MAX_CONFIG_SIZE = 1 << 20;

/** Reads `config`, which clients ask for before every installation; undefined, and a finding, where it is of no use. */
export function auditConfig(files: TreeFiles, findings: Finding[]): Promise<Keyfile | undefined> {
  return check(CONFIG_PATH, findings, async () => {
    const config = parseKeyfile(decodeText(await files.read(CONFIG_PATH, MAX_CONFIG_SIZE)), CONFIG_PATH);
    const mode = config.string('core', 'mode');
    if (mode !== 'archive' && mode !== 'archive-z2') {
      findings.push({ path: CONFIG_PATH, message: `[core] mode: expected archive-z2, found ${mode ?? 'none'}` });
    }
    if (!config.boolean('core', 'indexed-deltas')) {
      const message =
        '[core] indexed-deltas: expected true, found none: clients load the old summary of everything instead';
      findings.push({ path: CONFIG_PATH, message });
    }
    return config;
  });
}

/** Audits the entries of an index, without the summaries that they name, and its metadata. */
export async function auditIndex(
  { summaries, metadata, lastModified }: SummaryIndex,
  config: Keyfile | undefined,
  findings: Finding[],
): Promise<void> {
  const path = SUMMARY_INDEX_PATH;
  for (const message of outOfOrder(summaries)) findings.push({ path, message });
  for (const entry of summaries) await check(path, findings, async () => checkEntry(entry));
  if (summaries.length === 0) findings.push({ path, message: 'expected summaries, found none' });
  if (lastModified === undefined) findings.push({ path, message: 'expected a time of the last change, found none' });
  if (config === undefined) return;
  await check(path, findings, async () => {
    const expected = expectedMetadata(config, lastModified ?? 0n);
    for (const message of compareMetadata(expected, readMetadata(metadata))) findings.push({ path, message });
  });
}

function checkEntry({ name, sha256, history }: IndexEntry): void {
  checkSummaryName(name);
  if (history.includes(sha256)) throw new RepomillError('integrity', `${name}: is its own older version`);
  if (new Set(history).size === history.length) return;
  throw new RepomillError('integrity', `${name}: an older version stands twice in the history`);
}

/** Facts about a repository: the values with their types, by key. */
export type Metadata = ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array }>;

/** What a repository of this configuration says of itself. */
export function expectedMetadata(config: Keyfile, lastModified: bigint): Metadata {
  const facts = repositoryMetadata(config, lastModified);
  return new Map(facts.map(([key, { type, bytes }]) => [key, { type: type.text, bytes }]));
}

/** What an index or old summary says. Throws for a key that stands twice. */
export function readMetadata(dictionary: Variant): Metadata {
  const facts = new Map<string, { type: string; bytes: Uint8Array }>();
  for (const entry of dictionary.children()) {
    const key = entry.child(0).string();
    const value = entry.child(1).inner();
    if (facts.has(key)) throw new RepomillError('format', `metadata: ${key} stands twice`);
    facts.set(key, { type: value.type.text, bytes: value.bytes });
  }
  return facts;
}

/** What is not as the configuration has it. Keys of which it says nothing are somebody else's. */
export function compareMetadata(expected: Metadata, found: Metadata): readonly string[] {
  return [...expected].flatMap(([key, { type, bytes }]) => {
    const value = found.get(key);
    if (value === undefined) return [`metadata: expected ${key} as config has it, found none`];
    const isSame = value.type === type && equalBytes(value.bytes, bytes);
    return isSame ? [] : [`metadata: ${key} is not as config has it`];
  });
}
