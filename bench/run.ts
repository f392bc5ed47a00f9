/**
 * `npm run bench`: runs the cases that were asked for and prints what came out. Ends with 1 where a contestant failed; one that
 * is not installed is no failure.
 */
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bench, openBench } from './bench.ts';
import { CASES } from './cases/cases.ts';
import type { Case, Weight } from './contest.ts';
import { chooseMeter } from './meter.ts';
import { HELP, type Options, parseOptions } from './options.ts';
import { type Outcome, type RaceSettings, race } from './race.ts';
import { formatBytes, formatContest, formatWeights, yardstickOf } from './table.ts';

// This file runs from bench/dist/bench/, beside what the generators take from src/.
const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));

/** What the JSON document says of a case. */
interface CaseReport {
  readonly name: string;
  readonly title: string;
  /** The contestant that ratios are to. */
  readonly against?: string;
  readonly contestants?: readonly Outcome[];
  readonly weights?: readonly Weight[];
  /** Why there is nothing: its data could not be made. */
  readonly failed?: string;
}

async function main(words: readonly string[]): Promise<number> {
  const options = parseOptions(words);
  const chosen = CASES.filter(
    ({ name }) => options.only.length === 0 || options.only.some((one) => name.startsWith(one)),
  );
  if (chosen.length === 0)
    throw new Error(`--only: expected the beginning of a name of --list, found ${options.only.join(', ')}`);
  if (options.help) console.log(HELP);
  else if (options.list) console.log(chosen.map(({ name, title }) => `${name.padEnd(24)}${title}`).join('\n'));
  else return runAll(chosen, options);
  return 0;
}

async function runAll(cases: readonly Case[], options: Options): Promise<number> {
  const { quick, runs, json, debian, data = join(CHECKOUT, 'bench', 'data') } = options;
  const bench = openBench({ quick, data, checkout: CHECKOUT, ...(debian === undefined ? {} : { debian }) });
  const { directory } = bench.workshop;
  const meter = chooseMeter(join(directory, 'meter'));
  const settings = { bench, runs, meter, home: join(directory, 'home'), onProgress };
  const machine = describeMachine(meter.name, bench);
  const print = (lines: readonly string[]): void => {
    if (!json) console.log(`${lines.join('\n')}\n`);
  };
  print(Object.entries(machine).map(([key, value]) => `- ${key}: ${value}`));
  const reports: CaseReport[] = [];
  for (const one of cases) {
    const { lines, report } = await runCase(one, settings);
    onProgress('');
    print(lines);
    reports.push(report);
  }
  bench.workshop.clear();
  if (json) console.log(JSON.stringify({ machine, quick, cases: reports }, null, 2));
  return reports.some(hasFailed) ? 1 : 0;
}

async function runCase(one: Case, settings: RaceSettings): Promise<{ lines: readonly string[]; report: CaseReport }> {
  const { name, title } = one;
  try {
    if ('weigh' in one) {
      onProgress(`${name}: weighing`);
      const weights = await one.weigh(settings.bench);
      return { lines: [formatWeights(one, weights)], report: { name, title, weights } };
    }
    const contestants = await race(one, settings);
    const against = yardstickOf(one, contestants)?.name;
    const report = { name, title, ...(against === undefined ? {} : { against }), contestants };
    return { lines: [formatContest(one, contestants)], report };
  } catch (error) {
    const failed = error instanceof Error ? error.message : String(error);
    return { lines: [`${name}: failed: ${failed}`], report: { name, title, failed } };
  }
}

function hasFailed({ failed, contestants = [] }: CaseReport): boolean {
  return failed !== undefined || contestants.some(({ status }) => status === 'failed');
}

function describeMachine(meter: string, { debian, quick }: Bench): Record<string, string> {
  const [{ model } = { model: 'unknown' }] = cpus();
  return {
    machine: `${cpus().length} cores of ${model.trim()}, ${formatBytes(totalmem())}, ${type()} ${release()}`,
    node: process.version,
    'memory and CPU': `by ${meter}`,
    debian: debian.source,
    ...(quick ? { quick: 'small data, one run: these figures say nothing' } : {}),
  };
}

/** One line that replaces itself, on a terminal alone. */
function onProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  },
);
