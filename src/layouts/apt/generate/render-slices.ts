/**
 * Renders records as stanzas, slice by slice, and each in parts by name. A part is an entry of the workspace: its body has the
 * texts, its head a row for each. What did not change since the last build is not rendered again.
 */
import { WorkQueue } from '../../../async/queue.ts';
import { ByteWriter } from '../../../bytes/bytes.ts';
import { readRecords, SLICES } from '../../../catalogue/batch.ts';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { type PackedContents, packContents, unpackContents } from '../../../catalogue/packed-contents.ts';
import type { Problem } from '../../../errors.ts';
import type { Listing } from '../../../model/listing.ts';
import { compareProblems } from '../../../model/problems.ts';
import type { Reporter } from '../../../model/progress.ts';
import { archesOf, type PackageRecord } from '../../../model/record.ts';
import { keyOf, nameOfText } from '../../../platform/hash/sha256.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { defineSlot } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { poolPath, sourceName } from '../format/pool-path.ts';
import { formatStanza } from '../format/stanza.ts';
import { findFlaw } from './find-flaw.ts';
import { componentOf, type ListedStanza, SOURCE, TWINS_HINT } from './suites.ts';

/** Where records are listed, and which queries of suites they match. */
export type SliceMembership = Pick<ListedStanza, 'lists' | 'subsets'>;

/** Renders records of one slice. */
export interface RenderSliceJob {
  /** Name of the slice in the workspace. Undefined if it has conflicts: it is only searched for flaws, and must not be found again. */
  readonly name: string | undefined;
  readonly refs: PackedContents;
  /** For each record, the position of its membership. */
  readonly members: readonly number[];
  readonly memberships: readonly SliceMembership[];
  readonly choices: RenderChoices;
}

/** What is rendered. */
export interface RenderChoices {
  /** Whether files are put into the pool. */
  readonly isPooled: boolean;
  /** Whether rows say which file they are about. */
  readonly hasFiles: boolean;
}

/** The tasks of this stage. */
export interface RenderTasks {
  renderSlice(job: RenderSliceJob): Promise<RenderResult>;
}

/** Problems of records, by their position; if there are none, the slice. */
export type RenderResult =
  | { readonly problems: readonly (readonly [position: number, message: string])[] }
  | RenderedSlice;

/** Part of a slice of the archive: columns with a row for each stanza. */
export interface RenderedSlice {
  readonly names: readonly string[];
  readonly versions: readonly string[];
  readonly arches: readonly string[];
  /** Positions in `memberships`. */
  readonly members: readonly number[];
  /** Bytes of the text, with the empty line at its end. */
  readonly sizes: readonly number[];
  /** Lines of the text, with the empty one. */
  readonly lines: readonly number[];
  /** SHA-256 of the text in base64url. */
  readonly keys: readonly string[];
  readonly memberships: readonly SliceMembership[];
  /** The file of each row in the archive, and its section, if they were asked for. */
  readonly files: readonly (readonly [path: string, section: string])[];
  /** Paths in the input and in the archive, where they differ. Records of two sources may have one file. */
  readonly moved: readonly (readonly [from: string, to: string])[];
  /** Fields that stanzas cannot say. */
  readonly left: readonly string[];
}

/** Part of a slice, with the name of its entry. */
export interface NamedSlice extends RenderedSlice {
  readonly name: string;
  /** Its number in the catalogue. */
  readonly slice: number;
}

