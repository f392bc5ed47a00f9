/**
 * The reading tasks in input order, whatever order they finish in. Each knows its chunks, and so where in the input a record
 * or a problem is.
 */
import { WorkQueue } from '../../async/queue.ts';
import type { InputRule } from '../../config/config.ts';
import type { Problem } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { MAX_PROBLEMS } from '../../model/problems.ts';
import { defineSlot } from '../../platform/workspace/slot.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../platform/workspace/workspace-entry.ts';
import { batchSlot } from '../batch.ts';
import type { InputPath } from './list-inputs.ts';
import type { RuledLacking } from './problems/lacking-records.ts';
import { joinKinds, type RuledKind } from './problems/problem-kinds.ts';
import type { BatchReport } from './read-tasks.ts';
import type { RuledBatch } from './unused-settings.ts';

/** A reading task: its chunks and its result. */
export interface ChunkTask {
  /** The files of the chunks. A task has several chunks of small files, one chunk of a large file, or one whole file. */
  readonly inputs: readonly InputPath[];
  /** Whether it continues in the same file where the previous task ended. */
  readonly continues: boolean;
  /** Empty until the task is done. */
  report: BatchReport;
}

/** The report of a task that is not done. */
export const emptyReport: BatchReport = { batches: [], lines: [], problems: [], lacking: [], kinds: [] };

/** All tasks, done. */
export interface FinishedTasks {
  readonly tasks: readonly ChunkTask[];
  readonly problems: readonly Problem[];
  readonly lacking: readonly RuledLacking[];
  readonly kinds: readonly RuledKind[];
}

/** Runs tasks, and collects their results and all problems. */
export class ChunkTasks {
  readonly #tasks: ChunkTask[] = [];
  readonly #problems: Problem[] = [];
  readonly #queue: WorkQueue;
  readonly #kinds = new Set<string>();
  #problemCount = 0;

  /** `ahead`: how many tasks may run at once. */
  constructor(ahead: number) {
    this.#queue = new WorkQueue(ahead);
  }

  /** Whether there are too many problems to continue reading. */
  get hasTooManyProblems(): boolean {
    return this.#problemCount + this.#kinds.size >= MAX_PROBLEMS;
  }

  /** Whether a file could not be read. */
  get hasProblems(): boolean {
    return this.#problems.length > 0;
  }

  get length(): number {
    return this.#tasks.length;
  }

  /** Adds a task after all others. */
  add(inputs: readonly InputPath[], continues = false): ChunkTask {
    const task: ChunkTask = { inputs, continues, report: emptyReport };
    this.#tasks.push(task);
    return task;
  }

  /** The tasks from this position on. */
  from(start: number): readonly ChunkTask[] {
    return this.#tasks.slice(start);
  }

  /** Removes the tasks from this position on. */
  removeFrom(start: number): void {
    this.#tasks.splice(start);
  }

