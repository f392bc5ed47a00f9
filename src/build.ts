/**
 * Runs a build: read, decide, publish. Knows layouts only through their rows in `layouts/layouts.ts`, never by name.
 */

import { type InputOptions, type OpenedInput, openInput } from './catalogue/open-input.ts';
import { packageTasks } from './catalogue/packages/package-tasks.ts';
import { readTasks } from './catalogue/read/read-tasks.ts';
import { CONFIG_NAME, type Config, formatUnusedSetting } from './config/config.ts';
import { type DetectedPreset, formatPreset } from './config/detect-preset.ts';
import { readConfig } from './config/read-config.ts';
import { RepomillError } from './errors.ts';
import { knownNames } from './known-names.ts';
import type { Generator, Layout } from './layouts/layout.ts';
import { DEFAULT_LAYOUT, type LayoutName, layoutNamed, layoutNames, layouts } from './layouts/layouts.ts';
import { type Progress, type Reporter, reporterOf, silent } from './model/progress.ts';
import type { Signer } from './model/signer.ts';
import { successiveViews } from './platform/files/folder-view.ts';
import { realPathOf } from './platform/files/read-files.ts';
import type { HttpOptions } from './platform/http/http-source.ts';
import { type BuildReport, reportBuild } from './publish/build-report.ts';
import { modesOf } from './publish/file-modes.ts';
import { findExceededLimits } from './publish/hosts/host-limits.ts';
import { openOutput, openPrevious } from './publish/open-tree.ts';
import { publish } from './publish/publish.ts';
import { type DamageSearch, findDamaged, withoutDamaged } from './publish/repair.ts';
import type { ReadableTree, Tree } from './publish/tree.ts';
import { isOstreeRepository } from './readers/ostree/open-repository.ts';
import { formatChoices, formatList, withArticle } from './text/word-list.ts';
import { withBuildSession } from './work/build-session.ts';

/** The most threads of a build. No machine gains from more. */
export const MAX_WORKERS = 64;

/** What to build, and where. */
export interface BuildRequest {
  /** The directory of package metadata, or an OSTree repository. */
  readonly input: string;
  /** The directory of the published tree. It may be the input, or inside it: published trees are never read as input. */
  readonly out: string;
  /** The kind of tree; by default what the configuration says, or `native`. An OSTree repository as `out` needs it to be named. */
  readonly layout?: LayoutName;
  /** The configuration file; by default `repomill.yaml` in the input, if there is one. */
  readonly config?: string;
  /** A directory or URL to take older versions from; by default `out`. It is an error if it has no tree of the layout. */
  readonly previous?: string;
  /** Allows `previous` to be empty, for the very first build. It is an error without `previous`. */
  readonly previousOptional?: boolean;
  /** How to talk to the host of `previous`. */
  readonly http?: HttpOptions;
  /**
   * Permissions of published files, such as `0o664`; a directory can be entered by everybody who can read it. By default 0644,
   * but a file that is replaced keeps its own. The umask of the process does not matter.
   */
  readonly mode?: number;
  /**
   * What the repository was called before: its clients then take this one as an update. Without it, a tree that holds a repository
   * with a different name is not continued.
   */
  readonly renameFrom?: string;
  /** Publishes an input without package records: a repository that was emptied. By default it is an error. */
  readonly allowEmpty?: boolean;
  /** Hashes every package file again, whatever the cache remembers. By default only files that have changed, by their stamps. */
  readonly rehash?: boolean;
  /**
   * Checks every published file by its digest, and writes damaged ones anew. By default a file counts as whole if it has the right
   * size.
   */
  readonly repair?: boolean;
  /** Does all the work but writes nothing. */
  readonly dryRun?: boolean;
  /** A directory to keep work in for the next build; it may be deleted at any time. By default nothing is kept. */
  readonly cache?: string;
  /** Threads for a large input, from 1 to 64; by default 1. The tree does not depend on the number. */
  readonly workers?: number;
  /** Signs the entry points. It is an error if the layout cannot hold such signatures. */
  readonly signer?: Signer;
  /** The build time, for layouts that write one. By default 1970-01-01. */
  readonly now?: Date;
  readonly progress?: Progress;
  /** Ends the build with an `interrupted` error. The tree is then either unchanged or completely updated. */
  readonly signal?: AbortSignal;
}

/**
 * Builds a published tree from a directory of package metadata.
 *
 * @returns what was written, and what a client of the previous version will fetch
 * @throws RepomillError `metadata` with every problem in the input, `usage` for a bad configuration or a request that cannot
 *   be honoured, `not-found` for a missing directory or tree, `conflict` if another build is writing or files of other programs
 *   are in the way, `format` and `integrity` if the previous tree is damaged, `transport` if a disk, a host or a
 *   thread fails, `interrupted` if the signal is aborted
 *
 * @example
 * import { build } from 'repomill';
 *
 * const report = await build({ input: 'packages', out: 'public' });
 * console.log(report.changed ? `wrote ${report.writtenBytes} bytes` : 'nothing to do');
 */
