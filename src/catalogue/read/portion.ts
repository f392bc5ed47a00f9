/**
 * A portion of the input: some pieces of it, and the batches that they became. Portions know where their pieces stand, and so
 * where in the input a record or a problem is.
 */

import { isObject } from '../../bytes/json.ts';
import type { Problem } from '../../errors.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../platform/workspace/workspace-entry.ts';
import { readBatchHead } from '../batch.ts';
import type { Batch } from '../catalogue.ts';
import type { BatchReport } from './read-batch.ts';

/** Some of the input, and what reading it gave. */
export interface Portion {
  readonly pieces: readonly { readonly file: string; readonly listedBy: readonly string[] }[];
  /** Whether it goes on where the portion before it ended, in the same file. */
  readonly follows: boolean;
  report: BatchReport;
}

/** The problems of portions in the order of the input, each with its file and its line there. */
export function problemsOf(portions: readonly Portion[]): readonly Problem[] {
  return withLines(portions).flatMap(({ portion: { pieces, report }, firstLine }) =>
    report.problems.map(({ piece, ...problem }) => ({
      ...problem,
      file: pieces[piece]?.file ?? '',
      ...(problem.line && { line: problem.line + firstLine - 1 }),
    })),
  );
}

/** The batches of portions in the order of the input, each with where its pieces stand. */
export function batchesOf(portions: readonly Portion[], workspace: Workspace): readonly Batch[] {
  return withLines(portions).flatMap(({ portion: { pieces, report }, firstLine }) => {
    const places = pieces.map((piece) => ({ ...piece, firstLine }));
    return report.batches.map((name) => {
      const head = readBatchHead(name, workspace);
      if (head === undefined) throw new DamagedEntryError(`${name}: gone`);
      return { name, head, places };
    });
  });
}

function withLines(portions: readonly Portion[]): readonly { readonly portion: Portion; readonly firstLine: number }[] {
  let line = 1;
  return portions.map((portion) => {
    const firstLine = portion.follows ? line : 1;
    line = firstLine + (portion.report.lines[0] ?? 0);
    return { portion, firstLine };
  });
}

/** Remembers what reading a file gave, unless it gave problems. */
export function rememberFile(name: string, portions: readonly Portion[], workspace: Workspace): void {
  const reports = portions.map(({ report }) => report);
  if (reports.every(({ problems }) => problems.length === 0)) workspace.write(name, { reports });
}

/** What reading a file gave the last time, if all of it is still there. */
export function recallFile(name: string, workspace: Workspace): readonly BatchReport[] | undefined {
  const head = workspace.open(name)?.head;
  if (!isObject(head)) return undefined;
  // Whoever wrote a head with a right digest wrote what `rememberFile` writes.
  const { reports } = head as { readonly reports: readonly BatchReport[] };
  const isWhole = reports.every(({ batches }) =>
    batches.every((batch) => readBatchHead(batch, workspace) !== undefined),
  );
  return isWhole ? reports : undefined;
}
