/**
 * Runs code as a browser would, as far as the code under test can tell: nothing of Node is there to be had.
 */
import { vi } from 'vitest';

/** Calls `work` without what Node has of its own. What it looks at later, after it has waited, counts too. */
export async function asBrowser<Result>(work: () => Promise<Result>): Promise<Result> {
  // Not simply undefined: the test runner goes on using it.
  const absent = { value: undefined };
  vi.stubGlobal('process', Object.create(process, { getBuiltinModule: absent, versions: absent }));
  try {
    return await work();
  } finally {
    vi.unstubAllGlobals();
  }
}
