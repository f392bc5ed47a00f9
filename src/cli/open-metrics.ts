/**
 * Metrics as text for Prometheus and its relatives: OpenMetrics 1.0, which is also valid in Prometheus's text format 0.0.4, for
 * the textfile collector of node_exporter. https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 */
import type { Figure, Metrics } from './metrics-document.ts';
import type { StageMetrics } from './stopwatch.ts';

/** A family of gauges. */
interface Family {
  /** Without `repomill_`; ends with the unit, if it has one. */
  readonly name: string;
  readonly help: string;
  readonly unit?: 'seconds' | 'bytes';
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly value: number;
  /** Besides `command` and `target`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Formats metrics. Every sample has the labels `command` and `target`, so that files of several trees can lie together. */
export function formatOpenMetrics(metrics: Metrics): string {
  const { command, target } = metrics;
  const lines = familiesOf(metrics)
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, unit, samples }) => [
      `# TYPE repomill_${name} gauge`,
      ...(unit === undefined ? [] : [`# UNIT repomill_${name} ${unit}`]),
      `# HELP repomill_${name} ${help}`,
      ...samples.map(({ value, labels }) => `repomill_${name}${formatLabels({ command, target, ...labels })} ${value}`),
    ]);
  return `${lines.join('\n')}\n# EOF\n`;
}

function familiesOf(metrics: Metrics): readonly Family[] {
  const { result, exitCode, finishedAt, seconds, cpuSeconds, peakMemory, repomill, figures } = metrics;
  const stages = sumByStage(metrics.stages);
  return [
    {
      name: 'success',
      help: '1 if the last run did everything, 0 otherwise.',
      samples: [{ value: result === 'ok' ? 1 : 0 }],
    },
    { name: 'exit_code', help: 'Exit code of the last run.', samples: [{ value: exitCode }] },
    {
      name: 'finished_timestamp_seconds',
      help: 'When the last run ended, in seconds since 1970.',
      unit: 'seconds',
      samples: [{ value: Date.parse(finishedAt) / 1000 }],
    },
    { name: 'info', help: 'The version of repomill that ran.', samples: [{ value: 1, labels: { version: repomill } }] },
    ...figureFamilies.map(({ figure, ...family }) => {
      const value = figures[figure];
      return { ...family, samples: value === undefined ? [] : [{ value }] };
    }),
    { name: 'run_seconds', help: 'Wall-clock time of the last run.', unit: 'seconds', samples: [{ value: seconds }] },
    { name: 'cpu_seconds', help: 'Processor time of all threads.', unit: 'seconds', samples: [{ value: cpuSeconds }] },
    { name: 'peak_memory_bytes', help: 'Most resident memory.', unit: 'bytes', samples: [{ value: peakMemory }] },
    {
      name: 'stage_seconds',
      help: 'Wall-clock time of each stage.',
      unit: 'seconds',
      samples: stages.map(({ stage, seconds: value }) => ({ value, labels: { stage } })),
    },
    {
      name: 'cache_lookups',
      help: 'Lookups in the cache, by the kind of entry and whether it was found.',
      samples: sumLookups(metrics.stages).flatMap(({ kind, hits, misses }) => [
        { value: hits, labels: { kind, found: 'yes' } },
        { value: misses, labels: { kind, found: 'no' } },
      ]),
    },
  ];
}

const figureFamilies: readonly (Omit<Family, 'samples'> & { readonly figure: Figure })[] = [
  { figure: 'version', name: 'version', help: 'Version of the tree.' },
  { figure: 'packages', name: 'packages', help: 'Package records in the tree.' },
  { figure: 'summaries', name: 'summaries', help: 'Summaries in the tree.' },
  { figure: 'firstBytes', name: 'first_bytes', help: 'What a new client fetches at most.', unit: 'bytes' },
  {
    figure: 'updateBytes',
    name: 'update_bytes',
    help: 'What a client one version behind fetches at most.',
    unit: 'bytes',
  },
  { figure: 'writtenFiles', name: 'written_files', help: 'Files that the last run wrote.' },
  { figure: 'writtenBytes', name: 'written_bytes', help: 'Bytes that the last run wrote.', unit: 'bytes' },
  { figure: 'fetchedBytes', name: 'fetched_bytes', help: 'Bytes that the last run fetched.', unit: 'bytes' },
  { figure: 'changed', name: 'changed', help: '1 if the last run changed something, 0 otherwise.' },
  { figure: 'warnings', name: 'warnings', help: 'Warnings of the last run.' },
  { figure: 'findings', name: 'findings', help: 'Problems that the last verify found.' },
];

/** A stage may come more than once; a sample must not. */
function sumByStage(stages: readonly StageMetrics[]): readonly Pick<StageMetrics, 'stage' | 'seconds'>[] {
  const sums = new Map<StageMetrics['stage'], number>();
  for (const { stage, seconds } of stages) sums.set(stage, (sums.get(stage) ?? 0) + seconds);
  return [...sums].map(([stage, seconds]) => ({ stage, seconds: Math.round(seconds * 1000) / 1000 }));
}

function sumLookups(
  stages: readonly StageMetrics[],
): readonly { readonly kind: string; readonly hits: number; readonly misses: number }[] {
  const sums = new Map<string, { hits: number; misses: number }>();
  for (const [kind, { hits, misses }] of stages.flatMap(({ cache = {} }) => Object.entries(cache))) {
    const sum = sums.get(kind) ?? { hits: 0, misses: 0 };
    sums.set(kind, { hits: sum.hits + hits, misses: sum.misses + misses });
  }
  return [...sums].map(([kind, sum]) => ({ kind, ...sum }));
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').toWellFormed();
}
