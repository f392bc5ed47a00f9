/**
 * Runs a contest: every contestant once, then every contestant again, so that what else the machine does meets all of them
 * alike. A contestant that is not installed or fails is reported, and stops no other.
 */
import type { Bench } from './bench.ts';
import type { Contest, Contestant } from './contest.ts';
import { type Measurement, measureSteps } from './measure.ts';
import type { Meter } from './meter.ts';
import { isInstalled } from './programs.ts';
import { type Summary, summarise } from './statistics.ts';

/** What became of a contestant. */
export type Outcome =
  | { readonly name: string; readonly status: 'measured'; readonly summary: Summary; readonly bytes?: number }
  | { readonly name: string; readonly status: 'not installed'; readonly missing: readonly string[] }
  | { readonly name: string; readonly status: 'failed'; readonly reason: string };

/** How the bench runs contests. */
export interface RaceSettings {
  readonly bench: Bench;
  readonly runs: number;
  readonly meter: Meter;
  readonly home: string;
  /** What is being done, for a person who waits. */
  readonly onProgress: (text: string) => void;
}

/** A contestant on its way: its runs so far, or why there are no more. */
interface Lane {
  readonly contestant: Contestant;
  readonly missing: readonly string[];
  readonly runs: Measurement[];
  bytes?: number;
  reason?: string;
}

/** Runs every contestant of a contest; the outcomes are in the contest's order. */
export async function race(contest: Contest, settings: RaceSettings): Promise<readonly Outcome[]> {
  const { bench, onProgress } = settings;
  const runs = Math.min(settings.runs, contest.runs ?? settings.runs);
  try {
    onProgress(`${contest.name}: preparing`);
    const lanes = (await contest.enter(bench)).map(laneOf);
    for (const lane of lanes) await attempt(lane, async () => lane.contestant.prepare?.());
    for (let run = 1; run <= runs; run++) {
      for (const lane of lanes) {
        await attempt(lane, async () => {
          onProgress(`${contest.name}: run ${run} of ${runs}: ${lane.contestant.name}`);
          await runOnce(lane, settings);
        });
      }
    }
    return lanes.map(outcomeOf);
  } finally {
    await bench.leave();
  }
}

async function runOnce(lane: Lane, { meter, home }: RaceSettings): Promise<void> {
  const { contestant } = lane;
  await contestant.reset?.();
  lane.runs.push(await measureSteps(contestant.steps, meter, home));
  if (contestant.bytes !== undefined) lane.bytes = contestant.bytes();
}

async function attempt(lane: Lane, act: () => Promise<void>): Promise<void> {
  if (lane.missing.length > 0 || lane.reason !== undefined) return;
  try {
    await act();
  } catch (error) {
    lane.reason = error instanceof Error ? error.message : String(error);
  }
}

function laneOf(contestant: Contestant): Lane {
  return { contestant, missing: (contestant.needs ?? []).filter((program) => !isInstalled(program)), runs: [] };
}

function outcomeOf({ contestant: { name }, missing, runs, bytes, reason }: Lane): Outcome {
  if (missing.length > 0) return { name, status: 'not installed', missing };
  if (reason !== undefined) return { name, status: 'failed', reason };
  return { name, status: 'measured', summary: summarise(runs), ...(bytes === undefined ? {} : { bytes }) };
}
