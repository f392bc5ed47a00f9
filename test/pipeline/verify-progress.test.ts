import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import type { Progress } from '../../src/model/progress.ts';
import { verify } from '../../src/verify.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

describe('the progress of verify', () => {
  it('takes many steps for each summary, which add up to the total', async () => {
    const workspace = makeWorkspace();
    const [input, out] = [`${workspace}/input`, `${workspace}/out`];
    for (const release of [0, 20]) {
      writeFiles(input, { 'all.jsonl': asLines(sampleRelease(1000, release)), 'repomill.yaml': 'name: a\n' });
      await build({ input, out });
    }
    const stages: { stage: string; total: number; unit: string | undefined; steps: number[] }[] = [];
    const progress: Progress = {
      start: (stage, total, unit) => void stages.push({ stage, total, unit, steps: [] }),
      advance: (amount) => void stages.at(-1)?.steps.push(amount),
    };
    const { layouts } = await verify({ tree: out, progress });
    expect(layouts[0]?.findings).toEqual([]);
    const [first] = stages;
    expect(first).toMatchObject({ stage: 'checking', unit: 'bytes' });
    const steps = first?.steps ?? [];
    expect(steps.reduce((sum, step) => sum + step, 0)).toBe(first?.total);
    expect(Math.max(...steps) / (first?.total ?? 0)).toBeLessThan(0.1);
    expect(steps.length).toBeGreaterThan(15);
  });
});
