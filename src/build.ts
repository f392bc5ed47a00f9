/**
 * The conductor: list, read, plan, publish. The first file to open; each stage is one function in a file of its name.
 */
import { compileSubsets } from './config/compile-subsets.ts';
import { readConfig } from './config/read-config.ts';
import { planNative } from './layouts/native/native-layout.ts';
import { archesOfRepository } from './model/partition.ts';
import { type Progress, silent } from './model/progress.ts';
import { type BuildReport, reportBuild } from './publish/build-report.ts';
import { openOutput, openPrevious } from './publish/open-tree.ts';
import { publish } from './publish/publish.ts';
import { listInputs, readInputs } from './readers/read-inputs.ts';
import { readerNames } from './readers/readers.ts';
import { inWorkshop } from './workshop.ts';

/** What to build, and where. */
export interface BuildRequest {
  /** The directory of package metadata. */
  readonly input: string;
  /** The directory of the published tree. */
  readonly out: string;
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
  readonly progress?: Progress;
}

/** Bytes of input. What a smaller one takes is less than what a second thread takes to start. */
const SMALL_INPUT = 12_000_000;

/**
 * Builds a published tree from a directory of package metadata.
 *
 * @returns what was written, and what a client one version behind will fetch
 * @throws RepomillError `metadata` with every problem of the input, `usage` for the configuration, `conflict` where
 *   another build is writing or a directory is not ours, `format` and `integrity` for a tree that cannot be continued,
 *   `transport` where a disk or a thread fails
 */
export async function build(request: BuildRequest): Promise<BuildReport> {
  const { progress = silent, cache, workers = 1 } = request;
  const config = await readConfig(request.input, request.config, readerNames);
  const output = await openOutput(request);
  try {
    const inputs = await listInputs(request.input, config);
    const threads = inputs.size < SMALL_INPUT ? 1 : workers;
    return await inWorkshop({ config, cache, threads, progress }, async (workshop) => {
      const read = await readInputs(inputs, { ...workshop, config, progress });
      const { catalogue } = read;
      const arches = archesOfRepository(catalogue.arches, config.arches);
      const previous = openPrevious(request.previous, output.tree);
      const plan = await planNative(
        { ...workshop, catalogue, arches, previous, progress },
        { ...config, subsets: compileSubsets(config.subsets) },
      );
      return reportBuild(plan, await publish(plan, output.tree, progress), read);
    });
  } finally {
    await output.close();
  }
}
