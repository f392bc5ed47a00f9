/**
 * Conclusions: what follows from the same refs is worked out once, and later builds find it in the workspace.
 */
import { isObject } from '../../bytes/json.ts';
import { keyOf } from '../hash/sync-sha256.ts';
import type { Workspace } from './workspace.ts';

/** Grows whenever the same premises lead to another conclusion. */
const EDITION = 1;

/**
 * What follows from some premises.
 *
 * @param premises - everything that decides on the result, as JSON can say it
 * @param work - finds it out; its result, too, is what JSON can say
 */
export async function conclude<Result>(
  kind: string,
  premises: unknown,
  workspace: Workspace,
  work: () => Promise<Result>,
): Promise<Result> {
  const name = `conclusion/${keyOf([EDITION, kind, premises])}`;
  const head = workspace.open(name)?.head;
  // Whoever wrote a head with a right digest wrote a result of this kind.
  if (isObject(head)) return (head as unknown as { readonly result: Result }).result;
  const result = await work();
  workspace.write(name, { result });
  return result;
}
