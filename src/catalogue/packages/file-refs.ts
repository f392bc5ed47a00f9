/**
 * The files that the records of a batch name, each with the place of its record. Only builds that look at package files need
 * them, so they are taken from the records on demand, and remembered.
 */
import type { Place } from '../../model/listing.ts';
import { type NamedFile, namedFilesOf } from '../../model/package-file.ts';
import { archesOf } from '../../model/record.ts';
import { defineSlot } from '../../platform/workspace/slot.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import type { Batch } from '../catalogue.ts';
import { eachRecord } from './whole-records.ts';

/** A file that a record names. */
export interface FileRef extends NamedFile {
  /** The record, for messages: `hello 1.0 (amd64)`. */
  readonly record: string;
  readonly version: string;
  readonly place: Place;
}

interface StoredRef extends NamedFile {
  readonly record: string;
  readonly version: string;
  readonly chunk: number;
  /** Line of the chunk, from 1. */
  readonly line: number;
}

const refsSlot = defineSlot<{ readonly refs: readonly StoredRef[] }>('files', 1);

/** The files that the records of a batch name, in input order. */
export function readFileRefs(batch: Batch, workspace: Workspace): readonly FileRef[] {
  const name = refsSlot.nameOf(batch.name);
  const known = refsSlot.read(name, workspace)?.refs;
  const refs = known ?? findRefs(batch, workspace);
  if (known === undefined) refsSlot.write(name, { refs }, workspace);
  return refs.map(({ chunk, line, ...ref }) => {
    const { file = '', firstLine = 1 } = batch.places[chunk] ?? {};
    return { ...ref, place: { file, line: firstLine + line - 1 } };
  });
}

function findRefs({ name, head }: Batch, workspace: Workspace): readonly StoredRef[] {
  const refs: StoredRef[] = [];
  for (const { record, whole, chunk, line } of eachRecord(name, head, workspace)) {
    const { version } = record;
    const what = `${record.name} ${version} (${archesOf(record).join(', ')})`;
    for (const file of namedFilesOf(whole())) refs.push({ ...file, record: what, version, chunk, line });
  }
  return refs.sort((a, b) => a.chunk - b.chunk || a.line - b.line);
}
