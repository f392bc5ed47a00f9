import { describe, expect, it } from 'vitest';
import { retryAfter } from '../../../../src/platform/http/retry-after.ts';

const date = 'Mon, 01 Jan 2024 00:00:00 GMT';

describe('retryAfter', () => {
  it.each([
    ['seconds', { 'Retry-After': '120' }, 120_000],
    ['none', { 'Retry-After': '0' }, 0],
    ['a date, by the clock of the host', { 'Retry-After': 'Mon, 01 Jan 2024 00:00:30 GMT', Date: date }, 30_000],
    ['a date that is over', { 'Retry-After': 'Sun, 31 Dec 2023 23:59:59 GMT', Date: date }, 0],
    ['a date of a host without a clock', { 'Retry-After': 'Mon, 01 Jan 2024 00:00:30 GMT' }, 0],
    ['nothing', { Date: date }, 0],
    ['something else', { 'Retry-After': 'soon', Date: date }, 0],
    ['a negative number', { 'Retry-After': '-1', Date: date }, 0],
  ])('understands %s', (_, headers, milliseconds) => {
    expect(retryAfter(new Headers(Object.entries(headers)))).toBe(milliseconds);
  });
});
