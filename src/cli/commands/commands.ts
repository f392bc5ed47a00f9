/**
 * Every command, in the order of the help page.
 */
import type { AnyCommand } from '../command.ts';
import { buildCommand } from './build.ts';

/** All commands. */
export const commands: readonly AnyCommand[] = [buildCommand];
