/**
 * Every case, in the order of the table. A new one is a file beside this one and a line here.
 */
import type { Case } from '../contest.ts';
import { aptListContests } from './apt-lists.ts';
import { aptPoolContests } from './apt-pool.ts';
import { aptUpdateContests } from './apt-update.ts';
import { buildContests } from './build.ts';
import { changeContests } from './change.ts';
import { clientContests } from './client.ts';
import { deltaContests } from './delta.ts';
import { flathubSizes } from './flathub-sizes.ts';
import { flatpakContests } from './flatpak.ts';
import { poolContests } from './pool.ts';
import { recordContests } from './records.ts';
import { snapshots } from './snapshots.ts';

/** What `npm run bench` runs. */
export const CASES: readonly Case[] = [
  ...deltaContests,
  ...changeContests,
  ...buildContests,
  ...clientContests,
  ...recordContests,
  ...poolContests,
  ...aptPoolContests,
  ...aptListContests,
  ...aptUpdateContests,
  snapshots,
  ...flatpakContests,
  flathubSizes,
];
