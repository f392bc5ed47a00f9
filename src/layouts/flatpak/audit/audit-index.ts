/**
 * The audit of `summary.idx` and `config`: names, order, histories, and what both say about the repository. Clients before flatpak
 * 1.20 crash on an index that is not in normal form.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import { type Keyfile, parseKeyfile } from '../../../glib/keyfile.ts';
import { MAX_CONFIG_SIZE } from '../../../ostree/limits.ts';
import { CONFIG_PATH } from '../../../ostree/paths.ts';
import { SUMMARY_INDEX_PATH } from '../format/paths.ts';
import { type IndexEntry, parseEntryName, type SummaryIndex } from '../format/summary-index.ts';
import { auditAnnouncements } from './announcements.ts';
import { orderFaults } from './published-ref.ts';
import type { TreeFiles } from './tree-files.ts';

/** Reads `config`, which clients fetch before every installation; undefined, and a finding, if it cannot be used. */
export function auditConfig(files: TreeFiles, findings: Finding[]): Promise<Keyfile | undefined> {
  return check(CONFIG_PATH, findings, async () => {
    const config = parseKeyfile(decodeText(await files.read(CONFIG_PATH, MAX_CONFIG_SIZE)), CONFIG_PATH);
    const mode = config.string('core', 'mode');
    if (mode !== 'archive' && mode !== 'archive-z2') {
      findings.push({ path: CONFIG_PATH, message: `[core] mode: expected archive-z2, found ${mode ?? 'none'}` });
    }
    if (!config.boolean('core', 'indexed-deltas')) {
      const found = config.string('core', 'indexed-deltas') ?? 'none';
      const message = `[core] indexed-deltas: expected true, found ${found}: clients load the whole old summary instead`;
      findings.push({ path: CONFIG_PATH, message });
    }
    return config;
  });
}

/** Audits the entries of an index and its metadata, without reading the summaries that it names. */
export async function auditIndex(
  { summaries, metadata, lastModified }: SummaryIndex,
  config: Keyfile | undefined,
  findings: Finding[],
): Promise<void> {
  const path = SUMMARY_INDEX_PATH;
  for (const message of orderFaults(summaries)) findings.push({ path, message });
  for (const entry of summaries) await check(path, findings, async () => checkEntry(entry));
  if (lastModified === undefined) findings.push({ path, message: 'expected a time of the last change, found none' });
  if (config === undefined) return;
  await check(path, findings, async () => {
    for (const message of auditAnnouncements(metadata, config)) findings.push({ path, message });
  });
}

function checkEntry({ name, sha256, history }: IndexEntry): void {
  checkSummaryName(name);
  if (history.includes(sha256)) throw new RepomillError('integrity', `${name}: its history lists its newest version`);
  if (new Set(history).size === history.length) return;
  throw new RepomillError('integrity', `${name}: its history lists a version twice`);
}

/** Throws unless clients split a name where it was joined. */
function checkSummaryName(name: string): void {
  const { arch, subset } = parseEntryName(name);
  if (arch !== '' && subset !== '' && !arch.includes('-')) return;
  const read = subset === undefined ? `"${arch}"` : `subset "${subset}" of "${arch}"`;
  const message = `${name}: clients split names at the first "-"; they read ${read}, which no client asks for`;
  throw new RepomillError('integrity', message);
}
