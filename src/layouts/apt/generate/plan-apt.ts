/**
 * Decides what an apt archive holds: suites with their indexes, patches and Release files; the files of packages; and what stays
 * for clients that have an older Release file. `publish/` makes it so.
 */
import type { RecordInput } from '../../../catalogue/open-input.ts';
import { type Config, formatUnusedSetting } from '../../../config/config.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import { compareText } from '../../../model/order.ts';
import type { Signer } from '../../../model/signer.ts';
import type { PreviousTree, Tree } from '../../../publish/tree.ts';
import { mutableFile, type TreePlan } from '../../../publish/tree-plan.ts';
import type { OpenAptTree } from '../../../readers/apt/open-apt-tree.ts';
import type { BuildSession } from '../../../work/build-session.ts';
import { findKeyFaults } from '../format/key-policy.ts';
import { DISTS, distsPathKind, STATE_PATH } from '../format/paths.ts';
import { encodeState } from '../format/state-file.ts';
import type { AptSettings } from '../settings.ts';
import { findBreaks } from './find-breaks.ts';
import type { PieceTasks } from './index-piece.ts';
import type { ContentsTasks } from './plan-contents.ts';
import { planIndexes, type RecordFacts } from './plan-indexes.ts';
import { type MovedFiles, movedFiles, planPool } from './plan-pool.ts';
import { type PlannedIndex, type PlannedSuite, planSuite } from './plan-suite.ts';
import { listedByRelease, type PublishedArchive, reachedByRelease, readPublishedArchive } from './published.ts';
import type { RenderTasks } from './render-part.ts';
import { retainFiles } from './retain-files.ts';
import type { KnownSuite } from './suites.ts';

/** What the apt layout hands to threads. */
export interface AptTasks extends RenderTasks, PieceTasks, ContentsTasks {}

