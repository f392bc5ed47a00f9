/**
 * Of several different records with one name, version and arch, keeps the one that the input rule asks for (`duplicates:`), and
 * writes the batches of the others again without them. Other such records stay: they are problems.
 */
import type { Config, InputRule } from '../../config/config.ts';
import type { Problem } from '../../errors.ts';
import type { ContentRef, Listing } from '../../model/listing.ts';
import { conflictOf } from '../../model/merge-listings.ts';
import { namedFilesOf } from '../../model/package-file.ts';
import { recordKey } from '../../model/record.ts';
import { loadFingerprint } from '../../platform/hash/fingerprint.ts';
import { keyOf } from '../../platform/hash/sha256.ts';
import { loadVersionOrder } from '../../platform/versions/load-version-order.ts';
import { memoize } from '../../platform/workspace/slot.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../platform/workspace/workspace-entry.ts';
import { type BatchSlice, batchSlot, readDocument, readStoredSlice, SLICES } from '../batch.ts';
import { type ChunkPlace, SliceListing } from '../batch-slice.ts';
import { BatchWriter } from '../batch-writer.ts';
import { sameContent } from '../catalogue.ts';
import { eachRecord } from '../packages/whole-records.ts';
import type { RuledBatch } from './unused-settings.ts';

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
  const left: LeftOut[] = [];
  const keys = batches.map(({ rules, places }) =>
    keyOf([rules.map(({ duplicates }) => duplicates), places.map(listersOf)]),
  );
  for (let slice = 0; slice < SLICES; slice++) {
    const parts = batches.flatMap((batch, position) => {
      const part = batch.head.slices.find((one) => one.slice === slice);
      return part === undefined ? [] : [{ batch, position, part }];
    });
    // Of a few records that changed, most slices have none.
    const madeFrom = parts.map(({ position, part }) => [keys[position], part.key]);
    const found = await memoize('duplicates', madeFrom, workspace, async () => findLeftOut(parts, workspace));
    left.push(...found.map((one) => locate(one, parts, workspace)));
  }
  const resolved: RuledBatch[] = [];
  for (const [position, batch] of batches.entries()) {
    const starts = left.flatMap((one) => (one.batch === position ? [one.start] : []));
    resolved.push(starts.length === 0 ? batch : await writeWithout(batch, starts, { workspace, config }));
  }
  return { batches: resolved, left: left.map(({ problem }) => problem) };
}

function choosesOne({ duplicates }: InputRule): boolean {
  return duplicates === 'first' || duplicates === 'last';
}

/** What a batch has of a slice. */
interface Part {
  readonly batch: RuledBatch;
  /** The position of the batch among all. */
  readonly position: number;
  readonly part: BatchSlice;
}

/** A record of a slice: the position of its part, and its own in there. Neither changes when other slices do. */
interface SliceRecord {
  readonly part: number;
  readonly at: number;
}

/** A record to leave out, and the one that is kept. */
interface Duplicate {
  readonly dropped: SliceRecord;
  readonly kept: SliceRecord;
}

interface FoundRecord extends SliceRecord {
  readonly content: ContentRef;
}

/** The records of a slice to leave out. */
function findLeftOut(parts: readonly Part[], workspace: Workspace): readonly Duplicate[] {
  const left: Duplicate[] = [];
  const known = new Map<string, FoundRecord>();
  for (const [position, { batch, part }] of parts.entries()) {
    const { name, places, rules } = batch;
    for (const [at, listing] of [...readStoredSlice(name, part, workspace)].entries()) {
      const { chunk, start, length, sha256 } = listing;
      const key = `${recordKey(listing)}\0${listersOf(places[chunk])}`;
      const found = { part: position, at, content: { batch: name, start, length, sha256 } };
      const other = known.get(key);
      if (other === undefined) known.set(key, found);
      if (other === undefined || other.content.sha256 === sha256) continue;
      const rule = rules[chunk]?.duplicates;
      if (rule !== 'first' && rule !== 'last') continue;
      if (sameContent(other.content, found.content, workspace)) continue;
      const [kept, dropped] = rule === 'first' ? [other, found] : [found, other];
      known.set(key, kept);
      left.push({ dropped: positionOf(dropped), kept: positionOf(kept) });
    }
  }
  return left;
}

function positionOf({ part, at }: FoundRecord): SliceRecord {
  return { part, at };
}

/** A record to leave out: the position of its batch among all, where its JSON begins there, and what to say. */
interface LeftOut {
  readonly batch: number;
  readonly start: number;
  readonly problem: Problem;
}

function locate({ dropped, kept }: Duplicate, parts: readonly Part[], workspace: Workspace): LeftOut {
  const listing = listingOf(dropped, parts, workspace);
  const { place } = listingOf(kept, parts, workspace);
  const batch = parts[dropped.part]?.position ?? 0;
  return { batch, start: listing.content.start, problem: conflictOf(listing, place) };
}

function listingOf({ part: position, at }: SliceRecord, parts: readonly Part[], workspace: Workspace): Listing {
  const { batch, part } = parts[position] ?? {};
  if (batch === undefined || part === undefined)
    throw new DamagedEntryError('a duplicate names a part that does not exist');
  const slice = readStoredSlice(batch.name, part, workspace);
  return new SliceListing({ batch: batch.name, slice, places: batch.places }, at);
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
