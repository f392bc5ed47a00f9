/**
 * A package record as a stanza of `Packages` or `Sources`: Debian Policy, section 5, and what apt takes from it. The fields are
 * in the order of the record, with the name first. What a stanza cannot say, such as a mapping or a field twice, is left out and
 * reported.
 */
import type { FieldValue, PackageRecord } from '../../../model/record.ts';

/** A rendered stanza, without the empty line that ends it. */
export interface Stanza {
  /** Lines, each with its newline. */
  readonly text: string;
  /** Fields that a stanza cannot say. */
  readonly left: readonly string[];
}

/** How stanzas call the fields that repomill knows under a different name. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['version', 'Version'],
  ['arch', 'Architecture'],
  ['size', 'Size'],
  ['installedSize', 'Installed-Size'],
  ['sha256', 'SHA256'],
  ['path', 'Filename'],
  ['homepage', 'Homepage'],
  ['dependencies', 'Depends'],
  ['tags', 'Tag'],
  ['summary', 'Description'],
  ['description', 'Description'],
]);

/** What replaces values of the record: where its file is in the archive, and for which architecture the index is. */
export interface StanzaOverrides {
  readonly path?: string | undefined;
  /** Undefined in a `Sources` file, where the record's own `Architecture` says where it can be built. */
  readonly arch: string | undefined;
}

/** Fields of the file that a source package is described by. `Sources` says them in fields of its own. */
const OF_FILE: ReadonlySet<string> = new Set(['arch', 'path', 'size', 'sha256']);

/** Renders a record. */
export function formatStanza(record: PackageRecord, { path, arch }: StanzaOverrides): Stanza {
  const left: string[] = [];
  const entries = Object.entries(record).flatMap(([field, value]) =>
    value === undefined || value === null || (arch === undefined && OF_FILE.has(field))
      ? []
      : [[field, value] as const],
  );
  const names = new Set(['package']);
  for (const [field] of entries) {
    const own = NAMES.get(field);
    if (own !== undefined) names.add(own.toLowerCase());
  }
  let text = `Package: ${record.name}\n`;
  for (const [field, value] of entries) {
    if (field === 'name' || isPartOfOther(field, record)) continue;
    const own = NAMES.get(field);
    const name = own ?? field;
    const shown = shownValue(field, value, record, { path, arch });
    const isRepeated = own === undefined && names.has(name.toLowerCase());
    if (shown === undefined || isRepeated || !FIELD_NAME.test(name)) left.push(field);
    else {
      text += `${name}:${shown}\n`;
      names.add(name.toLowerCase());
    }
  }
  return { text, left };
}

/** Policy 5.1: printable ASCII without a colon, beginning with neither a hash nor a dash. */
const FIELD_NAME = /^[!"$-,.-9;-~][!-9;-~]*$/;

/** The description comes after the summary, as one field. */
function isPartOfOther(field: string, record: PackageRecord): boolean {
  return field === 'description' && typeof record.summary === 'string';
}

/** What follows the colon; undefined if a stanza cannot say it. */
function shownValue(
  field: string,
  value: FieldValue,
  record: PackageRecord,
  { path, arch }: StanzaOverrides,
): string | undefined {
  switch (field) {
    case 'arch':
      return arch === undefined ? undefined : ` ${arch}`;
    case 'path':
      return ` ${path ?? String(value)}`;
    case 'Directory':
      return arch === undefined && path !== undefined ? ` ${directoryOf(path)}` : plain(value);
    case 'installedSize':
      return typeof value === 'number' ? ` ${Math.ceil(value / 1024)}` : undefined;
    case 'summary': {
      const { description } = record;
      return typeof value === 'string'
        ? lines(typeof description === 'string' ? `${value}\n${description}` : value)
        : undefined;
    }
    case 'description':
      return typeof value === 'string' ? lines(`${record.name}\n${value}`) : undefined;
    default:
      return plain(value);
  }
}

function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === -1 ? '.' : path.slice(0, end);
}

function plain(value: FieldValue): string | undefined {
  if (typeof value === 'string') return lines(value);
  if (typeof value === 'number') return ` ${value}`;
  if (typeof value === 'boolean') return value ? ' yes' : ' no';
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string' || typeof item === 'number'))
    return undefined;
  return ` ${value.join(', ').replaceAll(LINE_END, ' ')}`;
}

/** Some programs end lines at a carriage return alone. */
const LINE_END = /\r\n|\n|\r/g;

/** A text of one line or several. An empty line would end the stanza, so it is written as a dot. */
function lines(text: string): string {
  const [first = '', ...rest] = text.split(LINE_END);
  const start = first === '' ? '' : ` ${first}`;
  return [start, ...rest.map((line) => (line.trim() === '' ? ' .' : ` ${line}`))].join('\n');
}
