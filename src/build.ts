/**
 * The conductor of a build: read, decide, publish. It knows a layout by the members of its row in `layouts/layouts.ts`, and
 * none by name.
 */
import { type OpenedInput, openInput } from './catalogue/open-input.ts';
import { readTasks } from './catalogue/read/read-tasks.ts';
import { readConfig } from './config/read-config.ts';
import { RepomillError } from './errors.ts';
import type { Generator, Layout } from './layouts/layout.ts';
import { configSections, DEFAULT_LAYOUT, type LayoutName, layoutNamed, layouts } from './layouts/layouts.ts';
import { type Progress, type Reporter, reporterOf } from './model/progress.ts';
import type { Signer } from './model/signer.ts';
import { type BuildReport, reportBuild } from './publish/build-report.ts';
import { openOutput, openPrevious } from './publish/open-tree.ts';
import { publish } from './publish/publish.ts';
import type { ReadableTree, Tree } from './publish/tree.ts';
import { isOstreeRepository } from './readers/ostree/open-repository.ts';
import { readerNames } from './readers/readers.ts';
import { withBuildSession } from './work/build-session.ts';

/** What to build, and where. */
export interface BuildRequest {
  /** The directory of package metadata, or an OSTree repository. */
  readonly input: string;
  /** The directory of the published tree. */
  readonly out: string;
  /** The kind of tree; by default `native`. */
  readonly layout?: LayoutName;
  /** The configuration file; by default `repomill.yaml` in the input, if there is one. */
  readonly config?: string;
  /** Where older versions come from: a directory or a URL; by default `out`. It is an error if no tree of the layout is there. */
  readonly previous?: string;
  /** `previous` may be empty: for the very first build. */
  readonly previousOptional?: boolean;
  /** Do all of the work and write nothing. */
  readonly dryRun?: boolean;
  /** A directory that keeps what the next build need not do again; it may be deleted at any time. By default nothing is kept. */
  readonly cache?: string;
  /** Threads for a large input; by default 1. The tree is the same for any number. */
  readonly workers?: number;
  /** Signs the entry points. A layout that cannot hold its signatures refuses it. */
  readonly signer?: Signer;
  /** The time that a layout writes as the time of the build, if it writes one. By default 1970. */
  readonly now?: Date;
  readonly progress?: Progress;
  /** Ends the build with an `interrupted` error. The tree stays as it was, or is brought to its new state. */
  readonly signal?: AbortSignal;
}

/**
 * Builds a published tree from a directory of package metadata.
 *
 * @returns what was written, and what a client of the previous version will fetch
 * @throws RepomillError `metadata` with every problem of the input, `usage` for the configuration and for a request that
 *   cannot be honoured, `not-found` for a place that is missing, `conflict` if a different build is writing or a directory is
 *   not ours, `format` and `integrity` for a tree that cannot be continued, `transport` if a disk, a host or a thread fails,
 *   `interrupted` if the signal is aborted
 *
 * @example
 * import { build } from 'repomill';
 *
 * const report = await build({ input: 'packages', out: 'public' });
 * console.log(report.changed ? `wrote ${report.writtenBytes} bytes` : 'nothing to do');
 */
export async function build(request: BuildRequest): Promise<BuildReport> {
  const { input, out, signer } = request;
  const layout = layoutNamed(request.layout ?? DEFAULT_LAYOUT);
  const progress = reporterOf(request.progress);
  if (signer !== undefined && !layout.signatures.includes(signer.kind)) {
    throw new RepomillError(
      'usage',
      `a ${layout.title} cannot hold signatures: ${signer.keys.join(', ')} cannot sign it`,
    );
  }
  const config = await readConfig(input, request.config, { readers: readerNames, sections: configSections });
  const output = await openOutput({ ...request, isInput: isOstreeRepository(out), owners: layouts });
  try {
    const opened = await openInput(layout.input, {
      directory: input,
      config,
      configFile: request.config,
      progress,
      signal: request.signal,
    });
    return await generate(request, { layout, opened, tree: output.tree, progress });
  } finally {
    await output.close();
  }
}

interface Stage {
  readonly layout: Layout;
  readonly opened: OpenedInput;
  readonly tree: Tree;
  readonly progress: Reporter;
}

async function generate(request: BuildRequest, { layout, opened, tree, progress }: Stage): Promise<BuildReport> {
  const { cache, signal, signer, previous: location, previousOptional: isOptional = false } = request;
  const { config } = opened;
  const generator: Generator = await layout.load.generator();
  const previous = await openPrevious({ location, isOptional, owner: layout, signal }, tree);
  const threads = opened.isSmall ? 1 : (request.workers ?? 1);
  const worker = { module: new URL('./worker.js', import.meta.url), data: { layout: layout.name } };
  const definitions = { ...readTasks, ...generator.tasks };
  return withBuildSession({ definitions, config, cache, threads, worker, progress, signal }, async (session) => {
    const read = await opened.read(session);
    const { plan, report } = await generator.plan({
      input: read.input,
      settings: config.sections.get(layout.name) ?? layout.section?.defaults,
      config,
      session,
      previous,
      output: tree,
      signer,
      now: BigInt(Math.floor((request.now?.getTime() ?? 0) / 1000)),
    });
    const reachedByOthers = await reachedByAllBut(layout, tree);
    const published = await publish(plan, tree, { progress, reachedByOthers, signal });
    return reportBuild(report(published), published, read);
  });
}

/** Paths that the entry points of all other layouts reach: they may be in the same tree, and their files are not pruned. */
async function reachedByAllBut(layout: Layout, tree: ReadableTree): Promise<ReadonlySet<string>> {
  const others = layouts.filter(({ name }) => name !== layout.name);
  const reached = await Promise.all(others.map(async ({ load }) => (await load.reached())(tree)));
  return new Set(reached.flatMap((paths) => [...paths]));
}
