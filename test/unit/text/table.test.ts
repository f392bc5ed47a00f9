import { expect, it } from 'vitest';
import { formatTable } from '../../../src/text/table.ts';

it('makes columns as wide as their widest cell, aligned as asked, without spaces at the end', () => {
  const rows = [
    ['name', 'size', 'state'],
    ['a', '1,024', 'ok'],
    ['longer', '7'],
  ];
  expect(formatTable(rows, ['left', 'right', 'left'])).toEqual([
    'name     size  state',
    'a       1,024  ok',
    'longer      7',
  ]);
});
