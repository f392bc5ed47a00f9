/**
 * The conductor: read, partition, plan, publish. The first file to open; each stage is one function in a file of its name.
 */
import { compileSubsets } from './config/compile-subsets.ts';
import { readConfig } from './config/read-config.ts';
import { parsePathRule } from './format/path-rule.ts';
import { planNative } from './layouts/native/native-layout.ts';
import { partition } from './model/partition.ts';
import { type Progress, silent } from './model/progress.ts';
import { loadBsdiff } from './platform/bsdiff.ts';
import { type BuildReport, reportBuild } from './publish/build-report.ts';
import { openOutput, openPrevious } from './publish/open-tree.ts';
import { publish } from './publish/publish.ts';
import { readRecords } from './readers/read-records.ts';
import { readerNames } from './readers/readers.ts';

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
  readonly progress?: Progress;
}

/**
 * Builds a published tree from a directory of package metadata.
 *
 * @returns what was written, and what a client one version behind will fetch
 * @throws RepomillError `metadata` with every problem of the input, `usage` for the configuration, `conflict` where
 *   another build is writing or the directory is not ours, `format` and `integrity` for a tree that cannot be continued
 */
export async function build(request: BuildRequest): Promise<BuildReport> {
  const progress = request.progress ?? silent;
  const config = await readConfig(request.input, request.config, readerNames);
  const output = await openOutput(request);
  try {
    const read = await readRecords(request.input, config, progress);
    const subsets = compileSubsets(config.subsets);
    const contents = partition(read.records.sorted(), { arches: config.arches, subsets });
    const plan = await planNative(
      { contents, previous: openPrevious(request.previous, output.tree), progress },
      {
        ...config,
        subsets,
        pathRules: config.paths.map((template) => parsePathRule(template)),
        deltaMaker: await loadBsdiff(),
      },
    );
    return reportBuild(plan, await publish(plan, output.tree, progress), read);
  } finally {
    await output.close();
  }
}
