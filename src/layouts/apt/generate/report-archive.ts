/** The figures of a published archive. */

import type { TreeReport } from '../../../publish/build-report.ts';
import type { PublishReport } from '../../../publish/publish.ts';
import { suiteDirectory } from '../format/paths.ts';
import type { AptPlan } from './plan-apt.ts';
import type { PlannedIndex } from './plan-suite.ts';

/** Reports on an archive. The index that a client fetches is what apt prefers: the one of xz, if there is one. */
export function reportArchive(plan: AptPlan, { sizeOf }: PublishReport): TreeReport {
  const summaries = plan.indexes.flatMap((index) => summaryOf(index) ?? []);
  const entryPoints = plan.suites.flatMap((suite) => {
    const directory = suiteDirectory(suite);
    return [sizeOf(`${directory}/InRelease`) || sizeOf(`${directory}/Release`)];
  });
  return {
    layout: 'apt',
    state: { date: plan.date, suites: plan.suites.join(' ') },
    indexSize: Math.max(0, ...entryPoints),
    packages: plan.stanzas,
    names: plan.names,
    summaries,
  };
}

function summaryOf({ spec, files, packages, history }: PlannedIndex): TreeReport['summaries'][number] | undefined {
  const plain = files.get('');
  if (plain === undefined) return undefined;
  const stored = files.get('.xz') ?? files.get('.gz') ?? plain;
  return {
    arch: spec.arch,
    subset: `${spec.suite}/${spec.component}`,
    ...{ sha256: plain.sha256, size: plain.size, storedSize: stored.size, packages },
    // Newest first, as in all reports.
    history: history.toReversed().map(({ from, download }) => ({ sha256: from.sha256, deltaSize: download.size })),
  };
}
