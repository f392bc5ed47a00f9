/**
 * The records of a batch with the fields that were moved to `details/`, and where each came from.
 */
import type { PackageRecord } from '../../model/record.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import {
  type BatchHead,
  type DocumentRef,
  type RecordOrigin,
  readDocument,
  readRecords,
  readStoredSlice,
} from '../batch.ts';
import { restoreDetails } from '../read/move-details.ts';

/** A record of a batch. */
export interface BatchRecord extends RecordOrigin {
  /** As the batch has it. */
  readonly record: PackageRecord;
  readonly slice: number;
  /** Where its JSON begins in the batch. */
  readonly start: number;
  /** Positions of the subsets that it is in. */
  readonly subsets: readonly number[];
  /** The record with every field. */
  whole(): PackageRecord;
}

/** The records of a batch, slice by slice. */
export function* eachRecord(name: string, head: BatchHead, workspace: Workspace): Generator<BatchRecord, void> {
  const documents = new Map<unknown, DocumentRef>(head.documents.map((ref) => [ref.sha256, ref]));
  for (const part of head.slices) {
    const listings = [...readStoredSlice(name, part, workspace)];
    const contents = listings.map(({ start, length, sha256 }) => ({ batch: name, start, length, sha256 }));
    for (const [position, record] of readRecords(contents, workspace).entries()) {
      const { subsets = [], chunk = 0, line = 1, start = 0 } = listings[position] ?? {};
      const document = documents.get(record.details);
      const whole = (): PackageRecord =>
        document === undefined ? record : restoreDetails(record, readDocument(name, document, workspace));
      yield { record, slice: part.slice, subsets, chunk, line, start, whole };
    }
  }
}
