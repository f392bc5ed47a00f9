/**
 * What changed between two trees, copies or older versions of a tree. Finds what each place is and which layout both have; the
 * layout compares.
 */

import { RepomillError } from './errors.ts';
import type { ComparedPlace, Comparison, Layout } from './layouts/layout.ts';
import { DEFAULT_LAYOUT, type LayoutName, layouts } from './layouts/layouts.ts';
import { defined } from './model/defined.ts';
import { MAX_INDEX_SIZE } from './model/limits.ts';
import { isUrl } from './model/location.ts';
import { directoryStore } from './platform/files/directory-store.ts';
import { isDirectory, isFile } from './platform/files/read-files.ts';
import type { HttpOptions } from './platform/http/http-source.ts';
import { openSource } from './platform/open-source.ts';
import { formatChoices, withArticle } from './text/word-list.ts';

/** How to compare. */
export interface DiffOptions {
  /** Only this architecture. */
  readonly arch?: string;
  /** Only this subset. */
  readonly subset?: string;
  /** By default the first that both sides have, as `repomill diff` takes it. */
  readonly layout?: LayoutName;
  /** How to talk to the hosts of URLs. */
  readonly http?: HttpOptions;
  /** Aborts with an `interrupted` error. */
  readonly signal?: AbortSignal;
}

/** What changed from the first place to the second. */
export interface DiffReport extends Comparison {
  readonly layout: LayoutName;
  /** Other layouts that both sides have. */
  readonly otherLayouts: readonly LayoutName[];
}

/**
 * Compares two states of a repository: what was added, removed, changed to another version, or changed its content under the same
 * version. What has the same digest on both sides is not read, and everything else is verified first.
 *
 * @param from - the directory or URL of a published tree, the directory of a copy made by `pull`, or an older version of a tree:
 *   `public@1` is the one before the newest. A program may give a source or a store, and `steps`
 * @param to - the same
 * @throws RepomillError `not-found` if there is nothing at a place, or no such summary or older version; `usage` if the two have
 *   no layout in common; `transport`, `format` or `integrity` if one cannot be read; `interrupted` after an abort
 * @example
 * const { added, removed, changed, content } = await diff('public@1', 'public');
 * for (const { name, from, to } of changed) console.log(`${name} ${from} -> ${to}`);
 */
export async function diff(
  from: string | ComparedPlace,
  to: string | ComparedPlace,
  { arch, subset, layout: wanted, http, signal }: DiffOptions = {},
): Promise<DiffReport> {
  const sides = [await openPlace(from, http), await openPlace(to, http)] as const;
  const present = [await layoutsAt(sides[0], signal), await layoutsAt(sides[1], signal)] as const;
  const shared = present[0].filter((one) => present[1].includes(one));
  const layout = wanted === undefined ? shared[0] : shared.find(({ name }) => name === wanted);
  if (layout === undefined) throw nothingInCommon(sides, present, wanted);
  const comparer = await (layout satisfies Layout).load.comparer?.();
  if (comparer === undefined) throw new RepomillError('usage', `${layout.title}: cannot be compared`);
  const comparison = await comparer.compare({ from: sides[0], to: sides[1], arch, subset, signal });
  return {
    layout: layout.name,
    otherLayouts: shared.filter((one) => one !== layout).map(({ name }) => name),
    ...comparison,
  };
}

type KnownLayout = (typeof layouts)[number];

/**
 * The place that a person names. `@3` at the end goes back three steps, unless there is a directory of that name. A slash after it
 * makes it a part of the name.
 */
async function openPlace(place: string | ComparedPlace, http: HttpOptions | undefined): Promise<ComparedPlace> {
  if (typeof place !== 'string') return place;
  const [, tree, digits] = /^(.+)@(\d{1,9})$/.exec(place) ?? [];
  const isPlain = tree === undefined || (!isUrl(place) && (await isDirectory(place)));
  const name = isPlain ? place : tree;
  const steps = isPlain ? 0 : Number(digits);
  if (!isUrl(name) && (await isCopy(name))) return { store: directoryStore(name), steps, label: name };
  return { source: await openSource(name, http), steps, label: name };
}

// As `client/cached-state.ts` writes it; no published tree has one.
async function isCopy(directory: string): Promise<boolean> {
  return isFile(`${directory}/origin.json`);
}

/** The layouts whose entry points are at a place. Copies are of the default one. */
async function layoutsAt(
  { source, store, label }: ComparedPlace,
  signal: AbortSignal | undefined,
): Promise<readonly KnownLayout[]> {
  if (source === undefined) {
    if (store === undefined) throw new RepomillError('usage', 'expected a source or a store, found neither');
    return layouts.filter(({ name }) => name === DEFAULT_LAYOUT);
  }
  const found: KnownLayout[] = [];
  for (const layout of layouts) {
    for (const path of layout.entryPoints) {
      const result = await source.fetch(path, defined({ maxBytes: MAX_INDEX_SIZE, signal }));
      if (result.kind === 'full' && (layout satisfies Layout).recognises?.(result.bytes) !== false) found.push(layout);
    }
  }
  if (found.length > 0) return found;
  const wanted = formatChoices(layouts.flatMap(({ entryPoints }) => entryPoints));
  throw new RepomillError('not-found', `expected a published tree, found no ${wanted}`, {
    path: label ?? source.location,
  });
}

function nothingInCommon(
  sides: readonly ComparedPlace[],
  present: readonly (readonly KnownLayout[])[],
  wanted: string | undefined,
): RepomillError {
  const found = sides.map(({ source, store, label }, i) => {
    const titles = present[i]?.map(({ title }) => withArticle(title)).join(' and ');
    return `${label ?? (source ?? store)?.location} is ${titles}`;
  });
  const expected = wanted === undefined ? 'two trees of the same layout' : `two trees of layout ${wanted}`;
  return new RepomillError('usage', `expected ${expected}; ${found.join(', ')}`);
}
