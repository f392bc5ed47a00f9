/**
 * The last line of a build: what the tree has, what was written, and what a client fetches.
 */
import { layoutNamed } from '../layouts/layouts.ts';
import type { BuildReport } from '../publish/build-report.ts';
import { formatBytes, formatPlural } from '../text/quantity.ts';

/** The last line: packages, summaries, bytes written, and what a client of the previous version will fetch. */
export async function formatReport(report: BuildReport, dryRun: boolean): Promise<string> {
  const words = await layoutNamed(report.layout).load.words();
  const content = `${words.content(report)}${packageContent(report)}`;
  const state = words.built(report);
  if (!report.changed) return `${state}: no change, nothing written; ${content}`;
  const wrote = dryRun ? 'would write' : 'wrote';
  const metadata = `${wrote} ${formatBytes(report.writtenBytes)} in ${formatPlural(report.written.length, 'file')}`;
  const written = [metadata, ...packageChanges(report, dryRun)].join('; ');
  const update =
    report.updateBytes === undefined
      ? `a new client fetches at most ${formatBytes(report.firstBytes)}`
      : `a client one version behind fetches at most ${formatBytes(report.updateBytes)}`;
  return `${state}: ${content}; ${written}; ${update}`;
}

/** How many package files there are, if the build looked at them. */
function packageContent({ packageFiles }: BuildReport): string {
  if (packageFiles === undefined) return '';
  return `, ${formatPlural(packageFiles.files, 'package file')} of ${formatBytes(packageFiles.size)}`;
}

/** What happened to package files: `copied 1 package file of 5 B`. */
function packageChanges({ packageFiles }: BuildReport, dryRun: boolean): readonly string[] {
  const { copied = [], linked = [], removed = [] } = packageFiles ?? {};
  const verb = (past: string, present: string): string => (dryRun ? `would ${present}` : past);
  const placed = (verbs: string, files: typeof copied): readonly string[] => {
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    return files.length === 0
      ? []
      : [`${verbs} ${formatPlural(files.length, 'package file')} of ${formatBytes(bytes)}`];
  };
  return [
    ...placed(verb('copied', 'copy'), copied),
    ...placed(verb('linked', 'link'), linked),
    ...(removed.length === 0 ? [] : [`${verb('removed', 'remove')} ${formatPlural(removed.length, 'package file')}`]),
  ];
}
