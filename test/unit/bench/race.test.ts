import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Bench } from '../../../bench/bench.ts';
import type { Contest, Contestant, Step } from '../../../bench/contest.ts';
import { race } from '../../../bench/race.ts';
import { makeWorkspace } from '../../workspace.ts';

const noMeter = { name: 'none', wrap: (command: readonly string[]) => command, watch: () => () => ({}) };

function node(script: string, more: Partial<Step> = {}): Step {
  return { program: process.execPath, words: ['--eval', script], ...more };
}

function contestOf(contestants: readonly Contestant[], more: Partial<Contest> = {}): Contest {
  return { name: 'race', title: 'A race', enter: async () => contestants, ...more };
}

function run(contest: Contest, runs: number, leave = async (): Promise<void> => {}) {
  const home = makeWorkspace();
  // Contestants of these tests ask nothing of the bench but to be left.
  const bench = { leave } as unknown as Bench;
  return race(contest, { bench, runs, meter: noMeter, home, onProgress: () => {} });
}

describe('a race', () => {
  it('resets and runs every contestant once before it runs any of them again', async () => {
    const log = join(makeWorkspace(), 'log');
    const note = (text: string): void => writeFileSync(log, text, { flag: 'a' });
    const contestant = (name: string): Contestant => ({
      name,
      prepare: () => note(`prepare ${name}\n`),
      reset: () => note(`reset ${name}\n`),
      steps: [node(`require('fs').appendFileSync(${JSON.stringify(log)}, 'run ${name}\\n')`)],
    });
    await run(contestOf(['a', 'b'].map(contestant)), 2);
    const round = ['reset a', 'run a', 'reset b', 'run b'];
    expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual(['prepare a', 'prepare b', ...round, ...round]);
  });

  it('continues without a contestant that is not installed, and does not prepare it', async () => {
    const prepared = join(makeWorkspace(), 'prepared');
    const outcomes = await run(
      contestOf([
        { name: 'absent', needs: ['no-such-program-anywhere'], prepare: () => writeFileSync(prepared, ''), steps: [] },
        { name: 'present', needs: [process.execPath], steps: [node('')] },
      ]),
      1,
    );
    expect(outcomes[0]).toEqual({ name: 'absent', status: 'not installed', missing: ['no-such-program-anywhere'] });
    expect(outcomes[1]).toMatchObject({ name: 'present', status: 'measured', summary: { runs: 1 } });
    expect(existsSync(prepared)).toBe(false);
  });

  it('continues without a contestant that fails, and says what it wrote', async () => {
    const [broken, sound] = await run(
      contestOf([
        { name: 'broken', steps: [node('console.error("disk on fire"); process.exit(7)')] },
        { name: 'sound', steps: [node('')] },
      ]),
      2,
    );
    expect(broken).toMatchObject({ status: 'failed', reason: expect.stringContaining('exit code 7: disk on fire') });
    expect(sound).toMatchObject({ status: 'measured', summary: { runs: 2 } });
  });

  it('takes an exit code that the step accepts as success, and no other', async () => {
    const [different, same] = await run(
      contestOf([
        { name: 'different', steps: [node('process.exit(1)', { accepts: [0, 1] })] },
        { name: 'same', steps: [node('process.exit(2)', { accepts: [0, 1] })] },
      ]),
      1,
    );
    expect([different?.status, same?.status]).toEqual(['measured', 'failed']);
  });

  it('writes output where the step wants it, between what comes before and after', async () => {
    const file = join(makeWorkspace(), 'output');
    const seen: string[] = [];
    const step = node('console.log(process.env.GREETING)', {
      environment: { GREETING: 'hello' },
      outputTo: file,
      before: () => seen.push(`before: ${existsSync(file)}`),
      after: () => seen.push(`after: ${readFileSync(file, 'utf8')}`),
    });
    const [outcome] = await run(contestOf([{ name: 'one', steps: [step], bytes: () => 6 }]), 1);
    expect(seen).toEqual(['before: false', 'after: hello\n']);
    expect(outcome).toMatchObject({ bytes: 6 });
  });

  it("gives processes nothing of the user's environment but PATH", async () => {
    const file = join(makeWorkspace(), 'output');
    const step = node('console.log(Object.keys(process.env).sort().join())', { outputTo: file });
    await run(contestOf([{ name: 'one', steps: [step] }]), 1);
    expect(readFileSync(file, 'utf8')).toBe('HOME,LC_ALL,PATH\n');
  });

  it('has no more runs than the contest allows', async () => {
    const [outcome] = await run(contestOf([{ name: 'slow', steps: [node('')] }], { runs: 1 }), 5);
    expect(outcome).toMatchObject({ summary: { runs: 1 } });
  });

  it('ends what was started for it even if its data cannot be made', async () => {
    let left = false;
    const contest = contestOf([], { enter: () => Promise.reject(new Error('no data')) });
    const running = run(contest, 1, async () => {
      left = true;
    });
    await expect(running).rejects.toThrow('no data');
    expect(left).toBe(true);
  });
});
