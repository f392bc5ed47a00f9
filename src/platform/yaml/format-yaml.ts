/**
 * Writes YAML, for configurations that repomill proposes.
 */
import { stringify } from 'yaml';

/** A text as YAML on one line, in quotation marks if it needs them. */
export function formatYaml(text: string): string {
  return stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
}
