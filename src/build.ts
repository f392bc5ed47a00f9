/**
 * The conductor: list, read, plan, publish. The first file to open; each stage is one function in a file of its name.
 */

import { listInputs } from './catalogue/read/list-inputs.ts';
import { readInputs } from './catalogue/read/read-inputs.ts';
import { compileSubsets } from './config/compile-subsets.ts';
import type { Config } from './config/config.ts';
import { readConfig } from './config/read-config.ts';
import { RepomillError } from './errors.ts';
import { historyLength } from './layouts/flatpak/format/repository-metadata.ts';
import { planFlatpak } from './layouts/flatpak/generate/plan-flatpak.ts';
import { reportFlatpakTree } from './layouts/flatpak/generate/report-tree.ts';
import { planNative } from './layouts/native/generate/plan-native.ts';
import { DEFAULT_HISTORY } from './model/limits.ts';
import { archesOfRepository } from './model/partition.ts';
import { type Progress, type Reporter, reporterOf } from './model/progress.ts';
import type { Signer } from './model/signer.ts';
import { reachedByOthers } from './other-layouts.ts';
import { isDirectory } from './platform/files/read-files.ts';
import { type BuildReport, type LayoutName, reportBuild } from './publish/build-report.ts';
import { openOutput, openPrevious } from './publish/open-tree.ts';
import { publish } from './publish/publish.ts';
import type { Tree } from './publish/tree.ts';
import { listRefs } from './readers/ostree/list-refs.ts';
import { isOstreeRepository, type OpenRepository, openRepository } from './readers/ostree/open-repository.ts';
import { readerNames } from './readers/readers.ts';
import { withBuildSession } from './work/build-session.ts';

/** What to build, and where. */
export interface BuildRequest {
  /** The directory of package metadata, or an OSTree repository. */
  readonly input: string;
  /** The directory of the published tree. */
  readonly out: string;
  /** The kind of tree: `native`, unless told. */
  readonly layout?: LayoutName;
  /** The configuration file; without it `repomill.yaml` in the input, or the defaults. */
  readonly config?: string;
  /** Where older versions come from, a directory or a URL; without it, `out`. */
  readonly previous?: string;
  /** Do all of the work and write nothing. */
  readonly dryRun?: boolean;
  /** A directory that keeps what the next build need not do again; it may be deleted at any time. Without it: none. */
  readonly cache?: string;
  /** Threads that do the work of a large input; one, unless told. The tree is the same for any number. */
  readonly workers?: number;
  /** Of the flatpak layout: who signs the index. */
  readonly signer?: Signer;
  /** Of the flatpak layout: seconds since 1970, needed where the tree shall be exactly what flatpak writes. */
  readonly now?: number;
  readonly progress?: Progress;
}

/** Bytes of input. What a smaller one takes is less than what a second thread takes to start. */
const SMALL_INPUT = 12_000_000;

/** The same, for refs of an OSTree repository. */
const FEW_REFS = 50_000;

/**
 * Builds a published tree from a directory of package metadata.
 *
 * @returns what was written, and what a client one version behind will fetch
 * @throws RepomillError `metadata` with every problem of the input, `usage` for the configuration, `conflict` where
 *   another build is writing or a directory is not ours, `format` and `integrity` for a tree that cannot be continued,
 *   `transport` where a disk or a thread fails
 */
export async function build(request: BuildRequest): Promise<BuildReport> {
  const { input, out, layout = 'native' } = request;
  const progress = reporterOf(request.progress);
  const config = await readConfig(input, request.config, readerNames);
  const output = await openOutput({ ...request, isRepository: isOstreeRepository(out) });
  try {
    const repository = isOstreeRepository(input) ? openRepository(input, progress) : undefined;
    const { tree } = output;
    if (layout === 'native') return await buildNative(request, { config, repository, tree, progress });
    if (repository !== undefined) return await buildFlatpak(request, { config, repository, tree, progress });
    if (!(await isDirectory(input))) throw new RepomillError('not-found', `${input}: no such directory`);
    throw new RepomillError('usage', `${input}: expected an OSTree repository, with config, objects/ and refs/`);
  } finally {
    await output.close();
  }
}

/** What every layout is built from. */
interface Stage<Repository> {
  readonly config: Config;
  readonly repository: Repository;
  readonly tree: Tree;
  readonly progress: Reporter;
}

async function buildNative(request: BuildRequest, stage: Stage<OpenRepository | undefined>): Promise<BuildReport> {
  const { repository, tree, progress } = stage;
  const refs = repository && listRefs(repository);
  const inputs = refs ?? (await listInputs(request.input, stage.config));
  const config = withSubsets(stage.config, refs?.subsets ?? []);
  const threads = inputs.size < SMALL_INPUT ? 1 : (request.workers ?? 1);
  return withBuildSession({ config, cache: request.cache, threads, progress }, async (session) => {
    const read = await readInputs(inputs, { ...session, config, configFile: request.config, progress });
    const { catalogue } = read;
    const arches = archesOfRepository(catalogue.arches, config.arches);
    const previous = openPrevious(request.previous, tree);
    const plan = await planNative(
      { ...session, catalogue, arches, previous, progress },
      { ...config, history: config.history ?? DEFAULT_HISTORY, subsets: compileSubsets(config.subsets) },
    );
    const { version, summaries } = plan.signed;
    const published = await publish(plan, tree, progress, await reachedByOthers('native', tree));
    return reportBuild({ layout: 'native', version, packages: plan.packages, summaries }, published, read);
  });
}

async function buildFlatpak(request: BuildRequest, stage: Stage<OpenRepository>): Promise<BuildReport> {
  const { config, repository, tree, progress } = stage;
  const { signer, now = 0, cache, out } = request;
  if (!isOstreeRepository(out))
    progress.warn(`${out}: has no objects and refs; clients need those of the repository there`);
  const history = config.history ?? historyLength(repository.config, config.flatpak.exact) ?? DEFAULT_HISTORY;
  const threads = repository.refs.length < FEW_REFS ? 1 : (request.workers ?? 1);
  return withBuildSession({ config, cache, threads, progress }, async (session) => {
    const previous = openPrevious(request.previous, tree);
    const plan = await planFlatpak(
      { ...session, repository, previous, output: tree, signer, now: BigInt(now), progress },
      { ...config.flatpak, history },
    );
    const published = await publish(plan, tree, progress, await reachedByOthers('flatpak', tree));
    return reportBuild(reportFlatpakTree(plan, published), published, { files: plan.refs, skipped: [] });
  });
}

// Refs carry the names of their subsets.
function withSubsets(config: Config, names: readonly string[]): Config {
  return config.subsets.length > 0 ? config : { ...config, subsets: names.map((name) => ({ name })) };
}
