/**
 * How Debian's control fields become fields of a record. A field that is not named here keeps its name and its text.
 * Debian Policy, section 5 (control files) and 7 (relationships).
 */

/** What a field's text is turned into. */
export type Deb822Kind = 'text' | 'list' | 'arch' | 'bytes' | 'kibibytes' | 'description';

/** A record's field, and how its value is made. */
export interface Deb822Field {
  readonly field: string;
  readonly kind: Deb822Kind;
}

const mapped: readonly (readonly [string, string, Deb822Kind])[] = [
  ['Package', 'name', 'text'],
  ['Version', 'version', 'text'],
  ['Architecture', 'arch', 'arch'],
  ['Size', 'size', 'bytes'],
  ['Installed-Size', 'installedSize', 'kibibytes'],
  ['SHA256', 'sha256', 'text'],
  ['Filename', 'path', 'text'],
  ['Homepage', 'homepage', 'text'],
  ['Depends', 'dependencies', 'list'],
  ['Tag', 'tags', 'list'],
  ['Description', 'summary', 'description'],
];

const listsOfTheirOwn = [
  'Pre-Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Breaks',
  'Conflicts',
  'Replaces',
  'Provides',
  'Built-Using',
  'Static-Built-Using',
];

const fields = new Map<string, Deb822Field>();
for (const [name, field, kind] of [...mapped, ...listsOfTheirOwn.map((name) => [name, name, 'list'] as const)]) {
  fields.set(name, { field, kind });
  fields.set(name.toLowerCase(), { field, kind });
}

/** The record's field for a control field that is known, in any case; undefined for every other. */
export function findDeb822Field(name: string): Deb822Field | undefined {
  return fields.get(name) ?? fields.get(name.toLowerCase());
}
