/**
 * Problems that many records have in common: a mapping that does not fit, or a value of another type. Each kind is counted, and
 * its first problems keep their places, because thousands of them have one cause.
 */
import type { InputRule } from '../../../config/config.ts';
import type { Problem } from '../../../errors.ts';
import type { Remedy } from '../../../mapping/remedy.ts';
import { defined } from '../../../model/defined.ts';
import type { RecordProblem } from '../../../model/record-problems.ts';
import { formatCount } from '../../../text/quantity.ts';

/** The most problems of one kind that are shown each. If there are more, only the first is, with their number. */
const SHOWN_OF_KIND = 10;

/** The problems of one kind. `Place` says where one is. */
export interface ProblemKind<Place> {
  /** The same for all of them. */
  readonly kind: string;
  /** How many records have it. */
  readonly count: number;
  /** Some of them, in the order of the records. */
  readonly first: readonly (Place & { readonly message: string })[];
  /** The line of a mapping that would help. */
  readonly remedy?: Remedy;
  /** Whether it is about the way to records, and not about a record. */
  readonly isWay?: true;
}

/** A problem of a record, and the line of a mapping that would help. */
export interface RemediableProblem extends Pick<RecordProblem, 'message' | 'kind'> {
  readonly remedy: Remedy | undefined;
  readonly isWay?: true;
}

/** A line of a chunk. */
export interface ChunkLine {
  readonly chunk: number;
  readonly line: number;
}

/** The problems of one kind in the chunks of a task. All are in one chunk. */
export type ChunkProblemKind = ProblemKind<ChunkLine>;

/** The problems of one kind in the records of a rule. */
export interface RuledKind extends ProblemKind<Omit<Problem, 'message'>> {
  readonly rule: InputRule;
}

/** Counts the problems of records by their kind. */
export class ProblemKinds {
  readonly #kinds = new Map<string, ChunkProblemKind>();

  /** Adds the problems of one record. */
  add(problems: readonly RemediableProblem[], place: ChunkLine): void {
    const seen = new Set<string>();
    for (const { kind, message, remedy, isWay } of problems) {
      const key = `${place.chunk} ${kind}`;
      const known = this.#kinds.get(key) ?? { kind, count: 0, first: [], ...defined({ remedy, isWay }) };
      const first = known.first.length < SHOWN_OF_KIND ? [...known.first, { ...place, message }] : known.first;
      this.#kinds.set(key, { ...known, count: known.count + Number(!seen.has(kind)), first });
      seen.add(kind);
    }
  }

  get size(): number {
    return this.#kinds.size;
  }

  get all(): readonly ChunkProblemKind[] {
    return [...this.#kinds.values()];
  }
}

/** Two counts of one kind as one: `later` is from records after those of `earlier`. */
export function joinKinds<Kind extends ProblemKind<Omit<Problem, 'message'>>>(earlier: Kind, later: Kind): Kind {
  const first = [...earlier.first, ...later.first].slice(0, SHOWN_OF_KIND);
  return { ...earlier, count: earlier.count + later.count, first };
}

/** The problems of a kind to show: each of a few, or the first of many or of those that one line of a mapping mends. */
export function shownOfKind({
  count,
  first,
  remedy,
  isWay,
}: ProblemKind<Omit<Problem, 'message'>>): readonly Problem[] {
  const [one] = first;
  if (one === undefined || count === 1 || (count <= SHOWN_OF_KIND && remedy?.helps !== 'all')) return first;
  return [{ ...one, message: `${one.message} (${formatCount(count)} ${isWay === true ? 'times' : 'records'})` }];
}

/** The line of a mapping that would help against a kind. Undefined if it is probably a mistake in a few records. */
export function remedyOfKind({ count, remedy }: ProblemKind<unknown>): Remedy | undefined {
  return remedy !== undefined && (remedy.helps !== 'many' || count > SHOWN_OF_KIND) ? remedy : undefined;
}
