/**
 * Every case, in the order of the table. A new one is a file beside this one and a line here.
 */
import type { Case } from '../contest.ts';
import { buildContests } from './build.ts';
import { deltaContests } from './delta.ts';

/** What `npm run bench` runs. */
export const CASES: readonly Case[] = [...deltaContests, ...buildContests];
