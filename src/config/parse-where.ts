/** A query in a configuration. */
import { parseQuery } from '../query/parse-query.ts';
import type { Query } from '../query/query.ts';
import { parseWithin, reject, type Setting } from './setting.ts';

/** Parses a query. Problems are reported to the setting. */
export function parseWhere(setting: Setting, expected = 'a query'): Query | undefined {
  if (typeof setting.value === 'string') return parseWithin(setting, setting.value, parseQuery);
  return reject(setting, expected);
}
