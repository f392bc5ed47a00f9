/**
 * The intake of a reading task: each draft is mapped, checked and put into the batch, or reported. Records that lack a name, a
 * version or an arch are counted, because thousands of them have one cause.
 */
import type { InputRule } from '../../config/config.ts';
import {
  compileMapping,
  type Mapping,
  type MappingRule,
  type NoteEffect,
  type PathFacts,
} from '../../mapping/mapping.ts';
import type { NamePlacer } from '../../model/bucket-placement.ts';
import { parseConvertible } from '../../model/convert-record.ts';
import { defined } from '../../model/defined.ts';
import { namedFilesOf } from '../../model/package-file.ts';
import { missingFields } from '../../model/parse-record.ts';
import { MAX_PROBLEMS } from '../../model/problems.ts';
import { ALL, archesOf, type PackageRecord } from '../../model/record.ts';
import type { VersionOrder } from '../../model/versions/version-order.ts';
import { compileQuery } from '../../query/match-query.ts';
import type { Draft } from '../../readers/reader.ts';
import { BatchWriter, type ChunkProblem } from '../batch.ts';
import { moveDetails } from './move-details.ts';
import { UseTracker } from './settings-use.ts';

/** What the path and the configuration say about the records in a file. */
export interface ChunkRule extends MappingRule, PathFacts, Pick<InputRule, 'records' | 'where' | 'skipsInvalid'> {
  readonly reader: string;
}

/** Records that lack the same fields. */
export interface LackingRecords {
  readonly missing: readonly string[];
  readonly count: number;
  /** Where the first one is, the fields that it has, and those of them that are texts. */
  readonly chunk: number;
  readonly line: number;
  readonly has: readonly string[];
  readonly texts: readonly string[];
}

/** What the intake needs to know about the repository. */
export interface IntakeOptions {
  readonly placer: NamePlacer;
  /** Fields that go to `details/`. */
  readonly details: readonly string[];
  /** A test of records for each subset. */
  readonly subsets: readonly { matches(record: PackageRecord): boolean }[];
  readonly order: VersionOrder;
}

/** The rule of one chunk, ready to be applied. */
interface OpenRule extends ChunkRule {
  readonly chunk: number;
  readonly mapping: Mapping;
  readonly noteEffect: NoteEffect;
  /** The test of `where:`, by the names in the file or here. */
  readonly isWanted: ((fields: Readonly<Record<string, unknown>>) => boolean) | undefined;
}

