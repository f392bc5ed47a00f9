/**
 * Of several different records with one name, version and arch, keeps the one that the input rule asks for (`duplicates:`), and
 * writes the batches of the others again without them. Other such records stay: they are problems.
 */
import type { Config, InputRule } from '../../config/config.ts';
import type { Problem } from '../../errors.ts';
import { namedFilesOf } from '../../model/package-file.ts';
import { archesOf, recordKey } from '../../model/record.ts';
import { loadFingerprint } from '../../platform/hash/fingerprint.ts';
import { loadVersionOrder } from '../../platform/versions/load-version-order.ts';
import { memoize } from '../../platform/workspace/slot.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../platform/workspace/workspace-entry.ts';
import { batchSlot, type ChunkPlace, readDocument, readStoredSlice, SLICES } from '../batch.ts';
import { BatchWriter } from '../batch-writer.ts';
import { sameContent } from '../catalogue.ts';
import { eachRecord } from '../packages/whole-records.ts';
import type { RuledBatch } from './settings-use.ts';

/** Batches in which each record is kept once, and the records that were left out. */
export interface ResolvedBatches {
  readonly batches: readonly RuledBatch[];
  readonly left: readonly Problem[];
}

/** What resolving needs. */
export interface ResolveOptions {
  readonly workspace: Workspace;
  readonly config: Pick<Config, 'versions'>;
}

/** Keeps one of each. Without a rule that asks for it, nothing is read. */
export async function resolveDuplicates(
  batches: readonly RuledBatch[],
  { workspace, config }: ResolveOptions,
): Promise<ResolvedBatches> {
  if (!batches.some(({ rules }) => rules.some(choosesOne))) return { batches, left: [] };
  const madeFrom = batches.map(({ name, rules, places }) => [
    ...[name, rules.map(({ duplicates }) => duplicates)],
    places.map(listersOf),
  ]);
  const left = await memoize('duplicates', madeFrom, workspace, async () => findLeftOut(batches, workspace));
  const resolved: RuledBatch[] = [];
  for (const [position, batch] of batches.entries()) {
    const starts = left.flatMap((one) => (one.batch === position ? [one.start] : []));
    resolved.push(starts.length === 0 ? batch : await writeWithout(batch, starts, { workspace, config }));
  }
  const placeOf = ({ batch, chunk, line }: RecordPosition): Required<Pick<Problem, 'file' | 'line'>> => {
    const { file = '', firstLine = 1 } = batches[batch]?.places[chunk] ?? {};
    return { file, line: firstLine + line - 1 };
  };
  return {
    batches: resolved,
    left: left.map(({ what, kept, ...position }) => {
      const { file, line } = placeOf(kept);
      return { ...placeOf(position), message: `${what} is also defined at ${file}:${line}, with different content` };
    }),
  };
}

function choosesOne({ duplicates }: InputRule): boolean {
  return duplicates === 'first' || duplicates === 'last';
}

/** Where a record is: the position of its batch, and then as in a stored listing. */
interface RecordPosition {
  readonly batch: number;
  readonly chunk: number;
  readonly line: number;
  readonly start: number;
}

interface FoundRecord extends RecordPosition {
  readonly length: number;
  readonly sha256: string;
}

/** A record to leave out, as `name version (arch)`, and the one that is kept. */
interface LeftOut extends RecordPosition {
  readonly what: string;
  readonly kept: RecordPosition;
}

/** The records to leave out. Only one slice is in memory at a time. */
function findLeftOut(batches: readonly RuledBatch[], workspace: Workspace): readonly LeftOut[] {
  const left: LeftOut[] = [];
  const contentOf = ({ batch, start, length, sha256 }: FoundRecord) => {
    return { batch: batches[batch]?.name ?? '', start, length, sha256 };
  };
  for (let slice = 0; slice < SLICES; slice++) {
    const known = new Map<string, FoundRecord>();
    for (const [batch, { name, head, places, rules }] of batches.entries()) {
      const part = head.slices.find((one) => one.slice === slice);
      if (part === undefined) continue;
      for (const listing of readStoredSlice(name, part, workspace)) {
        const [record, version, arch, , , chunk, line, start, length, sha256] = listing;
        const identity = { name: record, version, arch };
        const key = `${recordKey(identity)}\0${listersOf(places[chunk])}`;
        const found = { batch, chunk, line, start, length, sha256 };
        const other = known.get(key);
        if (other === undefined) known.set(key, found);
        if (other === undefined || other.sha256 === sha256) continue;
        const rule = rules[chunk]?.duplicates;
        if (rule !== 'first' && rule !== 'last') continue;
        if (sameContent(contentOf(other), contentOf(found), workspace)) continue;
        const [kept, dropped] = rule === 'first' ? [other, found] : [found, other];
        known.set(key, kept);
        left.push({ ...dropped, what: `${record} ${version} (${archesOf(identity).join(', ')})`, kept });
      }
    }
  }
  return left;
}

function listersOf(place: ChunkPlace | undefined): string {
  return place?.listedBy.join('\0') ?? '';
}

/** The batch without the records that begin at these positions. */
async function writeWithout(
  batch: RuledBatch,
  starts: readonly number[],
  { workspace, config }: ResolveOptions,
): Promise<RuledBatch> {
  const name = batchSlot.nameOf(['without', batch.name, starts, config.versions]);
  if (batchSlot.read(name, workspace) === undefined) {
    const { head } = batch;
    const fingerprint = await loadFingerprint();
    const order = await loadVersionOrder(config.versions);
    const writer = new BatchWriter();
    const documents = new Set<unknown>();
    for (const { record, whole, start, ...at } of eachRecord(batch.name, head, workspace)) {
      if (starts.includes(start)) continue;
      // The batch knows its architectures already.
      writer.add(record, { ...at, isListed: true, isValid: order.isValid(record.version) });
      documents.add(record.details);
      for (const file of namedFilesOf(whole())) writer.addFile(file, fingerprint);
    }
    for (const ref of head.documents) {
      if (!documents.has(ref.sha256)) continue;
      writer.addDocument({ sha256: ref.sha256, bytes: readDocument(batch.name, ref, workspace) });
    }
    writer.write(name, { lines: head.lines, arches: head.arches, use: head.use }, workspace);
  }
  const head = batchSlot.read(name, workspace);
  if (head === undefined) throw new DamagedEntryError(`${name}: gone`);
  return { ...batch, name, head };
}
