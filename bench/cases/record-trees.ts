/**
 * What the cases on generated records have in common: inputs of any size, and trees that were built from them.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { RECORDS_GENERATOR, type RecordSet, recordLines } from '../generate/records.ts';
import { builtFrom, type Fill } from '../workplace.ts';
import { writePieces } from '../workshop.ts';

/** Records as an input: one file of JSON Lines, and a configuration. */
export function recordsInput(records: RecordSet): Fill {
  return (folder) => {
    writeFileSync(join(folder, 'repomill.yaml'), 'name: generated\npaths: ["packages/{name}-{version}.tar.zst"]\n');
    writePieces(join(folder, 'records.jsonl'), recordLines(records));
  };
}

/** A tree of a set of records. */
export function recordsTree(bench: Bench, name: string, records: RecordSet): Promise<string> {
  const stamp = `${RECORDS_GENERATOR}, ${JSON.stringify(records)}`;
  return builtFrom(bench, { name: `records-${name}`, stamp, inputs: [recordsInput(records)] });
}

/** `10,000 records`. */
export function recordCount(count: number): string {
  return `${count.toLocaleString('en')} records`;
}
