/**
 * `combined.jsonl.gz`: every record of the chosen architectures, one canonical JSON document a line, for clients that have
 * nothing but gunzip and a JSON parser. FORMAT.md, section "Combined". It is stored in members of some hundred lines each, so
 * that of a large file only the members that changed are made again.
 */

import { WorkQueue } from '../../../async/queue.ts';
import { encodeText } from '../../../bytes/bytes.ts';
import { readRecords, SLICES } from '../../../catalogue/batch.ts';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { formatCanonicalJson } from '../../../model/canonical-json.ts';
import type { Digest } from '../../../model/digest.ts';
import { type ContentRef, compareListings, type Listing } from '../../../model/listing.ts';
import { compareText } from '../../../model/order.ts';
import { partition } from '../../../model/partition.ts';
import { asValue } from '../../../model/record.ts';
import { digestOfParts, endsBatch } from '../../../platform/hash/sha256.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { defineSlot } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import type { MutableFile } from '../../../publish/tree-plan.ts';
import { COMBINED_PATH } from '../format/paths.ts';
import type { CombinedEntry } from '../format/repository-index.ts';
import { type EncodedMember, readCanonical, readStored, storeMember } from './summaries/encoded-member.ts';

/** The records that make up a member of the file, in order. */
export interface FormatLinesJob {
  /** Name of the member in the workspace, made from everything that decides on its bytes. */
  readonly name: string;
  readonly refs: readonly ContentRef[];
}

/** The tasks of this stage. */
export interface CombinedTasks {
  formatLines(job: FormatLinesJob): Promise<EncodedMember>;
}

/** What planning the file needs. */
export interface CombinedOptions {
  /** Every arch of the repository, in order. */
  readonly arches: readonly string[];
  /** The architectures whose records the file holds; none: no file. */
  readonly combined: readonly string[];
  readonly workspace: Workspace;
  readonly tasks: CombinedTasks;
  /** Tasks that may be waited for at a time. */
  readonly maxPending: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the index says of the file, and the file. */
export interface PlannedCombined {
  readonly entry: CombinedEntry;
  readonly file: MutableFile;
}

/** The whole file, member by member. */
interface CombinedFile {
  /** Of all lines. */
  readonly sha256: Digest;
  /** Of the file. */
  readonly storedSha256: Digest;
  readonly members: readonly EncodedMember[];
}

// The versions grow whenever the same listings lead to a different file.
const fileSlot = defineSlot<CombinedFile>('combined', 3);
const linesSlot = defineSlot<EncodedMember>('lines', 2);

/** Lines of a member, on average and at most. A member ends where a name says so, so that a new line moves no other member. */
const AVERAGE_LINES = 512;
const MAX_LINES = 2048;

/** Plans the file; undefined if the configuration wants none. */
export async function planCombined(
  catalogue: Catalogue,
  options: CombinedOptions,
): Promise<PlannedCombined | undefined> {
  const { combined, workspace } = options;
  if (combined.length === 0) return undefined;
  const { sha256, storedSha256, members } = await makeFile(catalogue, options);
  const sum = (count: (member: EncodedMember) => number): number =>
    members.reduce((total, member) => total + count(member), 0);
  const entry = {
    sha256,
    size: sum((member) => member.size),
    storedSize: sum((member) => member.storedSize),
    packages: sum((member) => member.records),
    arches: combined.toSorted(compareText),
  };
  const content = async (): Promise<Iterable<Uint8Array>> => eachMember(members, readStored, workspace);
  return { entry, file: { path: COMBINED_PATH, sha256: storedSha256, content } };
}

/** The task: formats records as lines, and compresses them. */
export function formatLinesTask({ name, refs }: FormatLinesJob, workspace: Workspace): EncodedMember {
  const records = readRecords(refs, workspace);
  const lines = encodeText(records.map((record) => `${formatCanonicalJson(asValue(record))}\n`).join(''));
  return storeMember(linesSlot, name, { records: refs.length }, lines, workspace);
}

async function makeFile(catalogue: Catalogue, options: CombinedOptions): Promise<CombinedFile> {
  const { arches, combined, workspace, signal } = options;
  const slices = Array.from({ length: SLICES }, (_, slice) => catalogue.keyOfSlice(slice));
  const name = fileSlot.nameOf([arches, combined, slices]);
  const known = fileSlot.read(name, workspace);
  for (const member of known?.members ?? []) workspace.keep(member.name);
  if (known !== undefined) return known;
  const members = await formatMembers(await listingsOf(catalogue, options), options);
  await checkpoint(signal);
  const sha256 = digestOfParts(eachMember(members, readCanonical, workspace));
  await checkpoint(signal);
  const storedSha256 = digestOfParts(eachMember(members, readStored, workspace));
  const file = { sha256, storedSha256, members };
  fileSlot.write(name, file, workspace);
  return file;
}

function* eachMember(
  members: readonly EncodedMember[],
  read: (member: EncodedMember, workspace: Workspace) => Uint8Array,
  workspace: Workspace,
): Generator<Uint8Array> {
  for (const member of members) yield read(member, workspace);
}

async function listingsOf(
  catalogue: Catalogue,
  { arches, combined, signal }: CombinedOptions,
): Promise<readonly Listing[]> {
  const listings: (readonly Listing[])[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    await checkpoint(signal);
    const contents = partition(catalogue.readSlice(slice).listings, { arches, subsets: [] });
    const wanted = contents.filter(({ arch }) => combined.includes(arch));
    listings.push([...new Set(wanted.flatMap((content) => content.listings))]);
  }
  return listings.flat().sort(compareListings);
}

async function formatMembers(
  listings: readonly Listing[],
  { workspace, tasks, maxPending }: CombinedOptions,
): Promise<readonly EncodedMember[]> {
  const queue = new WorkQueue(maxPending);
  const members: EncodedMember[] = [];
  const make = async (refs: readonly ContentRef[], position: number): Promise<void> => {
    const name = linesSlot.nameOf(refs.map((ref) => ref.sha256));
    const known = linesSlot.read(name, workspace);
    workspace.keep(name);
    members[position] = known ?? (await tasks.formatLines({ name, refs }));
  };
  // A file without lines is a gzip file too, with one member.
  if (listings.length === 0) await make([], 0);
  let refs: ContentRef[] = [];
  let count = 0;
  for (const [i, listing] of listings.entries()) {
    refs.push(listing.content);
    if (i + 1 < listings.length && refs.length < MAX_LINES && !endsBatch(listing.name, AVERAGE_LINES)) continue;
    const [member, position] = [refs, count++];
    refs = [];
    await queue.add(() => make(member, position));
  }
  await queue.finish();
  return members;
}
