import { describe, expect, it } from 'vitest';
import { check, type Finding } from '../../../src/audit/findings.ts';
import { RepomillError } from '../../../src/errors.ts';

describe('check', () => {
  it('makes a finding of an error, without repeating the path', async () => {
    const findings: Finding[] = [];
    const fail = (path: string): Promise<void> => Promise.reject(new RepomillError('format', 'broken', { path }));
    expect(await check('a', findings, () => fail('a'))).toBeUndefined();
    expect(await check('a', findings, () => fail('b'))).toBeUndefined();
    expect(findings).toEqual([
      { path: 'a', message: 'broken' },
      { path: 'a', message: 'b: broken' },
    ]);
  });

  it('ends an audit that was aborted', async () => {
    const findings: Finding[] = [];
    const aborted = new RepomillError('interrupted', 'aborted');
    await expect(check('a', findings, () => Promise.reject(aborted))).rejects.toBe(aborted);
    expect(findings).toEqual([]);
  });
});
