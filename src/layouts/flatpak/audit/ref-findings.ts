/**
 * Findings about refs. One mistake of a generator is in every ref, so after some of a kind the others are only counted.
 */
import type { Finding } from '../../../audit/findings.ts';

/** What is shown of one file. */
const SHOWN = 20;

/** Adds what was found of the refs in a file. */
export function reportRefs(path: string, messages: readonly string[], findings: Finding[]): void {
  for (const message of messages.slice(0, SHOWN)) findings.push({ path, message });
  if (messages.length > SHOWN) findings.push({ path, message: `${messages.length - SHOWN} more like these` });
}
