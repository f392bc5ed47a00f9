/**
 * Where builds are measured: a contestant's input, published tree and cache are at the same paths in every run, and its input is
 * never written again without a change, because a cache may go by paths and times.
 */
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import type { Step } from './contest.ts';

/** Writes an input into an empty folder, or changes the one that is there. */
export type Fill = (folder: string) => void;

/** The folders of one contestant. */
export interface Workplace {
  readonly input: string;
  readonly out: string;
  readonly cache: string;
  /** `out` and `cache` as every run finds them. */
  readonly before: string;
  /** Builds `out` from `input`. */
  readonly build: Step;
}

/** How a contestant's runs begin; for its `prepare` and `reset`. */
export interface Start {
  readonly prepare: () => void;
  readonly reset: () => void;
}

/** How a workplace builds. */
export interface BuildOptions {
  /** The configuration; without it, `repomill.yaml` of the input counts. */
  readonly config?: string;
  /** Further words of the command line. */
  readonly words?: readonly string[];
}

/** A workplace of this name. */
export function workplaceOf({ workshop, repomill }: Bench, name: string, options: BuildOptions = {}): Workplace {
  const { config, words: further = [] } = options;
  const folder = (one: string): string => workshop.scratch(join('workplaces', name.replaceAll(/\W+/g, '-'), one));
  const [input, out, cache] = [folder('input'), folder('out'), folder('cache')];
  const words = [
    ...['build', input, '--out', out, '--cache', cache],
    ...(config === undefined ? [] : ['--config', config]),
    ...further,
  ];
  return { input, out, cache, before: folder('before'), build: repomill(words, cache) };
}

/** Every run is a first build. */
export function startEmpty(bench: Bench, place: Workplace, input: Fill): Start {
  return startWith(bench, place, () => fillAnew(bench, place, input));
}

/** Every run follows a build of the input, part of which has changed since. */
export function startWarm(bench: Bench, place: Workplace, input: Fill, change?: Fill): Start {
  return startWith(
    bench,
    place,
    () => {
      fillAnew(bench, place, input);
      bench.run(place.build);
    },
    change,
  );
}

/** Every run follows the builds of `builtFrom`. */
export function startFrom(bench: Bench, place: Workplace, built: string, input: Fill): Start {
  return startWith(bench, place, () => {
    bench.workshop.renew(place.out, join(built, 'out'));
    bench.workshop.renew(place.cache, join(built, 'cache'));
    fillAnew(bench, place, input);
  });
}

/** A tree and its cache, built once from one input after the other. The stamp says what the inputs depend on. */
export function builtFrom(
  bench: Bench,
  settings: BuildOptions & { name: string; stamp: string; inputs: readonly Fill[] },
): Promise<string> {
  const { name, stamp, inputs, ...options } = settings;
  return bench.workshop.made(`built-${name}`, `${stamp}; ${bench.program}`, (folder) => {
    const place = workplaceOf(bench, name, options);
    for (const path of [place.out, place.cache]) bench.workshop.renew(path);
    for (const input of inputs) {
      fillAnew(bench, place, input);
      bench.run(place.build);
    }
    bench.workshop.copy(place.out, join(folder, 'out'));
    bench.workshop.copy(place.cache, join(folder, 'cache'));
  });
}

function startWith({ workshop }: Bench, place: Workplace, begin: () => void, change?: Fill): Start {
  const { input, out, cache, before } = place;
  return {
    prepare: () => {
      for (const path of [out, cache, before]) workshop.renew(path);
      begin();
      workshop.copy(out, join(before, 'out'));
      workshop.copy(cache, join(before, 'cache'));
      change?.(input);
    },
    reset: () => {
      workshop.renew(out, join(before, 'out'));
      workshop.renew(cache, join(before, 'cache'));
    },
  };
}

function fillAnew({ workshop }: Bench, { input }: Workplace, fill: Fill): void {
  workshop.renew(input);
  fill(input);
}
