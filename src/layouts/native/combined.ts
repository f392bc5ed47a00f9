/**
 * `combined.jsonl.gz`: every record of the chosen architectures, one canonical JSON document a line, for clients that
 * want no more than gunzip and a JSON parser. FORMAT.md, section "Combined".
 */
import { concatBytes, encodeText } from '../../format/bytes.ts';
import { COMBINED_PATH } from '../../format/paths.ts';
import { formatCanonicalJson } from '../../model/canonical-json.ts';
import { compareText } from '../../model/order.ts';
import type { SummaryContent } from '../../model/partition.ts';
import { compareRecords, type FieldValue, type PackageRecord } from '../../model/record.ts';
import type { CombinedEntry } from '../../model/repository-index.ts';
import { gzip } from '../../platform/gzip.ts';
import { sha256 } from '../../platform/sha256.ts';
import type { PlannedFile } from '../../publish/tree-plan.ts';

/** What the index says of the file, and the file. */
export interface PlannedCombined {
  readonly entry: CombinedEntry;
  readonly file: PlannedFile;
}

const LINES_AT_ONCE = 1000;

/** Plans the file; undefined where the configuration wants none. */
export async function planCombined(
  contents: readonly SummaryContent[],
  arches: readonly string[],
  published: CombinedEntry | undefined,
): Promise<PlannedCombined | undefined> {
  if (arches.length === 0) return undefined;
  const records = recordsOf(contents, arches);
  const lines = formatLines(records);
  const digest = await sha256(lines);
  const unchanged = published?.sha256 === digest;
  const stored = unchanged ? undefined : gzip(lines);
  const storedSize = stored?.length ?? published?.storedSize ?? 0;
  return {
    entry: {
      sha256: digest,
      size: lines.length,
      storedSize,
      packages: records.length,
      arches: arches.toSorted(compareText),
    },
    file: {
      path: COMBINED_PATH,
      ...(unchanged ? { size: storedSize } : {}),
      content: async () => stored ?? gzip(lines),
    },
  };
}

function recordsOf(contents: readonly SummaryContent[], arches: readonly string[]): readonly PackageRecord[] {
  const wanted = contents.filter(({ arch, subset }) => subset === undefined && arches.includes(arch));
  return [...new Set(wanted.flatMap(({ records }) => records))].sort(compareRecords);
}

function formatLines(records: readonly PackageRecord[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < records.length; i += LINES_AT_ONCE) {
    const lines = records.slice(i, i + LINES_AT_ONCE).map((record) => `${formatCanonicalJson(asValue(record))}\n`);
    parts.push(encodeText(lines.join('')));
  }
  return concatBytes(parts);
}

function asValue(record: PackageRecord): FieldValue {
  const value: Record<string, FieldValue> = {};
  for (const [field, member] of Object.entries(record)) if (member !== undefined) value[field] = member;
  return value;
}
