/**
 * The audit of what clients rely on in the summaries of `all`. FORMAT.md, section "The arch `all`": they serve every arch
 * without a summary of its own, and every other arch has all of their records.
 */
import { RepomillError } from '../../../errors.ts';
import { ALL, archesOf, type PackageRecord, recordKey } from '../../../model/record.ts';
import type { SummaryEntry } from '../format/repository-index.ts';

/** Compares the summaries of `all`, which have to come first, with those of the other architectures. */
export class ArchAllAudit {
  /** The keys of the records of `all`, by subset. */
  readonly #keys = new Map<string | undefined, ReadonlySet<string>>();

  /** Audits the records of a summary. Throws an integrity error that names one that does not belong in it, or is missing. */
  check({ arch, subset }: SummaryEntry, records: readonly PackageRecord[]): void {
    if (arch === ALL) {
      const stray = records.find((record) => !archesOf(record).includes(ALL));
      if (stray !== undefined)
        throw new RepomillError('integrity', `${nameOf(recordKey(stray))} is not for every arch`);
      this.#keys.set(subset, new Set(records.map(recordKey)));
      return;
    }
    const missing = new Set(this.#keys.get(subset));
    for (const record of records) missing.delete(recordKey(record));
    const [first, ...others] = missing;
    if (first === undefined) return;
    const also = others.length === 0 ? '' : ` (and ${others.length} more)`;
    throw new RepomillError('integrity', `${nameOf(first)} is in the summary of all, but not here${also}`);
  }
}

/** Entries in the order in which they are audited: those of `all` first. */
export function archAllFirst(entries: readonly SummaryEntry[]): readonly SummaryEntry[] {
  return [...entries.filter(({ arch }) => arch === ALL), ...entries.filter(({ arch }) => arch !== ALL)];
}

function nameOf(key: string): string {
  const [name, version, arch] = key.split('\0');
  return `${name} ${version} (${arch})`;
}
