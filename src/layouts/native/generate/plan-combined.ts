/**
 * `combined.jsonl.gz`: every record of the chosen architectures, one canonical JSON document a line, for clients that
 * want no more than gunzip and a JSON parser. FORMAT.md, section "Combined". Stored in members of some hundred lines each,
 * so that of a large file only those that changed are made again.
 */

import { WorkQueue } from '../../../async/queue.ts';
import { encodeText } from '../../../bytes/bytes.ts';
import { isObject } from '../../../bytes/json.ts';
import { readRecords, SLICES } from '../../../catalogue/batch.ts';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { formatCanonicalJson } from '../../../model/canonical-json.ts';
import type { Digest } from '../../../model/digest.ts';
import { type ContentRef, compareListings, type Listing } from '../../../model/listing.ts';
import { compareText } from '../../../model/order.ts';
import { partition } from '../../../model/partition.ts';
import { asValue } from '../../../model/record.ts';
import { digestOfParts, keyOf } from '../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import type { MutableFile } from '../../../publish/tree-plan.ts';
import { COMBINED_PATH } from '../format/paths.ts';
import type { CombinedEntry } from '../format/repository-index.ts';
import { type EncodedBucket, readCanonical, readStored, storeBucket } from './summaries/encoded-member.ts';

/** Which records make up a member of the file, in order. */
export interface FormatLinesJob {
  readonly name: string;
  readonly refs: readonly ContentRef[];
}

/** The tasks of this stage. */
export interface CombinedTasks {
  formatLines(job: FormatLinesJob): Promise<EncodedBucket>;
}

/** What planning the file needs. */
export interface CombinedOptions {
  /** Every arch of the repository, in order, and those that the file shall hold; none: no file. */
  readonly arches: readonly string[];
  readonly combined: readonly string[];
  readonly workspace: Workspace;
  readonly tasks: CombinedTasks;
  readonly maxPending: number;
}

/** What the index says of the file, and the file. */
export interface PlannedCombined {
  readonly entry: CombinedEntry;
  readonly file: MutableFile;
}

/** Grows whenever the same listings make another file. */
const EDITION = 1;

/** Lines of a member, on average and at most. A member ends where a name says so, so that a new line moves no other member. */
const LINES = 512;
const MAX_LINES = 2048;

/** Formats some records as lines, and compresses them. */
export function formatLinesTask({ name, refs }: FormatLinesJob, workspace: Workspace): EncodedBucket {
  const records = readRecords(refs, workspace);
  const lines = encodeText(records.map((record) => `${formatCanonicalJson(asValue(record))}\n`).join(''));
  return storeBucket(name, refs.length, lines, workspace);
}

/** Plans the file; undefined where the configuration wants none. */
export async function planCombined(
  catalogue: Catalogue,
  options: CombinedOptions,
): Promise<PlannedCombined | undefined> {
  const { combined, workspace } = options;
  if (combined.length === 0) return undefined;
  const { sha256, members } = await makeMembers(catalogue, options);
  const sum = (count: (member: EncodedBucket) => number): number =>
    members.reduce((total, member) => total + count(member), 0);
  const entry = {
    sha256,
    size: sum((member) => member.size),
    storedSize: sum((member) => member.storedSize),
    packages: sum((member) => member.records),
    arches: combined.toSorted(compareText),
  };
  return {
    entry,
    file: {
      path: COMBINED_PATH,
      content: async () => storedMembers(members, workspace),
    },
  };
}

interface Members {
  /** Of all lines. */
  readonly sha256: Digest;
  readonly members: readonly EncodedBucket[];
}

async function makeMembers(catalogue: Catalogue, options: CombinedOptions): Promise<Members> {
  const { arches, combined, workspace } = options;
  const slices = Array.from({ length: SLICES }, (_, slice) => catalogue.keyOfSlice(slice));
  const name = `combined/${keyOf([EDITION, arches, combined, slices])}`;
  const head = workspace.open(name)?.head;
  // Whoever wrote a head with a right digest wrote `Members`.
  const known = isObject(head) ? (head as unknown as Members) : undefined;
  for (const member of known?.members ?? []) workspace.keep(member.name);
  if (known !== undefined) return known;
  const members = await formatMembers(listingsOf(catalogue, options), options);
  const sha256 = digestOfParts(canonicalLines(members, workspace));
  workspace.write(name, { sha256, members });
  return { sha256, members };
}

function* canonicalLines(members: readonly EncodedBucket[], workspace: Workspace): Generator<Uint8Array> {
  for (const member of members) yield readCanonical(member, workspace);
}

function listingsOf(catalogue: Catalogue, { arches, combined }: CombinedOptions): readonly Listing[] {
  const listings = Array.from({ length: SLICES }, (_, slice) => {
    const contents = partition(catalogue.readSlice(slice).listings, { arches, subsets: [] });
    return [...new Set(contents.filter(({ arch }) => combined.includes(arch)).flatMap((content) => content.listings))];
  });
  return listings.flat().sort(compareListings);
}

async function formatMembers(
  listings: readonly Listing[],
  { workspace, tasks, maxPending }: CombinedOptions,
): Promise<readonly EncodedBucket[]> {
  const queue = new WorkQueue(maxPending);
  const members: EncodedBucket[] = [];
  const make = async (refs: readonly ContentRef[], position: number): Promise<void> => {
    const name = `lines/${keyOf([EDITION, refs.map((ref) => ref.sha256)])}`;
    const head = workspace.open(name)?.head;
    workspace.keep(name);
    members[position] = isObject(head) ? (head as unknown as EncodedBucket) : await tasks.formatLines({ name, refs });
  };
  // A file without lines is a gzip file too, with one member.
  if (listings.length === 0) await make([], 0);
  let refs: ContentRef[] = [];
  let count = 0;
  for (const [i, listing] of listings.entries()) {
    refs.push(listing.content);
    if (i + 1 < listings.length && refs.length < MAX_LINES && !endsMember(listing.name)) continue;
    const [member, position] = [refs, count++];
    refs = [];
    await queue.add(() => make(member, position));
  }
  await queue.finish();
  return members;
}

function endsMember(name: string): boolean {
  return Number.parseInt(keyOf(name).slice(0, 8), 16) % LINES === 0;
}

function* storedMembers(members: readonly EncodedBucket[], workspace: Workspace): Generator<Uint8Array> {
  for (const member of members) yield readStored(member, workspace);
}
