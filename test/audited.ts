/** What `verify` found, in one piece: most trees of the tests have one layout. */
import type { Finding } from '../src/audit/findings.ts';
import type { VerifyReport } from '../src/verify.ts';

/** Everything that is wrong, of all layouts and of the host. */
export function allFindings({ layouts, host }: VerifyReport): readonly Finding[] {
  return [...layouts.flatMap(({ findings }) => findings), ...(host?.findings ?? [])];
}

/** The report on the only layout of a tree: its counts and its state as members. */
export type Audited = {
  readonly layout: string;
  readonly findings: readonly Finding[];
  readonly remarks: readonly Finding[];
  readonly foreign: readonly string[];
} & Readonly<Record<string, unknown>>;

/** Takes the report on a tree with one layout. */
export function onlyLayout(report: VerifyReport): Audited {
  const [one, ...others] = report.layouts;
  if (one === undefined || others.length > 0) throw new TypeError('expected one layout');
  const { layout, remarks, counts, state } = one;
  return { layout, remarks, ...counts, ...state, findings: allFindings(report), foreign: report.foreign };
}
