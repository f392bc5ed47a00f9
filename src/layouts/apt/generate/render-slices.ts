/**
 * Renders records as stanzas, slice by slice, and each slice in parts by name. A part that did not change since the last build is
 * not rendered again.
 */
import { WorkQueue } from '../../../async/queue.ts';
import { SLICES } from '../../../catalogue/batch.ts';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { packContents } from '../../../catalogue/packed-contents.ts';
import type { Problem } from '../../../errors.ts';
import type { Listing } from '../../../model/listing.ts';
import { compareProblems } from '../../../model/problems.ts';
import type { Reporter } from '../../../model/progress.ts';
import { keyOf } from '../../../platform/hash/sha256.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { defineSlot } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import {
  nameOfPart,
  type RenderChoices,
  type RenderedPart,
  type RenderPartJob,
  type RenderResult,
  type RenderTasks,
  recallPart,
  type StanzaMembership,
} from './render-part.ts';
import { TWINS_HINT } from './suites.ts';

/** Part of a slice, with the name of its entry. */
export interface NamedPart extends RenderedPart {
  readonly name: string;
  /** The number of the slice in the catalogue. */
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
  /** The parts of all slices in order; not all of them if there are problems. */
  readonly parts: readonly NamedPart[];
  readonly problems: readonly Problem[];
  /** What would help against the first of the problems. */
  readonly hint: string | undefined;
}

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
  const slices: (readonly (NamedPart | undefined)[])[] = [];
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
    const parts: (NamedPart | undefined)[] = [];
    slices.push(parts);
    for (const [position, part] of divide(listings).entries()) {
      // What is wrong in a slice has to be found again, so nothing of it is remembered.
      const entry = problems.length > 0 ? undefined : nameOfPart(part, choices);
      await renderUnlessKnown(part, entry, queue, options, (result) => {
        if ('problems' in result) flaws.push(...result.problems.map(([at, message]) => problemOf(part[at], message)));
        else parts[position] = { ...result, name: entry ?? '', slice };
      });
    }
    complete.push(() => partsSlot.write(name, { parts: parts.flatMap((part) => part?.name ?? []) }, workspace));
  }
  await queue.finish();
  const isSound = conflicts.length + flaws.length === 0;
  if (isSound) for (const remember of complete) remember();
  return {
    parts: slices.flat().filter((part) => part !== undefined),
    problems: [...conflicts, ...flaws].sort(compareProblems),
    hint: conflicts.length > 0 ? TWINS_HINT : flaws.length > 0 ? FLAW_HINT : undefined,
  };
}

/** The parts of a slice, if all of them are remembered. */
function recallSlice(name: string, slice: number, workspace: Workspace): readonly NamedPart[] | undefined {
  const parts = partsSlot.read(name, workspace)?.parts.map((part) => {
    const known = recallPart(part, workspace);
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

/** Renders a part, unless it is remembered. */
async function renderUnlessKnown(
  part: readonly Listing[],
  entry: string | undefined,
  queue: WorkQueue,
  { workspace, tasks, choices }: RenderOptions,
  done: (result: RenderResult) => void,
): Promise<void> {
  const known = entry === undefined ? undefined : recallPart(entry, workspace);
  if (known !== undefined) return done(known);
  await queue.add(async () => {
    done(await tasks.renderPart(jobOf(entry, part, choices)));
    if (entry !== undefined) workspace.keep(entry);
  });
}

const FLAW_HINT =
  'a package needs a path, a size and a sha256, or a file that they can be taken from: .deb files, or `packages:` with their root';

function problemOf(listing: Listing | undefined, message: string): Problem {
  return { file: listing?.place.file ?? '', ...(listing && { line: listing.place.line }), message };
}

function jobOf(name: string | undefined, listings: readonly Listing[], choices: RenderChoices): RenderPartJob {
  const positions = new Map<string, number>();
  const memberships: StanzaMembership[] = [];
  const members = listings.map(({ listedBy, subsets }) => {
    const key = JSON.stringify([listedBy, subsets]);
    const known = positions.get(key) ?? memberships.push({ lists: listedBy, subsets }) - 1;
    positions.set(key, known);
    return known;
  });
  return { name, refs: packContents(listings.map(({ content }) => content)), members, memberships, choices };
}
