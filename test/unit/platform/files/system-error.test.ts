import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../../src/errors.ts';
import {
  cannotRead,
  cannotWrite,
  explainFailure,
  isSystemError,
  systemErrorAsOurs,
} from '../../../../src/platform/files/system-error.ts';
import { makeWorkspace } from '../../../workspace.ts';

const missing = join(makeWorkspace(), 'missing');

function causeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}

const noFile = causeOf(() => readFileSync(missing));
const noName = causeOf(() => readFileSync('x'.repeat(300)));

describe('what the system refuses', () => {
  it('is told without its code and without the absolute path', () => {
    expect(explainFailure(noFile)).toEqual({ code: 'not-found', text: 'no such file or directory' });
    expect(explainFailure(noName)).toEqual({ code: 'transport', text: 'name too long' });
  });

  it('is an error about the path that a person knows', () => {
    expect(cannotRead('a', noName)).toMatchObject({
      code: 'transport',
      path: 'a',
      message: 'cannot read: name too long',
      cause: noName,
    });
    expect(cannotRead('a', noFile)).toMatchObject({ code: 'not-found' });
    expect(cannotWrite('a', noFile)).toMatchObject({
      code: 'transport',
      message: 'cannot write: no such file or directory',
    });
  });

  it('is an error about the path that the system names, where nobody expected it', () => {
    expect(systemErrorAsOurs(noFile)).toMatchObject({
      code: 'not-found',
      path: missing,
      message: 'cannot open: no such file or directory',
    });
  });
});

describe('anything else that is thrown', () => {
  it('is what it says, about a broken file', () => {
    expect(explainFailure(new Error('cut off'))).toEqual({ code: 'format', text: 'cut off' });
    const cutOff = new Error('cut off');
    expect(systemErrorAsOurs(cutOff)).toBe(cutOff);
    expect(isSystemError(cutOff)).toBe(false);
    expect(isSystemError(new RepomillError('format', 'bad'))).toBe(false);
  });
});
