/**
 * Where builds are measured: input, published tree and cache at the same three paths in every run, because a cache may go by the
 * path of a file. What a run starts from is built once, kept, and copied there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bench } from './bench.ts';
import type { Step } from './contest.ts';

/** Writes an input into an empty folder. */
export type Fill = (folder: string) => void;

/** The three folders. */
export interface Workplace {
  readonly input: string;
  readonly out: string;
  readonly cache: string;
  /** Builds `out` from `input`. */
  readonly build: Step;
}

/** The workplace of a configuration; without one, `repomill.yaml` of the input counts. */
export function workplaceOf({ workshop, repomill }: Bench, config?: string): Workplace {
  const [input, out, cache] = ['input', 'out', 'cache'].map((name) => workshop.scratch(join('workplace', name))) as [
    string,
    string,
    string,
  ];
  const words = ['build', input, '--out', out, ...(config === undefined ? [] : ['--config', config])];
  return { input, out, cache, build: repomill(words, cache) };
}

/** A tree and its cache, built once from one input after the other. The stamp says what the inputs depend on. */
export function builtFrom(
  bench: Bench,
  settings: { name: string; stamp: string; inputs: readonly Fill[]; config?: string },
): Promise<string> {
  const { name, stamp, inputs, config } = settings;
  const place = workplaceOf(bench, config);
  return bench.workshop.made(`built-${name}`, `${stamp}; ${bench.program}`, (folder) => {
    const { workshop } = bench;
    for (const path of [place.out, place.cache]) workshop.renew(path);
    for (const fill of inputs) {
      renewInput(bench, place, fill);
      bench.run(place.build);
    }
    workshop.copy(place.out, join(folder, 'out'));
    workshop.copy(place.cache, join(folder, 'cache'));
  });
}

/** Sets the workplace up: an input, and a tree and a cache as they were built, or none. */
export function startFrom(bench: Bench, place: Workplace, input: Fill, built?: string): void {
  renewInput(bench, place, input);
  bench.workshop.renew(place.out, built === undefined ? undefined : join(built, 'out'));
  bench.workshop.renew(place.cache, built === undefined ? undefined : join(built, 'cache'));
}

function renewInput(bench: Bench, { input }: Workplace, fill: Fill): void {
  bench.workshop.renew(input);
  fill(input);
}

/** What `index.json` says of a summary, as much of it as the bench needs. */
export interface SummaryEntry {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: string;
  readonly size: number;
  readonly storedSize: number;
  readonly history: readonly { readonly sha256: string; readonly deltaSize: number }[];
}

/** The summary of everything of an arch. Throws where the tree has none. */
export function summaryOf(tree: string, arch: string): SummaryEntry {
  const { signed } = JSON.parse(readFileSync(join(tree, 'index.json'), 'utf8')) as {
    signed: { summaries: readonly SummaryEntry[] };
  };
  const found = signed.summaries.find((one) => one.arch === arch && one.subset === undefined);
  if (found === undefined) throw new Error(`${tree}: expected a summary of ${arch}, found none`);
  return found;
}

/** The canonical bytes of the summary of everything of an arch. */
export function canonicalBytes(tree: string, arch: string): Buffer {
  return gunzipSync(readFileSync(join(tree, 'summaries', `${summaryOf(tree, arch).sha256}.gz`)));
}
