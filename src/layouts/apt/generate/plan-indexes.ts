/**
 * Plans the indexes of all suites. Of an archive whose records are the same as last time, nothing is read but what is remembered of
 * each index.
 */

import { SLICES } from '../../../catalogue/batch.ts';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { RecordInput } from '../../../catalogue/open-input.ts';
import { type Config, formatUnusedSetting } from '../../../config/config.ts';
import type { Problem } from '../../../errors.ts';
import { conflictOf } from '../../../model/merge-listings.ts';
import { badInput } from '../../../model/problems.ts';
import { archesOf } from '../../../model/record.ts';
import { collectGarbage } from '../../../platform/process/heap-growth.ts';
import { defineSlot } from '../../../platform/workspace/slot.ts';
import { loadXzEncoder } from '../../../platform/zlib/xz-encoder.ts';
import { quote } from '../../../text/printable.ts';
import { formatPlural } from '../../../text/quantity.ts';
import type { BuildSession } from '../../../work/build-session.ts';
import type { AptSettings } from '../settings.ts';
import {
  type AssembledIndex,
  type AssembleOptions,
  assembleIndex,
  type IndexRow,
  nameOfAssembly,
  recallIndex,
  rowsOf,
} from './assemble-index.ts';
import type { PieceTasks } from './index-piece.ts';
import { askStanzas, type RenderChoices, type RenderTasks } from './render-part.ts';
import { keepSlice, type NamedPart, nameOfSlice, renderSlices } from './render-slices.ts';
import { belongsTo, type IndexSpec, type KnownSuite, planSuites, type Suite, TWINS_HINT } from './suites.ts';

/** A suite with its indexes. */
export interface AssembledSuite extends Suite {
  readonly assembled: readonly AssembledIndex[];
}

/** What is remembered of all records together. */
export interface RecordFacts {
  /** Number of stanzas, and of different names. */
  readonly packages: number;
  readonly names: number;
  /** The paths in the archive of files that have different ones in the input. */
  readonly moved: readonly (readonly [from: string, to: string])[];
}

/** All suites. */
export interface AptIndexes extends RecordFacts {
  readonly suites: readonly AssembledSuite[];
  /** The parts of all slices, which may have to be rendered for it. */
  parts(): Promise<readonly NamedPart[]>;
}

const factsSlot = defineSlot<RecordFacts>('aptfacts', 1);

/** What planning needs. */
export type IndexInput = RecordInput & BuildSession<RenderTasks & PieceTasks>;

/**
 * Plans all indexes.
 *
 * @throws RepomillError `metadata` with all records that an archive cannot have
 */
export async function planIndexes(
  input: IndexInput,
  settings: AptSettings,
  config: Config,
  choices: RenderChoices,
  known: readonly KnownSuite[] | undefined,
): Promise<AptIndexes> {
  const { catalogue, workspace, progress } = input;
  const suites = planSuites(settings, { ...catalogue, known }, config.arches);
  const options = await assembleOptions(input, settings);
  const names = Array.from({ length: SLICES }, (_, slice) => nameOfSlice(catalogue, slice, choices)).filter(
    (name) => name !== undefined,
  );
  for (const name of names) keepSlice(name, workspace);
  let parts: readonly NamedPart[] | undefined;
  const renderOnce = async (): Promise<readonly NamedPart[]> => {
    parts ??= await renderAll(input, choices);
    return parts;
  };
  const problems: Problem[] = [];
  const assembled = new Map<IndexSpec, AssembledIndex>();
  for (const spec of suites.flatMap(({ indexes }) => indexes)) {
    const name = nameOfAssembly(spec, names, options);
    const recalled = recallIndex(spec, name, options);
    progress.cacheLookup('index', recalled !== undefined);
    if (recalled !== undefined) {
      assembled.set(spec, recalled);
      continue;
    }
    const rendered = await renderOnce();
    const rows = rowsOf(spec, rendered);
    problems.push(...findRepeated(rows, rendered, catalogue));
    if (problems.length === 0) assembled.set(spec, await assembleIndex(spec, name, rendered, rows, options));
  }
  if (problems.length > 0) throw badInput(problems, TWINS_HINT);
  if (parts !== undefined) tellUnlisted(parts, suites, config, progress.warn);
  return {
    suites: suites.map((suite) => ({
      ...suite,
      assembled: suite.indexes.flatMap((spec) => assembled.get(spec) ?? []),
    })),
    ...(await factsOf(names, renderOnce, input)),
    parts: renderOnce,
  };
}

