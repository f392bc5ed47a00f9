/**
 * What a command did and what it took, for programs: `--metrics` writes a file after every run, whether it succeeded, failed
 * or was interrupted.
 */
import type { Argv } from 'yargs';
import { encodeText } from '../bytes/bytes.ts';
import { formatError, messageOf, RepomillError } from '../errors.ts';
import { isUrl } from '../model/location.ts';
import { checkReplaceable, replaceFileNow } from '../platform/files/replace-now.ts';
import { systemErrorAsOurs } from '../platform/files/system-error.ts';
import type { Terminal } from '../platform/process/terminal.ts';
import { printableLine } from '../text/printable.ts';
import { DEFECT, exitCodes, SUCCESS } from './exit-code.ts';
import type { Figures, Metrics } from './metrics-document.ts';
import { formatOpenMetrics } from './open-metrics.ts';
import { type Measurements, type Stopwatch, stopwatch } from './stopwatch.ts';
import { showTimings } from './timings.ts';
import { VERSION } from './version.ts';

/** The options as commands get them. */
export interface MetricsOptions {
  readonly metrics: string | undefined;
  readonly metricsFormat: 'json' | 'openmetrics' | undefined;
  readonly timings: boolean;
}

/** The options as yargs declares them. */
interface DeclaredOptions {
  metrics: string | undefined;
  'metrics-format': 'json' | 'openmetrics' | undefined;
  timings: boolean;
}

/** Declares `--metrics`, `--metrics-format` and `--timings`. */
export function metricsOptions<Options>(yargs: Argv<Options>): Argv<Options & DeclaredOptions> {
  return yargs
    .option('metrics', {
      type: 'string',
      requiresArg: true,
      describe: 'Write the result, time, memory and cache hits to this file, after a failure too',
    })
    .option('metrics-format', {
      choices: ['json', 'openmetrics'] as const,
      requiresArg: true,
      describe: 'Format of --metrics: JSON, or OpenMetrics for Prometheus [default: json]',
    })
    .option('timings', { type: 'boolean', default: false, describe: 'Show time, memory and cache hits' });
}

/** A command to measure. */
export interface MeasuredCommand {
  readonly command: string;
  readonly target: string;
  readonly options: MetricsOptions;
  readonly terminal: Terminal;
}

/** What a command that ended by itself has to say. */
export interface Outcome {
  readonly figures: Figures;
  readonly exitCode?: number | undefined;
}

/** What the work of a measured command may use. */
export interface Measuring {
  readonly watch: Stopwatch;
  /** Delivers the metrics of a command that a signal ends. What cannot be written is a note. */
  interrupted(): void;
}

/**
 * Runs a command's work, and delivers its metrics however it ends.
 *
 * @throws RepomillError what the work throws; `usage`, `not-found` or `conflict` before the work if the metrics cannot be
 *   written, `transport` after it
 */
export async function withMetrics<Result>(
  measured: MeasuredCommand,
  work: (measuring: Measuring) => Promise<Result>,
  outcomeOf: (result: Result) => Outcome,
): Promise<Result> {
  const { options, terminal } = measured;
  const watch = stopwatch();
  checkOptions(options);
  const deliver = (outcome: Pick<Metrics, 'result' | 'exitCode' | 'figures' | 'error'>): void => {
    const measurements = watch.finish();
    if (options.timings) showTimings(measurements, terminal);
    if (options.metrics === undefined) return;
    replaceFileNow(options.metrics, encodeText(format(metricsOf(measured, measurements, outcome), options)));
  };
  // The reason why the command failed comes first; that there are no metrics of it is a note.
  const deliverOrNote = (error: unknown): void => {
    try {
      deliver(failureOf(error));
    } catch (reason) {
      terminal.note(
        `repomill: --metrics: ${printableLine(reason instanceof RepomillError ? formatError(reason) : messageOf(reason))}`,
      );
    }
  };
  const interrupted = (): void => deliverOrNote(new RepomillError('interrupted', 'interrupted'));
  const result = await work({ watch, interrupted }).catch((error: unknown) => {
    deliverOrNote(error);
    throw error;
  });
  const { figures, exitCode = SUCCESS } = outcomeOf(result);
  deliver({ result: exitCode === SUCCESS ? 'ok' : 'failed', exitCode, figures });
  return result;
}

function checkOptions({ metrics, metricsFormat }: MetricsOptions): void {
  if (metrics === '') throw new RepomillError('usage', '--metrics: expected a file, found nothing');
  if (metrics === undefined && metricsFormat !== undefined)
    throw new RepomillError('usage', '--metrics-format: expected --metrics, found nothing');
  if (metrics !== undefined) checkReplaceable(metrics);
}

function failureOf(thrown: unknown): Pick<Metrics, 'result' | 'exitCode' | 'figures' | 'error'> {
  const error = systemErrorAsOurs(thrown);
  if (!(error instanceof RepomillError)) {
    return { result: 'failed', exitCode: DEFECT, figures: {}, error: { code: 'defect', message: messageOf(error) } };
  }
  const { code } = error;
  if (code === 'interrupted') return { result: 'interrupted', exitCode: exitCodes[code], figures: {} };
  return { result: 'failed', exitCode: exitCodes[code], figures: {}, error: { code, message: formatError(error) } };
}

function metricsOf(
  { command, target }: MeasuredCommand,
  measurements: Measurements,
  { figures, ...outcome }: Pick<Metrics, 'result' | 'exitCode' | 'figures' | 'error'>,
): Metrics {
  const now = Date.now();
  return {
    command,
    target: withoutSecrets(target),
    ...outcome,
    startedAt: new Date(now - measurements.seconds * 1000).toISOString(),
    finishedAt: new Date(now).toISOString(),
    repomill: VERSION,
    figures,
    ...measurements,
  };
}

function format(metrics: Metrics, { metricsFormat }: MetricsOptions): string {
  return metricsFormat === 'openmetrics' ? formatOpenMetrics(metrics) : `${JSON.stringify(metrics, undefined, 2)}\n`;
}

/** A URL may have a password, or a token in its query. */
function withoutSecrets(target: string): string {
  if (!isUrl(target) || !URL.canParse(target)) return target;
  const { origin, pathname } = new URL(target);
  return `${origin}${pathname}`;
}
