/**
 * The findings of an audit as lines for people: a line each, but at most fifty of a kind, and then a count. The JSON has all.
 */
import type { Finding } from '../audit/findings.ts';
import { printable, printableLine } from '../text/printable.ts';
import { formatCount } from '../text/quantity.ts';

/** The most lines of a kind. */
const SHOWN_OF_A_KIND = 50;

/** Formats findings, in order. What is left out of a kind is counted after all lines. */
export function formatFindings(findings: readonly Finding[]): readonly string[] {
  const kinds = new Map<string, { message: string; count: number }>();
  const lines: string[] = [];
  for (const { path, message } of findings) {
    const kind = kindOf(message);
    const known = kinds.get(kind) ?? { message, count: 0 };
    kinds.set(kind, known);
    known.count++;
    if (known.count <= SHOWN_OF_A_KIND) lines.push(`${printableLine(path)}: ${printable(message)}`);
  }
  for (const { message, count } of kinds.values()) {
    if (count > SHOWN_OF_A_KIND)
      lines.push(`… and ${formatCount(count - SHOWN_OF_A_KIND)} more: ${printable(message)}`);
  }
  return lines;
}

/** Messages of a kind differ in digests and numbers. */
function kindOf(message: string): string {
  return message.replaceAll(/[0-9a-f]{12,}|\d+/g, '#');
}
