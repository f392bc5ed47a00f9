/**
 * Key files: the `config` of an OSTree repository and the metadata of apps. Desktop Entry Specification as GLib's GKeyFile
 * reads it. Refuses lines that are neither a group, a key nor a comment; every one is reported.
 */
import { type Problem, RepomillError } from '../errors.ts';

/** A key file. Keys keep their order; of a key that stands twice, the last value counts. */
export class Keyfile {
  readonly #groups: ReadonlyMap<string, ReadonlyMap<string, string>>;

  constructor(groups: ReadonlyMap<string, ReadonlyMap<string, string>>) {
    this.#groups = groups;
  }

  /** Keys of a group in their order; none where there is no such group. */
  keys(group: string): readonly string[] {
    return [...(this.#groups.get(group)?.keys() ?? [])];
  }

  /** A value with its escapes resolved; undefined where there is none, or where an escape is wrong. */
  string(group: string, key: string): string | undefined {
    const raw = this.#raw(group, key);
    return raw === undefined ? undefined : resolveEscapes(raw);
  }

  /** Whether a value is `true` or `1`. */
  boolean(group: string, key: string): boolean {
    return /^(?:true|1)\s*$/.test(this.#raw(group, key) ?? '');
  }

  has(group: string, key: string): boolean {
    return this.#raw(group, key) !== undefined;
  }

  /** A whole number, 0 where there is none. */
  integer(group: string, key: string): number {
    const raw = this.#raw(group, key)?.trim() ?? '';
    return /^[+-]?\d{1,10}$/.test(raw) ? Number(raw) : 0;
  }

  /** The parts of a list; undefined where there is no such key. A semicolon ends a part, `\;` does not. */
  list(group: string, key: string): readonly string[] | undefined {
    const raw = this.#raw(group, key);
    if (raw === undefined) return undefined;
    const parts = raw.match(/(?:\\.|[^;\\])*;|(?:\\.|[^;\\])+$/g) ?? [];
    return parts.map((part) => resolveEscapes(part.replace(/;$/, '').replaceAll('\\;', ';')) ?? '');
  }

  #raw(group: string, key: string): string | undefined {
    return this.#groups.get(group)?.get(key);
  }
}

/**
 * Reads a key file.
 *
 * @param file - its name, for messages
 * @throws RepomillError (metadata) with every bad line
 */
export function parseKeyfile(text: string, file: string): Keyfile {
  const groups = new Map<string, Map<string, string>>();
  const problems: Problem[] = [];
  let group: Map<string, string> | undefined;
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const report = (message: string): unknown => problems.push({ file, line: i + 1, message });
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const heading = /^\[([^\][\p{Cc}]+)\]\s*$/u.exec(content)?.[1];
    const entry = /^([^=[\]]*[^=[\]\s])\s*=\s*(.*)$/.exec(content);
    if (heading !== undefined) {
      group = groups.get(heading) ?? new Map();
      groups.set(heading, group);
    } else if (entry === null) report(`expected [group] or key=value, found ${JSON.stringify(content.slice(0, 60))}`);
    else if (group === undefined) report('expected a [group] before the first key');
    else group.set(entry[1] ?? '', entry[2] ?? '');
  }
  if (problems.length === 0) return new Keyfile(groups);
  throw new RepomillError('metadata', `${file}: expected a key file`, { problems });
}

/** The same text with a key set at the end of a group; a text that has this value already stays as it is. */
export function withKey(text: string, group: string, key: string, value: string): string {
  const lines = text.replace(/\n*$/, '').split('\n');
  const heading = lines.findIndex((line) => line.trim() === `[${group}]`);
  if (heading < 0) return `${text.replace(/\n*$/, '\n')}\n[${group}]\n${key}=${value}\n`;
  const next = lines.findIndex((line, i) => i > heading && line.startsWith('['));
  const end = next < 0 ? lines.length : next;
  const at = lines.findIndex((line, i) => i > heading && i < end && line.replace(/\s*=.*/, '') === key);
  if (at >= 0) lines.splice(at, 1, `${key}=${value}`);
  else {
    const last = lines.findLastIndex((line, i) => i < end && line.trim() !== '');
    lines.splice(last + 1, 0, `${key}=${value}`);
  }
  return `${lines.join('\n')}\n`;
}

const escapes: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' };

function resolveEscapes(raw: string): string | undefined {
  let isRight = true;
  const text = raw.replace(/\\(.?)/gs, (_, code: string) => {
    isRight &&= escapes[code] !== undefined;
    return escapes[code] ?? '';
  });
  return isRight ? text : undefined;
}
