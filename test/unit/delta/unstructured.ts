import type { DeltaInput } from '../../../src/delta/make-delta.ts';

/** Input for two files of which nothing is known: all of one is searched for all of the other. */
export function unstructured(old: Uint8Array, next: Uint8Array): DeltaInput {
  const former = { start: 0, size: old.length, bytes: async () => old };
  return { oldSize: old.length, parts: [{ size: next.length, bytes: async () => next, former }] };
}