export async function build(request: BuildRequest): Promise<BuildReport> {
  checkRequest(request);
  const { input, out, signer, signal, allowEmpty } = request;
  const modes = modesOf(request.mode);
  const warnings: string[] = [];
  const progress = collectWarnings(reporterOf(request.progress), warnings);
  const views = successiveViews();
  const config = await readConfig(input, request.config, knownNames, { signal, view: views.first });
  const layout = chooseLayout(request.layout ?? config.layout, out);
  if (signer !== undefined && !layout.signatures.includes(signer.kind)) {
    throw new RepomillError(
      'usage',
      `cannot sign with ${signer.keys.join(', ')}: ${withArticle(layout.title)} does not hold such signatures`,
    );
  }
  if (request.renameFrom !== undefined && !layout.isNamed) {
    throw new RepomillError('usage', `--rename-from: ${withArticle(layout.title)} has no name that clients compare`);
  }
  if (config.detected !== undefined) progress.warn(tellPreset(config.detected));
  for (const warning of findUnreadSettings(config, layout)) progress.warn(warning);
  const isRepository = { input: isOstreeRepository(input), out: isOstreeRepository(out) };
  const output = await openOutput({ ...request, isRepository, owner: layout, owners: layouts, modes });
  try {
    const generator: Generator = await layout.load.generator();
    const settings = config.sections.get(layout.name) ?? layout.section?.defaults;
    const configured = layout.configure?.(config, settings) ?? config;
    const work = { input, settings, signer, progress, signal };
    const places = { input: await realPathOf(input), out: await realPathOf(out) };
    const packagesOf = packagesQuestion(layout, settings, places);
    const isPlaced = placedFiles(layout, places);
    const readAndGenerate = async (reporter: Reporter): Promise<Omit<BuildReport, 'warnings'>> => {
      const opened = await openInput(layout.input, {
        directory: input,
        config: configured,
        rehash: request.rehash ?? false,
        owners: layouts,
        progress: reporter,
        excludes: (path) => output.isInTree(path) || isPlaced(path),
        packagesOf,
        allowEmpty,
        signal,
        view: views.second,
      });
      const tree =
        request.repair === true ? await repaired(generator, output.tree, { progress: reporter, signal }) : output.tree;
      return generate(request, { layout, generator, settings, opened, tree, progress: reporter });
    };
    if (request.dryRun !== true) await generator.complete?.(work);
    const report = await readAndGenerate(progress);
    // What is reported is the build; the second one only takes away what has gone from the input since.
    if (request.dryRun !== true && (await generator.tidy?.(work))) await readAndGenerate(silent);
    return { ...report, warnings };
  } finally {
    await output.close();
  }
}

/** Real paths. */
interface BuildPlaces {
  readonly input: string;
  readonly out: string;
}

/** How the layout says where package files are. Where the input is the output, they are where they belong. */
function packagesQuestion(layout: Layout, settings: unknown, places: BuildPlaces): InputOptions['packagesOf'] {
  if (layout.packagesOf === undefined) return undefined;
  return (question) => {
    const rule = layout.packagesOf?.(question, settings);
    return rule !== undefined && places.input === places.out ? { ...rule, publish: 'none' } : rule;
  };
}

/** Whether a file, given by its real path, is one of the packages that earlier builds put into the output. */
function placedFiles({ packagesDirectory }: Layout, { input, out }: BuildPlaces): (realPath: string) => boolean {
  if (packagesDirectory === undefined || input === out) return () => false;
  return (realPath) => realPath.startsWith(`${out}/${packagesDirectory}/`);
}

/** The layout with a name, or the default one. In an OSTree repository it is hardly what is meant. */
function chooseLayout(name: string | undefined, out: string): Layout {
  if (name !== undefined || !isOstreeRepository(out)) return layoutNamed(name ?? DEFAULT_LAYOUT);
  throw new RepomillError('usage', 'is an OSTree repository: expected a layout', {
    path: out,
    hint: `add --layout, or \`layout:\` in the configuration: ${formatChoices(layoutNames)}`,
  });
}

/** A tree without its damaged files. */
async function repaired({ checkTree }: Generator, tree: Tree, search: DamageSearch): Promise<Tree> {
  return withoutDamaged(tree, await findDamaged(tree, await checkTree(tree), search));
}

/** A reporter that also adds every warning to a list. */
function collectWarnings(reporter: Reporter, warnings: string[]): Reporter {
  return {
    ...reporter,
    warn(message) {
      warnings.push(message);
      reporter.warn(message);
    },
  };
}