/** Takes the drafts of a task. */
export class RecordIntake {
  readonly #options: IntakeOptions;
  readonly #detailFields: ReadonlySet<string>;
  readonly #problems: ChunkProblem[] = [];
  /** By the fields that they lack. */
  readonly #lacking = new Map<string, LackingRecords>();
  #writer = new BatchWriter();
  #tracker = new UseTracker();
  #rule: OpenRule | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#detailFields = new Set(options.details);
  }

  get problems(): readonly ChunkProblem[] {
    return this.#problems.slice(0, MAX_PROBLEMS);
  }

  get lacking(): readonly LackingRecords[] {
    return [...this.#lacking.values()];
  }

  /** Whether there are too many problems to continue. */
  get hasTooManyProblems(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  /** Whether the build will fail. */
  get isRefused(): boolean {
    return this.#problems.length > 0 || this.#lacking.size > 0;
  }

  /** Bytes in the batch so far. */
  get size(): number {
    return this.#writer.size;
  }

  /** The batch so far, and what its records used of the settings. The next record begins a new one. */
  takeBatch(): { readonly writer: BatchWriter; readonly tracker: UseTracker } {
    const batch = { writer: this.#writer, tracker: this.#tracker };
    this.#writer = new BatchWriter();
    this.#tracker = new UseTracker();
    return batch;
  }

  /** Begins with the records of a chunk. */
  open(rule: ChunkRule, chunk: number): void {
    const noteEffect: NoteEffect = (key, name) => this.#tracker.noteEffect(chunk, key, name);
    const isWanted = rule.where && compileQuery(rule.where, this.#options.order.compare);
    this.#rule = { ...rule, chunk, mapping: compileMapping(rule), noteEffect, isWanted };
  }

  /** Reports a problem in the current chunk. With `invalid: skip` it only leaves a record out, and the build says so. */
  refuse({ message, line, column }: Omit<ChunkProblem, 'chunk'>): void {
    const problem = defined({ chunk: this.#rule?.chunk ?? 0, line, column, message });
    if (this.#rule?.skipsInvalid === true) this.#tracker.addSkipped(problem);
    else this.#problems.push(problem);
  }

  /** Reports that the current file cannot be read, whatever `invalid` says. */
  fail(problem: Omit<ChunkProblem, 'chunk'>): void {
    this.#problems.push({ ...problem, chunk: this.#rule?.chunk ?? 0 });
  }

  /** Takes a record of the current chunk. */
  take(draft: Draft): void {
    const rule = this.#rule;
    if (rule === undefined) throw new RangeError('no chunk is open');
    const { line, entry } = draft;
    const place = entry === undefined ? '' : `${entry}: `;
    this.#tracker.addFields(draft.fields);
    const { fields, source, problems } = rule.mapping.map(draft, rule, rule.noteEffect);
    if (rule.isWanted !== undefined && !rule.isWanted({ ...source, ...fields })) return;
    const missing = missingFields(fields);
    if (missing.length > 0) this.#addLacking(missing, fields, line, rule);
    const parsed =
      problems.length > 0 || missing.length > 0
        ? { problems }
        : parseConvertible(fields, { detailFields: this.#detailFields, names: rule.mapping.names });
    if ('problems' in parsed)
      for (const message of parsed.problems) this.refuse({ message: `${place}${message}`, line });
    else this.#add(parsed.record, line, rule);
  }

  #add(record: PackageRecord, line: number, { chunk, listedBy }: OpenRule): void {
    const { placer, details, subsets, order } = this.#options;
    const own = archesOf(record);
    if (listedBy !== undefined && !own.includes(ALL) && !own.includes(listedBy)) {
      const message = `field "arch": expected ${listedBy}, as in the path, found ${own.join(', ')}`;
      this.refuse({ message, line });
      return;
    }
    const memberships: number[] = [];
    for (const [position, subset] of subsets.entries()) if (subset.matches(record)) memberships.push(position);
    this.#tracker.addRecord(record, memberships, details);
    const moved = moveDetails(record, details);
    if ('problem' in moved) {
      this.refuse({ message: moved.problem, line });
      return;
    }
    const slice = placer.number(record.name);
    this.#writer.add(moved.record, {
      ...{ chunk, line, slice, subsets: memberships },
      isListed: listedBy !== undefined,
      isValid: order.isValid(record.version),
    });
    for (const file of namedFilesOf(record)) this.#writer.addFile(file, placer.fingerprint);
    if (moved.document !== undefined) this.#writer.addDocument(moved.document);
  }

  #addLacking(missing: readonly string[], fields: object, line: number, { chunk, skipsInvalid }: OpenRule): void {
    if (skipsInvalid === true) {
      this.refuse({ message: `expected ${missing.join(', ')}, found nothing`, line });
      return;
    }
    const key = missing.join();
    const known = this.#lacking.get(key) ?? { missing, count: 0, chunk, line, ...namesOf(fields) };
    this.#lacking.set(key, { ...known, count: known.count + 1 });
  }
}

function namesOf(fields: object): Pick<LackingRecords, 'has' | 'texts'> {
  const entries = Object.entries(fields);
  return {
    has: entries.map(([field]) => field),
    texts: entries.flatMap(([field, value]) => (typeof value === 'string' ? [field] : [])),
  };
}
