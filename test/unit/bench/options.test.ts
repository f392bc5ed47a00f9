import { describe, expect, it } from 'vitest';
import { HELP, parseOptions } from '../../../bench/options.ts';

describe('the options of the bench', () => {
  it('are five runs of everything unless somebody says otherwise', () => {
    expect(parseOptions([])).toEqual({ help: false, list: false, json: false, quick: false, only: [], runs: 5 });
  });

  it('are one run where it is to be quick, and the runs that were asked for even then', () => {
    expect(parseOptions(['--quick']).runs).toBe(1);
    expect(parseOptions(['--quick', '--runs', '3']).runs).toBe(3);
  });

  it('take several names', () => {
    expect(parseOptions(['--only', 'delta', '--only', 'build']).only).toEqual(['delta', 'build']);
  });

  it.each(['0', '-1', '1.5', 'many', '', '10000'])('refuse %j runs', (runs) => {
    expect(() => parseOptions([`--runs=${runs}`])).toThrow('--runs: expected a whole number from 1 to 9999');
  });

  it.each([['--fast'], ['delta'], ['--only']])('refuse %s', (word) => {
    expect(() => parseOptions([word])).toThrow();
  });

  it('are all in the help', () => {
    for (const option of ['only', 'list', 'runs', 'quick', 'data', 'debian', 'json'])
      expect(HELP).toContain(`--${option} `);
  });
});