/** Refuses requests that no build can honour. An empty path would mean the current directory. */
function checkRequest(request: BuildRequest): void {
  const { input, out, config, cache, previous, previousOptional, renameFrom, workers, now } = request;
  for (const [name, place] of Object.entries({ input, out, config, cache, previous, renameFrom })) {
    if (place === '')
      throw new RepomillError('usage', `${name}: expected a ${name === 'renameFrom' ? 'name' : 'path'}, found nothing`);
  }
  if (previousOptional === true && previous === undefined) {
    throw new RepomillError('usage', 'previousOptional: expected previous, found nothing');
  }
  if (workers !== undefined && !(Number.isSafeInteger(workers) && workers >= 1 && workers <= MAX_WORKERS)) {
    throw new RepomillError('usage', `workers: expected a whole number from 1 to ${MAX_WORKERS}, found ${workers}`);
  }
  if (now !== undefined && Number.isNaN(now.getTime())) {
    throw new RepomillError('usage', 'now: expected a time, found an invalid date');
  }
}

function tellPreset(detected: DetectedPreset): string {
  const { preset, file } = detected;
  return `no ${CONFIG_NAME}: read with the preset ${preset}, because of ${file}; to choose, write \`${formatPreset(detected)}\` there`;
}

/** Warnings about the keys that the configuration sets and that only other layouts read. */
function findUnreadSettings(config: Config, layout: Layout): readonly string[] {
  const settings = [...(config.file?.lines.keys() ?? [])];
  return settings.flatMap((setting) => {
    const readBy = layouts.filter((candidate) => reads(candidate, setting));
    // Keys that no layout reads by itself are `name`, which every file has to have, and parts of other keys.
    if (readBy.length === 0 || readBy.some(({ name }) => name === layout.name)) return [];
    const others = `${formatList(readBy.map(({ name }) => name))} ${readBy.length === 1 ? 'does' : 'do'}`;
    const message = `--layout ${layout.name} does not read it, only --layout ${others}`;
    return [formatUnusedSetting({ setting, message }, config)];
  });
}

function reads({ name, section, configKeys }: Layout, setting: string): boolean {
  return configKeys.some((key) => key === setting) || (section !== undefined && name === setting);
}

interface Stage {
  readonly layout: Layout;
  readonly generator: Generator;
  /** Its section of the configuration. */
  readonly settings: unknown;
  readonly opened: OpenedInput;
  readonly tree: Tree;
  readonly progress: Reporter;
}

async function generate(
  request: BuildRequest,
  { layout, generator, settings, opened, tree, progress }: Stage,
): Promise<Omit<BuildReport, 'warnings'>> {
  const { cache, signal, signer, previous: location, previousOptional: isOptional = false, http } = request;
  const { config } = opened;
  const previous = await openPrevious({ location, isOptional, http, owner: layout, signal, warn: progress.warn }, tree);
  await checkPackagesApart(opened, request.out);
  const hashesPackages = opened.packages !== undefined && !opened.packages.areRead;
  const threads = opened.isSmall && !hashesPackages ? 1 : (request.workers ?? 1);
  const isLarge = !opened.isSmall;
  const worker = { module: new URL('./worker.js', import.meta.url), data: { layout: layout.name } };
  const definitions = { ...readTasks, ...packageTasks, ...generator.tasks };
  return withBuildSession(
    { definitions, config, cache, threads, isLarge, worker, progress, signal },
    async (session) => {
      const read = await opened.read(session);
      const { plan, report } = await generator.plan({
        input: read.input,
        settings,
        config,
        session,
        previous,
        output: tree,
        signer,
        renameFrom: request.renameFrom,
        now: BigInt(Math.floor((request.now?.getTime() ?? 0) / 1000)),
      });
      const reachedByOthers = await reachedByAllBut(layout, tree);
      const published = await publish(plan, tree, { progress, reachedByOthers, signal });
      for (const warning of findExceededLimits(published.files, layout.remedies)) progress.warn(warning);
      read.packages?.remember(published.packages.linked);
      return reportBuild(report(published), published, read);
    },
  );
}

/** Refuses to publish files where they are already. */
async function checkPackagesApart({ packages }: OpenedInput, out: string): Promise<void> {
  if (packages === undefined || packages.publish === 'none' || packages.directory !== (await realPathOf(out))) return;
  throw new RepomillError('usage', `packages.root is the output, so publish: ${packages.publish} has nothing to do`, {
    path: out,
    hint: 'set `publish: none`: repomill then checks the files where they are',
  });
}

/** Paths reachable from the entry points of all other layouts. These may share the tree, and their files are not pruned. */
async function reachedByAllBut(layout: Layout, tree: ReadableTree): Promise<ReadonlySet<string>> {
  const others = layouts.filter(({ name }) => name !== layout.name);
  const reached = await Promise.all(others.map(async ({ load }) => (await load.reached())(tree)));
  return new Set(reached.flatMap((paths) => [...paths]));
}
