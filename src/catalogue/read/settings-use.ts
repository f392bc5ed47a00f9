import { type MappingKey, mappingKeys } from '../../mapping/mapping.ts';
import type { PackageRecord } from '../../model/record.ts';
import type { ChunkProblem, MappingEffect, MappingEffects, SettingsUse } from '../batch.ts';

/** Number of records per task whose fields are noted. */
const SAMPLED_RECORDS = 16;

/** The most names of each kind that are noted. */
const MAX_NAMES = 200;

/** How many records that were left out are shown, of each batch and of all. */
export const SHOWN_SKIPPED = 5;

function noEffects(): Record<MappingKey, Set<string>> {
  return { fields: new Set(), defaults: new Set(), only: new Set(), omit: new Set() };
}

/** Notes which settings the records of one task use. */
export class UseTracker {
  /** For each chunk, the names under each key of its mapping that had an effect. */
  readonly #effects: Record<MappingKey, Set<string>>[] = [];
  readonly #selections: { taken: number; of: number }[] = [];
  readonly #details = new Set<string>();
  readonly #subsets = new Set<number>();
  readonly #fields = new Set<string>();
  readonly #tags = new Set<string>();
  readonly #skipped: ChunkProblem[] = [];
  #skippedCount = 0;
  #sampled = 0;

  /** Notes that a setting of a chunk's rule had an effect. */
  noteEffect(chunk: number, key: MappingKey, name: string): void {
    for (let i = this.#effects.length; i <= chunk; i++) this.#effects.push(noEffects());
    this.#effects[chunk]?.[key].add(name);
  }

  /** Notes a record of a chunk, and whether `where:` took it. */
  noteSelection(chunk: number, isTaken: boolean): void {
    for (let i = this.#selections.length; i <= chunk; i++) this.#selections.push({ taken: 0, of: 0 });
    const selection = this.#selections[chunk];
    if (selection === undefined) return;
    selection.of++;
    if (isTaken) selection.taken++;
  }

  /** Notes that a record was left out because it is bad. */
  addSkipped(problem: ChunkProblem): void {
    this.#skippedCount++;
    if (this.#skipped.length < SHOWN_SKIPPED) this.#skipped.push(problem);
  }

  /** Notes the fields of a record as it was read. */
  addFields(fields: Readonly<Record<string, unknown>>): void {
    if (this.#sampled === SAMPLED_RECORDS) return;
    this.#sampled++;
    for (const field of Object.keys(fields)) if (this.#fields.size < MAX_NAMES) this.#fields.add(field);
  }

  /** Notes the subsets of a record, and the fields that will be moved. */
  addRecord(record: PackageRecord, subsets: readonly number[], details: readonly string[]): void {
    for (const position of subsets) this.#subsets.add(position);
    for (const field of details) if (Object.hasOwn(record, field)) this.#details.add(field);
    if (!Array.isArray(record.subsets)) return;
    for (const tag of record.subsets) if (this.#tags.size < MAX_NAMES) this.#tags.add(String(tag));
  }

  /** What was noted so far. */
  get use(): SettingsUse {
    return {
      effects: together(
        this.#effects.map((names) => mappingKeys.flatMap((key) => [...names[key]].map((name) => [key, name]))),
      ),
      selections: this.#selections,
      skipped: { count: this.#skippedCount, first: this.#skipped },
      details: [...this.#details],
      subsets: [...this.#subsets],
      fields: [...this.#fields],
      tags: [...this.#tags],
    };
  }
}

/** The chunks with the same effects. */
function together(effects: readonly (readonly MappingEffect[])[]): readonly MappingEffects[] {
  const known = new Map<string, { readonly chunks: number[]; readonly names: readonly MappingEffect[] }>();
  for (const [chunk, names] of effects.entries()) {
    const key = JSON.stringify(names);
    const same = known.get(key);
    if (same === undefined) known.set(key, { chunks: [chunk], names });
    else same.chunks.push(chunk);
  }
  return [...known.values()];
}