  /** Starts the work of a task, and resolves when there is room for more. */
  async start(task: ChunkTask, work: () => Promise<BatchReport>): Promise<void> {
    await this.#queue.add(async () => {
      task.report = await work();
      this.#problemCount += task.report.problems.length;
      for (const { kind } of task.report.kinds) this.#kinds.add(kind);
    });
  }

  /** Adds a problem with a whole file. */
  refuse(problem: Problem): void {
    this.#problems.push(problem);
    this.#problemCount++;
  }

  /** Waits until all tasks are done. */
  async finish(): Promise<FinishedTasks> {
    await this.#queue.finish();
    const problems = [...this.#problems, ...problemsIn(this.#tasks)];
    return { tasks: this.#tasks, problems, lacking: lackingIn(this.#tasks), kinds: kindsIn(this.#tasks) };
  }
}

/** The problems of tasks in input order, each with its file and line. */
function problemsIn(tasks: readonly ChunkTask[]): readonly Problem[] {
  return withLines(tasks).flatMap(({ task: { inputs, report }, firstLine }) =>
    report.problems.map(({ chunk, line, column, message }) => ({
      file: inputs[chunk]?.path ?? '',
      ...defined({ line: line && line + firstLine - 1, column }),
      message,
    })),
  );
}

/** The kinds of problems, together if a rule has one in several chunks. */
function kindsIn(tasks: readonly ChunkTask[]): readonly RuledKind[] {
  const known = new Map<InputRule, Map<string, RuledKind>>();
  for (const { task, firstLine } of withLines(tasks)) {
    for (const found of task.report.kinds) {
      const [one] = found.first;
      const rule = task.inputs[one?.chunk ?? 0]?.rule;
      if (rule === undefined) continue;
      const first = found.first.map(({ chunk, line, message }) => {
        return { file: task.inputs[chunk]?.path ?? '', line: line + firstLine - 1, message };
      });
      const kinds = known.get(rule) ?? new Map<string, RuledKind>();
      const before = kinds.get(found.kind);
      const own = { ...found, first, rule };
      known.set(rule, kinds.set(found.kind, before === undefined ? own : joinKinds(before, own)));
    }
  }
  return [...known.values()].flatMap((kinds) => [...kinds.values()]);
}

/** The records that lack fields, together if a rule has several that lack the same. */
function lackingIn(tasks: readonly ChunkTask[]): readonly RuledLacking[] {
  const known: RuledLacking[] = [];
  for (const {
    task: { inputs, report },
    firstLine,
  } of withLines(tasks)) {
    for (const { chunk, line, ...lacking } of report.lacking) {
      const input = inputs[chunk];
      if (input === undefined) continue;
      const { path: file, rule } = input;
      const at = known.findIndex((other) => other.rule === rule && other.missing.join() === lacking.missing.join());
      const before = known[at];
      if (before !== undefined) known[at] = { ...before, count: before.count + lacking.count };
      else known.push({ ...lacking, rule, file, line: line + firstLine - 1 });
    }
  }
  return known;
}

/** The batches of tasks in input order, each with the places of its chunks. */
export function batchesOf(tasks: readonly ChunkTask[], workspace: Workspace): readonly RuledBatch[] {
  return withLines(tasks).flatMap(({ task: { inputs, report }, firstLine }) => {
    const places = inputs.map(({ path, listedBy, list = listedBy }) => ({
      file: path,
      firstLine,
      listedBy: list === undefined ? [] : [list],
    }));
    return report.batches.map((name) => {
      const head = batchSlot.read(name, workspace);
      if (head === undefined) throw new DamagedEntryError(`${name}: gone`);
      return { name, head, places, rules: inputs.map(({ rule }) => rule) };
    });
  });
}

function withLines(tasks: readonly ChunkTask[]): readonly { readonly task: ChunkTask; readonly firstLine: number }[] {
  let line = 1;
  return tasks.map((task) => {
    const firstLine = task.continues ? line : 1;
    line = firstLine + (task.report.lines[0] ?? 0);
    return { task, firstLine };
  });
}

const fileSlot = defineSlot<{ readonly reports: readonly BatchReport[] }>('file', 4);

/** The name under which the reports of a file are remembered. */
export function nameOfFile(madeFrom: unknown): string {
  return fileSlot.nameOf(madeFrom);
}

/** Remembers the reports of a file, unless they contain problems. */
export function rememberFile(name: string, tasks: readonly ChunkTask[], workspace: Workspace): void {
  const reports = tasks.map(({ report }) => report);
  if (reports.every(({ problems, lacking, kinds }) => problems.length + lacking.length + kinds.length === 0))
    fileSlot.write(name, { reports }, workspace);
}

/** The reports of a file from an earlier build, if all of their batches still exist. */
export function recallFile(name: string, workspace: Workspace): readonly BatchReport[] | undefined {
  const reports = fileSlot.read(name, workspace)?.reports;
  const isWhole = reports?.every(({ batches }) =>
    batches.every((batch) => batchSlot.read(batch, workspace) !== undefined),
  );
  return isWhole ? reports : undefined;
}
