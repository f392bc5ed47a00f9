/**
 * Every command, in the order of the help page.
 */
import type { AnyCommand } from '../command.ts';
import { buildCommand } from './build.ts';
import { initCommand } from './init.ts';
import { inspectCommand } from './inspect.ts';
import { planCommand } from './plan.ts';
import { pullCommand } from './pull.ts';
import { searchCommand } from './search.ts';
import { serveCommand } from './serve.ts';
import { showCommand } from './show.ts';
import { statusCommand } from './status.ts';
import { verifyCommand } from './verify.ts';

/** All commands. */
export const commands: readonly AnyCommand[] = [
  initCommand,
  buildCommand,
  verifyCommand,
  inspectCommand,
  serveCommand,
  pullCommand,
  statusCommand,
  showCommand,
  searchCommand,
  planCommand,
];