async function factsOf(
  names: readonly string[],
  render: () => Promise<readonly NamedPart[]>,
  { workspace }: IndexInput,
): Promise<RecordFacts> {
  const name = factsSlot.nameOf(names);
  const known = factsSlot.read(name, workspace);
  if (known !== undefined) return known;
  const parts = await render();
  const facts = {
    packages: parts.reduce((sum, part) => sum + part.names.length, 0),
    names: parts.reduce((sum, part) => sum + new Set(part.names).size, 0),
    moved: parts.flatMap((part) => part.moved),
  };
  factsSlot.write(name, facts, workspace);
  return facts;
}

async function assembleOptions(input: IndexInput, settings: AptSettings): Promise<AssembleOptions> {
  const xz = settings.compress.includes('xz') ? await loadXzEncoder() : undefined;
  if (settings.compress.includes('xz') && xz === undefined) {
    input.progress.warn(
      'indexes are compressed by gz alone: xz needs the program xz or the npm package lzma-native, and neither is there',
    );
  }
  return { ...input, piece: settings.piece, compress: settings.compress, xzName: xz?.name };
}

/** Stanzas from which on it pays to free at once what a stage took. */
export const MANY_STANZAS: number = 20_000;

async function renderAll(input: IndexInput, choices: RenderChoices): Promise<readonly NamedPart[]> {
  const { parts, problems, hint } = await renderSlices(input.catalogue, { ...input, choices });
  if (problems.length > 0) throw badInput(problems, hint);
  if (parts.reduce((sum, { names }) => sum + names.length, 0) > MANY_STANZAS) {
    // What reading and rendering took is no longer needed, and programs compress from here on.
    await input.rest();
    collectGarbage();
  }
  const left = [...new Set(parts.flatMap((part) => part.left))];
  if (left.length > 0) {
    input.progress.warn(
      `left out of the stanzas, which have texts and lists of texts alone, and each field once: ${left.map(quote).join(', ')}`,
    );
  }
  return parts;
}

/** Two stanzas of one name, version and arch in an index: apt would take either. */
function findRepeated(
  rows: readonly IndexRow[],
  parts: readonly NamedPart[],
  catalogue: Catalogue,
): readonly Problem[] {
  return rows.flatMap((row, i) => {
    const before = rows[i - 1];
    if (before?.name !== row.name || before.version !== row.version || before.arch !== row.arch) return [];
    const { listings } = catalogue.readSlice(parts[row.place.part]?.slice ?? 0);
    const [first, second] = listings.filter(
      ({ name, version, arch }) =>
        name === row.name && version === row.version && archesOf({ arch }).includes(row.arch),
    );
    return first === undefined || second === undefined ? [] : [conflictOf(second, first.place)];
  });
}

/** Warns of records that no suite has although no query keeps them out. */
function tellUnlisted(
  parts: readonly NamedPart[],
  suites: readonly Suite[],
  config: Config,
  warn: (message: string) => void,
): void {
  const specs = suites.flatMap(({ indexes }) => indexes).map((spec) => ({ ...spec, subset: undefined }));
  let count = 0;
  let example = '';
  for (const part of parts) {
    const isListed = askStanzas(part, (stanza) => specs.some((spec) => belongsTo(spec, stanza)));
    for (const [i, name] of part.names.entries()) {
      if (!isListed(i) && count++ === 0) example = `${name} ${part.versions[i]} (${part.arches[i]})`;
    }
  }
  if (count === 0) return;
  const message = `no suite has the component and arch of ${formatPlural(count, 'package')}, such as ${example}`;
  warn(formatUnusedSetting({ setting: 'apt.suites', message }, config));
}
