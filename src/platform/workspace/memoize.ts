/**
 * Memoized results: what follows from the same premises is worked out once, and later builds find it in the workspace.
 */
import { defineSlot } from './slot.ts';
import type { Workspace } from './workspace.ts';

/** Grows whenever the same premises lead to a different result. */
const RESULT_VERSION = 2;

/**
 * The result of some work, from the workspace if it is there.
 *
 * @param kind - what the result is
 * @param premises - everything that decides on the result, as JSON can say it
 * @param work - works the result out; JSON must be able to say it, too
 */
export async function memoize<Result>(
  kind: string,
  premises: unknown,
  workspace: Workspace,
  work: () => Promise<Result>,
): Promise<Result> {
  const slot = defineSlot<{ readonly result: Result }>('result', RESULT_VERSION);
  const name = slot.nameOf([kind, premises]);
  const known = slot.open(name, workspace);
  if (known !== undefined) return known.head.result;
  const result = await work();
  slot.write(name, { result }, workspace);
  return result;
}
