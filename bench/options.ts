/**
 * The command line of the bench. Pure; refuses options that it does not know and numbers that are none.
 */
import { parseArgs } from 'node:util';

/** What somebody asked for. */
export interface Options {
  readonly list: boolean;
  readonly help: boolean;
  readonly json: boolean;
  readonly quick: boolean;
  readonly runs: number;
  /** Beginnings of names; empty for everything. */
  readonly only: readonly string[];
  readonly data?: string;
  readonly debian?: string;
}

/** What `--help` prints. */
export const HELP = `npm run bench -- [options]

  --only NAME    cases whose name begins with NAME; may be repeated
  --list         the names, and nothing else
  --runs N       runs of every contestant [default: 5; contests that take minutes have fewer]
  --quick        small data and one run: shows that everything works, its figures say nothing
  --data DIR     where data is made and kept [default: bench/data]
  --debian DIR   a folder whose make-release.mjs DAY OUTDIR writes releases of Debian [default: generated ones]
  --json         one JSON document on standard output`;

const DEFAULT_RUNS = 5;

/** Reads the words of the command line. Throws where they make no sense. */
export function parseOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string' },
      data: { type: 'string' },
      debian: { type: 'string' },
    },
  });
  const { runs, data, debian, ...rest } = values;
  if (runs !== undefined && !/^[1-9]\d{0,3}$/.test(runs)) {
    throw new Error(`--runs: expected a whole number from 1 to 9999, found ${runs}`);
  }
  return {
    ...rest,
    runs: runs === undefined ? (rest.quick ? 1 : DEFAULT_RUNS) : Number(runs),
    ...(data === undefined ? {} : { data }),
    ...(debian === undefined ? {} : { debian }),
  };
}