/** What an archive is planned from. */
export interface AptInput extends RecordInput, BuildSession<AptTasks> {
  readonly previous: PreviousTree;
  readonly output: Tree;
  readonly signer: Signer | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

/** A plan, and what it says of itself. */
export interface AptPlan extends TreePlan {
  /** Of the newest Release file, in seconds since 1970. */
  readonly date: number;
  readonly suites: readonly string[];
  readonly indexes: readonly PlannedIndex[];
  /** Number of stanzas, each once, and of different names. */
  readonly stanzas: number;
  readonly names: number;
}

/** Plans an archive. Throws a metadata error with all records that it cannot have. */
export async function planApt(input: AptInput, settings: AptSettings, config: Config): Promise<AptPlan> {
  const { previous, output, packages, now, signal } = input;
  const { keep } = settings;
  const published = await readPublishedArchive(previous);
  if (published === undefined) await refuseForeign(output);
  const isSigned = [...(published?.suites.values() ?? [])].some(({ bytes }) => bytes.inRelease !== undefined);
  for (const warning of findSigningFaults(input.signer, isSigned)) input.progress.warn(warning);
  const isPooled = packages !== undefined && packages.publish !== 'none';
  const hasFiles = settings.contents && packages !== undefined;
  if (settings.contents && packages === undefined) {
    const message = 'the packages are not in the input, so nothing lists their files';
    input.progress.warn(formatUnusedSetting({ setting: 'apt.contents', message }, config));
  }
  const known = input.aptTree?.suites ?? suitesOfEmptied(input, published);
  const indexes = await planIndexes(input, settings, config, { isPooled, hasFiles }, known);
  const moved = groupMoves(indexes.moved);
  const contents = hasFiles
    ? {
        parts: await indexes.parts(),
        files: new Map(movedFiles(packages.files, moved).map((file) => [file.path, file])),
      }
    : undefined;
  // A publication is never older than the one before: clients silently ignore a Release file whose date has not grown.
  const before = published?.state.date ?? -1;
  const date = Math.max(now, before + 1, dateOf(input.aptTree) + 1);
  const suites: PlannedSuite[] = [];
  for (const suite of indexes.suites) {
    const own = { suite, published: published?.suites.get(suite.name), isSigned, name: config.name };
    suites.push(await planSuite({ ...input, ...own, settings, contents, date }));
  }
  const planned = new Map(suites.map(({ name, release }) => [name, release.release]));
  for (const warning of findBreaks(published?.suites ?? new Map(), planned)) input.progress.warn(warning);
  // What goes from a tree whose Release files stay goes because its time is over.
  const clock = Math.max(now, before);
  const pool = await planPool({ ...input, moved, keep, state: published?.state, now: clock });
  const { plan: packagesPlan, entry: packageFiles } = pool.at(clock);
  const files = suites.flatMap((suite) => suite.files);
  // An index may be listed, and served in a different compression alone.
  const listed = new Set(
    suites.flatMap(({ name, release }) => listedByRelease(name, release.release)).map(({ path }) => path),
  );
  const replaced = [
    ...[...(published?.suites.values() ?? [])].flatMap(reachedByRelease),
    ...suites.flatMap(({ publishedPatches }) => publishedPatches),
  ];
  const { retained, files: brought } = await retainFiles({
    needed: new Set(files.map(({ path }) => path)),
    before: published?.state.retained ?? [],
    replaced: replaced.filter(({ path }) => !listed.has(path)),
    ...{ previous, output, now: clock, keep, signal },
  });
  const newest = suites.some(({ release }) => release.isNew) ? date : before;
  const names = indexes.suites.map(({ name }) => name).sort(compareText);
  const state = { date: newest, name: config.name, suites: names, retained, ...defined({ packageFiles }) };
  const keepsClientFiles = suites.some(({ release }) => release.clientFiles === undefined);
  const isRetained = new Set(retained.map(({ path }) => path));
  return {
    ...defined({ packages: packagesPlan }),
    ...{ date: newest, suites: names, indexes: suites.flatMap((suite) => suite.indexes) },
    ...{ stanzas: indexes.packages, names: indexes.names },
    files: [...files, ...brought],
    mutable: [
      ...suites.flatMap(({ mutable }) => mutable),
      mutableFile(STATE_PATH, encodeState(state)),
      ...suites.flatMap(({ release }) => release.entryPoints),
    ],
    directories: [DISTS],
    owns(path) {
      const kind = distsPathKind(path);
      return kind !== undefined && !isRetained.has(path) && !(kind === 'client file' && keepsClientFiles);
    },
  };
}

/**
 * Refuses to take over an archive without a state: it is of a different program, or its own date and what its clients need are
 * unknown. An interrupted build leaves none: the state is written before the first Release file.
 */
async function refuseForeign(output: Tree): Promise<void> {
  const files = await output.list([DISTS]);
  const paths = files.map(({ path }) => path).filter((path) => distsPathKind(path) === 'entry point');
  const [path] = paths.sort(compareText);
  if (path === undefined) return;
  throw new RepomillError('conflict', `is in the way: not written by repomill, or ${STATE_PATH} is lost`, {
    path: `${output.location}/${path}`,
    hint: `move ${DISTS} away, or restore ${STATE_PATH}, or pass the live site to --previous`,
  });
}

/** The published suites, if nothing is left in them: each stays, with indexes of nothing, or its clients would miss it. */
function suitesOfEmptied(
  { catalogue }: AptInput,
  published: PublishedArchive | undefined,
): readonly KnownSuite[] | undefined {
  if (published === undefined || catalogue.arches.size > 0) return undefined;
  return [...published.suites.values()].map(({ name, release }) => ({ name, facts: release }));
}

/** When the archive was published that the records are from, in seconds since 1970: its clients may become ours. */
function dateOf(tree: OpenAptTree | undefined): number {
  return Math.max(-1, ...(tree?.suites ?? []).map(({ facts }) => Number(facts.date ?? -1)));
}

/** What clients will not like about signatures. */
function findSigningFaults(signer: Signer | undefined, isSigned: boolean): readonly string[] {
  if (signer !== undefined) return signer.publicKeys.flatMap(findKeyFaults);
  return isSigned ? [] : ['not signed: apt takes it only from sources with [trusted=yes]; sign it with --sign KEY'];
}

function groupMoves(moves: RecordFacts['moved']): MovedFiles {
  const moved = new Map<string, string[]>();
  for (const [from, to] of moves) {
    const known = moved.get(from);
    if (known === undefined) moved.set(from, [to]);
    else if (!known.includes(to)) known.push(to);
  }
  return moved;
}
