/**
 * Runs a contestant's steps and says what they took: wall time, and processor time and peak memory of the whole process, as the
 * kernel counted them. A step that fails is an error with the last lines that it wrote.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Step } from './contest.ts';
import type { Meter, Usage } from './meter.ts';

/** What one run took. Without a meter for it, a figure is missing. */
export interface Measurement extends Usage {
  readonly seconds: number;
}

/** The end of standard error that an error message shows. */
const SHOWN_ERROR = 600;

/** Runs the steps one after the other; times are summed, the peak is that of the largest step. */
export async function measureSteps(steps: readonly Step[], meter: Meter, home: string): Promise<Measurement> {
  const parts: Measurement[] = [];
  for (const step of steps) {
    step.before?.();
    parts.push(await measureStep(step, meter, home));
    step.after?.();
  }
  return parts.reduce(together);
}

function together(a: Measurement, b: Measurement): Measurement {
  return {
    seconds: a.seconds + b.seconds,
    ...(a.cpuSeconds === undefined || b.cpuSeconds === undefined ? {} : { cpuSeconds: a.cpuSeconds + b.cpuSeconds }),
    ...(a.peakBytes === undefined || b.peakBytes === undefined
      ? {}
      : { peakBytes: Math.max(a.peakBytes, b.peakBytes) }),
  };
}

async function measureStep(step: Step, meter: Meter, home: string): Promise<Measurement> {
  const output = step.outputTo === undefined ? undefined : openSync(step.outputTo, 'w');
  try {
    const [program = step.program, ...words] = meter.wrap([step.program, ...step.words]);
    const started = process.hrtime.bigint();
    const child = spawn(program, words, {
      env: environmentOf(step, home),
      stdio: ['ignore', output ?? 'ignore', 'pipe'],
      ...(step.cwd === undefined ? {} : { cwd: step.cwd }),
    });
    const read = meter.watch(child.pid);
    const complaint = collect(child);
    const [code] = await once(child, 'close');
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const usage = read();
    if (!(step.accepts ?? [0]).includes(code ?? -1)) {
      throw new Error(`${[step.program, ...step.words].join(' ')}: exit code ${code ?? 'none'}: ${complaint()}`);
    }
    return { seconds, ...usage };
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

/** The environment of every process of the bench: nothing of the user's but PATH. */
export function environmentOf(step: Pick<Step, 'environment'>, home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, LC_ALL: 'C', ...step.environment };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    text = (text + piece).slice(-SHOWN_ERROR);
  });
  return () => text.trim();
}
