/**
 * Work that must be refused, in the way in which hostile bytes are refused.
 */
import { RepomillError } from '../../../../src/errors.ts';

/** The message of the format error that work throws, undefined if it succeeds. Any other error is a defect and passes through. */
export function refusalOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return thrown.message;
    throw thrown;
  }
}

/**
 * The messages with which bytes are refused that are cut at every length from `least`, each once and sorted, with `N` for
 * numbers. Throws if a cut is accepted.
 */
export function refusalsOfCuts(bytes: Uint8Array, parse: (bytes: Uint8Array) => unknown, least = 0): readonly string[] {
  const messages = new Set<string>();
  for (let length = least; length < bytes.length; length++) {
    const message = refusalOf(() => parse(bytes.subarray(0, length)));
    if (message === undefined) throw new Error(`accepted when cut to ${length} bytes`);
    messages.add(message.replaceAll(/\d+/g, 'N'));
  }
  return [...messages].sort();
}
