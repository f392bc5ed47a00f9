/**
 * The intake of a reading task: each draft is mapped, checked and put into the batch, or reported. Records that lack a name, a
 * version or an arch are counted, because thousands of them have one cause.
 */
import type { InputRule } from '../../config/config.ts';
import {
  compileMapping,
  type MappedRecord,
  type Mapping,
  type MappingRule,
  mappingKeys,
  type NoteEffect,
} from '../../mapping/mapping.ts';
import type { PathFacts } from '../../mapping/source-record.ts';
import type { NamePlacer } from '../../model/bucket-placement.ts';
import { parseConvertible } from '../../model/convert-record.ts';
import { defined } from '../../model/defined.ts';
import { namedFilesOf } from '../../model/package-file.ts';
import { missingFields } from '../../model/parse-record.ts';
import { MAX_PROBLEMS } from '../../model/problems.ts';
import type { PackageRecord } from '../../model/record.ts';
import type { VersionOrder } from '../../model/versions/version-order.ts';
import { compileQuery } from '../../query/match-query.ts';
import type { Draft, Reader, ReaderProblem } from '../../readers/reader.ts';
import type { ChunkProblem } from '../batch.ts';
import { BatchWriter } from '../batch-writer.ts';
import { moveDetails } from './move-details.ts';
import type { LackingRecords } from './problems/lacking-records.ts';
import { type ChunkLine, type ChunkProblemKind, ProblemKinds } from './problems/problem-kinds.ts';
import { archFlaw, messagesOf, type RecordRefusal, refusalOf } from './problems/record-refusal.ts';
import { UseTracker } from './settings-use.ts';

/** What the path and the configuration say about the records in a file. */
export interface ChunkRule extends MappingRule, PathFacts, Pick<InputRule, 'records' | 'where' | 'skipsInvalid'> {
  readonly reader: string;
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
interface OpenRule extends Omit<ChunkRule, 'reader'> {
  readonly chunk: number;
  readonly reader: Reader;
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
  /** By their chunk and the fields that they lack. */
  readonly #lacking = new Map<string, LackingRecords>();
  readonly #kinds = new ProblemKinds();
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

  get kinds(): readonly ChunkProblemKind[] {
    return this.#kinds.all;
  }

  /** Whether there are too many problems to continue. */
  get hasTooManyProblems(): boolean {
    return this.#problems.length + this.#kinds.size >= MAX_PROBLEMS;
  }

  /** Whether the build will fail. */
  get isRefused(): boolean {
    return this.#problems.length + this.#lacking.size + this.#kinds.size > 0;
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
  open(rule: ChunkRule, chunk: number, reader: Reader): void {
    const noteEffect: NoteEffect = (key, name) => this.#tracker.noteEffect(chunk, key, name);
    const isWanted = rule.where && compileQuery(rule.where, this.#options.order.compare);
    this.#rule = { ...rule, reader, chunk, mapping: this.#mappingOf(rule), noteEffect, isWanted };
  }

  /** The mapping of a rule. Many small files in a row have one rule, whose parts are the same objects. */
  #mappingOf(rule: MappingRule): Mapping {
    const last = this.#rule;
    const isSame = last !== undefined && mappingKeys.every((key) => last[key] === rule[key]);
    return isSame ? last.mapping : compileMapping(rule);
  }

  /** Reports a problem in the current chunk. With `invalid: skip` it only leaves a record out, and the build says so. */
  refuse({ message, line, column, way }: Omit<ChunkProblem, 'chunk'> & Pick<ReaderProblem, 'way'>): void {
    const chunk = this.#rule?.chunk ?? 0;
    const problem = defined({ chunk, line, column, message });
    if (this.#rule?.skipsInvalid === true) this.#tracker.addSkipped(problem);
    else if (way === undefined || line === undefined) this.#problems.push(problem);
    else this.#kinds.add([{ message, kind: way, remedy: undefined, isWay: true }], { chunk, line });
  }

  /** Reports that the current file cannot be read, whatever `invalid` says. */
  fail(problem: Omit<ChunkProblem, 'chunk'>): void {
    this.#problems.push({ ...problem, chunk: this.#rule?.chunk ?? 0 });
  }

  /** Takes a record of the current chunk. */
  take(draft: Draft): void {
    const rule = this.#rule;
    if (rule === undefined) throw new RangeError('no chunk is open');
    const { line } = draft;
    this.#tracker.addFields(draft.fields);
    const { fields, source, problems } = rule.mapping.map(draft, rule, rule.noteEffect);
    const isTaken = rule.isWanted?.({ ...source, ...fields }) ?? true;
    if (rule.where !== undefined || rule.records !== undefined) this.#tracker.noteSelection(rule.chunk, isTaken);
    if (!isTaken) return;
    const isComplete =
      problems.length === 0 && missingFields(fields).length === 0 && archFlaw(fields.arch, rule) === undefined;
    const parsed = isComplete ? parseConvertible(fields, { detailFields: this.#detailFields }) : undefined;
    if (parsed !== undefined && 'record' in parsed) this.#add(parsed.record, line, rule);
    else this.#refuseRecord(draft, { fields, source, problems }, rule);
  }

  #refuseRecord(draft: Draft, mapped: MappedRecord, rule: OpenRule): void {
    const { line, entry } = draft;
    const { chunk, skipsInvalid } = rule;
    const refusal = refusalOf(draft, mapped, { ...rule, path: rule, detailFields: this.#detailFields });
    const place = entry === undefined ? '' : `${entry}: `;
    if (skipsInvalid === true) {
      this.refuse({ message: `${place}${messagesOf(refusal).join('; ')}`, line });
      return;
    }
    if (refusal.missing.length > 0) this.#addLacking(refusal, { chunk, line });
    const placed = refusal.problems.map((problem) => ({ ...problem, message: `${place}${problem.message}` }));
    this.#kinds.add(placed, { chunk, line });
  }

  #add(record: PackageRecord, line: number, rule: OpenRule): void {
    const { chunk, listedBy } = rule;
    const { placer, details, subsets, order } = this.#options;
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

  #addLacking({ missing, describeLacking }: RecordRefusal, place: ChunkLine): void {
    const key = `${place.chunk} ${missing.join()}`;
    const known = this.#lacking.get(key) ?? { ...describeLacking(), ...place, count: 0 };
    this.#lacking.set(key, { ...known, count: known.count + 1 });
  }
}