/** What rendering needs. */
export interface RenderOptions {
  readonly choices: RenderChoices;
  readonly workspace: Workspace;
  readonly tasks: RenderTasks;
  readonly maxPending: number;
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** What rendering found. */
export interface RenderedSlices {
  /** Those that are not empty, in order; not all of them if there are problems. */
  readonly slices: readonly NamedSlice[];
  readonly problems: readonly Problem[];
  /** What would help against the first of the problems. */
  readonly hint: string | undefined;
}

// The version grows whenever the same records lead to different stanzas.
const stanzasSlot = defineSlot<RenderedSlice>('stanzas', 5);
const partsSlot = defineSlot<{ readonly parts: readonly string[] }>('parts', 1);

/**
 * In how many parts a slice is rendered: what did not change in it is not rendered again. A piece of an index takes stanzas from
 * nearly all parts of all slices, so these should be no more than files that the workspace keeps open.
 */
const PARTS = 3;

/** Listings of a slice that is not worth dividing: writing an entry takes as long as rendering some ten of them. */
const FEW_LISTINGS = 200;

/** The name under which the parts of a slice are remembered; undefined if it has no records. */
export function nameOfSlice(catalogue: Catalogue, slice: number, choices: RenderChoices): string | undefined {
  const content = catalogue.keyOfSlice(slice);
  return content === undefined ? undefined : partsSlot.nameOf([choices, slice, content]);
}

/** Notes that the build needs what is remembered of a slice. */
export function keepSlice(name: string, workspace: Workspace): void {
  for (const part of partsSlot.read(name, workspace)?.parts ?? []) workspace.keep(part);
}

/** Renders all slices. */
export async function renderSlices(catalogue: Catalogue, options: RenderOptions): Promise<RenderedSlices> {
  const { workspace, progress, choices, signal } = options;
  const queue = new WorkQueue(options.maxPending);
  const slices: (readonly (NamedSlice | undefined)[])[] = [];
  const complete: (() => void)[] = [];
  const conflicts: Problem[] = [];
  const flaws: Problem[] = [];
  progress.start('encoding', SLICES, 'slices');
  for (let slice = 0; slice < SLICES; slice++) {
    progress.advance(1);
    await checkpoint(signal);
    const name = nameOfSlice(catalogue, slice, choices);
    if (name === undefined) continue;
    const known = recallSlice(name, slice, workspace);
    progress.cacheLookup('slice', known !== undefined);
    if (known !== undefined) {
      slices.push(known);
      continue;
    }
    const { listings, problems } = catalogue.readSlice(slice);
    conflicts.push(...problems);
    const parts: (NamedSlice | undefined)[] = [];
    slices.push(parts);
    for (const [position, part] of divide(listings).entries()) {
      // What is wrong in a slice has to be found again, so nothing of it is remembered.
      const entry = problems.length > 0 ? undefined : nameOfPart(part, choices);
      const found = await renderPart(part, entry, queue, options, (result) => {
        if ('problems' in result) flaws.push(...result.problems.map(([at, message]) => problemOf(part[at], message)));
        else parts[position] = { ...result, name: entry ?? '', slice };
      });
      if (found !== undefined) parts[position] = { ...found, name: entry ?? '', slice };
    }
    complete.push(() => partsSlot.write(name, { parts: parts.flatMap((part) => part?.name ?? []) }, workspace));
  }
  await queue.finish();
  const isSound = conflicts.length + flaws.length === 0;
  if (isSound) for (const remember of complete) remember();
  return {
    slices: slices.flat().filter((slice) => slice !== undefined),
    problems: [...conflicts, ...flaws].sort(compareProblems),
    hint: conflicts.length > 0 ? TWINS_HINT : flaws.length > 0 ? FLAW_HINT : undefined,
  };
}

/** The parts of a slice, if all of them are remembered. */
function recallSlice(name: string, slice: number, workspace: Workspace): readonly NamedSlice[] | undefined {
  const parts = partsSlot.read(name, workspace)?.parts.map((part) => {
    const known = stanzasSlot.read(part, workspace);
    return known && { ...known, name: part, slice };
  });
  const found = parts?.filter((part) => part !== undefined);
  return found?.length === parts?.length ? found : undefined;
}

/** The listings of a slice in parts, by their names. None is empty. */
function divide(listings: readonly Listing[]): readonly (readonly Listing[])[] {
  if (listings.length <= FEW_LISTINGS) return listings.length === 0 ? [] : [listings];
  const parts = Array.from({ length: PARTS }, (): Listing[] => []);
  for (const listing of listings) parts[Number.parseInt(keyOf(listing.name).slice(0, 8), 16) % PARTS]?.push(listing);
  return parts.filter(({ length }) => length > 0);
}

function nameOfPart(part: readonly Listing[], choices: RenderChoices): string {
  return stanzasSlot.nameOf([
    choices,
    part.map(({ content, listedBy, subsets }) => [content.sha256, listedBy, subsets]),
  ]);
}

/** Renders a part, unless it is remembered: then it is returned. */
async function renderPart(
  part: readonly Listing[],
  entry: string | undefined,
  queue: WorkQueue,
  { workspace, tasks, choices }: RenderOptions,
  done: (result: RenderResult) => void,
): Promise<RenderedSlice | undefined> {
  const known = entry === undefined ? undefined : stanzasSlot.read(entry, workspace);
  if (known !== undefined) return known;
  await queue.add(async () => {
    done(await tasks.renderSlice(jobOf(entry, part, choices)));
    if (entry !== undefined) workspace.keep(entry);
  });
  return undefined;
}

const FLAW_HINT =
  'a package needs a path, a size and a sha256, or a file that they can be taken from: .deb files, or `packages:` with their root';

function problemOf(listing: Listing | undefined, message: string): Problem {
  return { file: listing?.place.file ?? '', ...(listing && { line: listing.place.line }), message };
}

function jobOf(name: string | undefined, listings: readonly Listing[], choices: RenderChoices): RenderSliceJob {
  const positions = new Map<string, number>();
  const memberships: SliceMembership[] = [];
  const members = listings.map(({ listedBy, subsets }) => {
    const key = JSON.stringify([listedBy, subsets]);
    const known = positions.get(key) ?? memberships.push({ lists: listedBy, subsets }) - 1;
    positions.set(key, known);
    return known;
  });
  return { name, refs: packContents(listings.map(({ content }) => content)), members, memberships, choices };
}

/** The task. */
export function renderSliceTask(job: RenderSliceJob, workspace: Workspace): RenderResult {
  const problems: [number, string][] = [];
  const texts = new ByteWriter();
  const moved = new Map<string, readonly [from: string, to: string]>();
  const left = new Set<string>();
  const files: [string, string][] = [];
  const columns = {
    ...{ names: [] as string[], versions: [] as string[], arches: [] as string[], keys: [] as string[] },
    ...{ members: [] as number[], sizes: [] as number[], lines: [] as number[] },
  };
  for (const [position, record] of readRecords(unpackContents(job.refs), workspace).entries()) {
    const flaw = findFlaw(record);
    if (flaw !== undefined) {
      problems.push([position, flaw]);
      continue;
    }
    const member = job.members[position] ?? 0;
    const path = job.choices.isPooled ? placeOf(record, job.memberships[member]) : undefined;
    if (path !== undefined) for (const move of movesOf(record, path)) moved.set(move.join('\n'), move);
    for (const arch of archesOf(record)) {
      const stanza = formatStanza(record, { path, arch: arch === SOURCE ? undefined : arch });
      for (const field of stanza.left) left.add(field);
      const text = `${stanza.text}\n`;
      const start = texts.length;
      texts.text(text);
      if (job.choices.hasFiles) files.push([path ?? textOf(record.path), textOf(record.Section)]);
      columns.names.push(record.name);
      columns.versions.push(record.version);
      columns.arches.push(arch);
      columns.members.push(member);
      columns.sizes.push(texts.length - start);
      columns.lines.push(countLines(text));
      columns.keys.push(nameOfText(text));
    }
  }
  if (problems.length > 0) return { problems };
  const slice = { ...columns, memberships: job.memberships, files, moved: [...moved.values()], left: [...left] };
  if (job.name !== undefined) stanzasSlot.write(job.name, slice, workspace, [texts.take()]);
  return slice;
}

/** The files of a package that have a different path in the archive. Those of a source package are in one directory. */
function movesOf(record: PackageRecord, path: string): readonly (readonly [from: string, to: string])[] {
  const before = record.path;
  if (typeof before !== 'string' || before === path) return [];
  const others = archesOf(record).includes(SOURCE) ? sourceFilesOf(record) : [];
  const inDirectory = (of: string, name: string): string => `${of.slice(0, of.lastIndexOf('/') + 1)}${name}`;
  return [[before, path], ...others.map((name) => [inDirectory(before, name), inDirectory(path, name)] as const)];
}

/** Names of the files of a source package: the last word of each line of its list. */
function sourceFilesOf(record: PackageRecord): readonly string[] {
  const list = record['Checksums-Sha256'];
  const lines = typeof list === 'string' ? list.split('\n') : [];
  return lines.flatMap((line) => /^\s*[0-9a-f]{64}\s+[0-9]+\s+(\S+)\s*$/.exec(line)?.[1] ?? []);
}

function placeOf(
  record: Readonly<Record<string, unknown>>,
  membership: SliceMembership | undefined,
): string | undefined {
  const { path, name } = record;
  if (typeof path !== 'string') return undefined;
  const source = sourceName(record.Source, String(name));
  return poolPath({ path, source, component: componentOf(membership ?? { lists: [] }) });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
