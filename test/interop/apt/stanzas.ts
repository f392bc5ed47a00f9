/**
 * Stanzas as apt shows them and as they were written, so that they can be compared field by field.
 */

/** The fields of a stanza, by lower-case name; white space is folded, so that lines may be broken anywhere. */
export type Fields = Readonly<Record<string, string>>;

/** Stanzas by `name version arch`. */
export type Stanzas = Readonly<Record<string, Fields>>;

/** Parses stanzas that have fields alone: no comments, no signature. */
export function parseStanzas(text: string): Stanzas {
  return stanzasOf(text.split(/\n(?:[ \t]*\n)+/).filter((stanza) => stanza.trim() !== ''));
}

/** Stanzas of texts that are one stanza each. Throws where two have the same name, version and arch. */
export function stanzasOf(texts: Iterable<string>): Stanzas {
  const stanzas: Record<string, Fields> = {};
  for (const text of texts) {
    const fields = fieldsOf(text);
    const key = [fields.package, fields.version, fields.architecture].join(' ');
    if (key in stanzas) throw new Error(`${key}: expected one stanza, found a second`);
    stanzas[key] = fields;
  }
  return stanzas;
}

/** Fields of one stanza. */
export function fieldsOf(stanza: string): Fields {
  const fields: Record<string, string> = {};
  for (const [, name = '', value = ''] of stanza.matchAll(/^([^\s:#][^:\n]*):((?:[^\n]*)(?:\n[ \t][^\n]*)*)/gm)) {
    fields[name.toLowerCase()] = value.replaceAll(/\s+/g, ' ').trim();
  }
  return fields;
}
