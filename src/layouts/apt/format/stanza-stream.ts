/**
 * Stanzas of a file, one after the other, while its bytes arrive: Packages, Sources, and what users install (`.sources`). Reads what
 * apt's parser takes (`apt-pkg/tagfile.cc`) and says where it would stumble: apt gives up every source of a machine for one file that
 * begins with an empty line. Bytes that are not UTF-8 are replaced: nothing here depends on them.
 */
import { RepomillError } from '../../../errors.ts';
import { MAX_RECORD_SIZE } from '../../../model/limits.ts';
import { quote } from '../../../text/printable.ts';

/** The text of a stanza, and the number of its first line in the file, from 1. */
export interface FoundStanza {
  readonly line: number;
  readonly text: string;
}

/** A field of a stanza. */
export interface StanzaField {
  /** As it is written. */
  readonly name: string;
  /** Its value; lines are separated by line feeds, without the blank that each begins with. */
  readonly text: string;
}

/** The fields of a stanza, by their names in lower case, and what is wrong with its lines. */
export interface ReadStanza {
  readonly fields: ReadonlyMap<string, StanzaField>;
  readonly faults: readonly string[];
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Finds stanzas in bytes that arrive piece by piece. Not more than one stanza is kept. */
export class StanzaStream {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #rest: Uint8Array = new Uint8Array(0);
  #line = 1;

  /** The stanzas that end in these bytes. Throws a format error for one that is larger than `MAX_RECORD_SIZE`. */
  push(bytes: Uint8Array): readonly FoundStanza[] {
    const all = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    const found: FoundStanza[] = [];
    let start = 0;
    let lines = 0;
    for (let at = 0; ; ) {
      const end = all.indexOf(NEWLINE, at);
      if (end === -1) break;
      const isEmpty = end === at || (end === at + 1 && all[at] === RETURN);
      if (isEmpty) {
        if (lines > 0) found.push({ line: this.#line, text: this.#decoder.decode(all.subarray(start, at)) });
        this.#line += lines + 1;
        start = end + 1;
        lines = 0;
      } else lines++;
      at = end + 1;
    }
    if (all.length - start > MAX_RECORD_SIZE) {
      throw new RepomillError('format', `line ${this.#line}: expected stanzas of at most ${MAX_RECORD_SIZE} bytes`);
    }
    // What follows is looked at again with the next bytes, which are many more.
    this.#rest = all.slice(start);
    return found;
  }

  /** The last stanza, if no empty line ended it. */
  end(): readonly FoundStanza[] {
    const text = this.#decoder.decode(this.#rest);
    this.#rest = new Uint8Array(0);
    return text.trim() === '' ? [] : [{ line: this.#line, text }];
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** Takes a stanza apart. */
export function readStanza({ text, line: first }: FoundStanza): ReadStanza {
  const fields = new Map<string, { readonly name: string; text: string }>();
  const faults: string[] = [];
  let last: { readonly name: string; text: string } | undefined;
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line === '') continue;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (last === undefined) faults.push(`line ${first + i}: expected a field, found a continuation line`);
      else last.text += `\n${line.slice(1)}`;
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!/^[!"$-,.-9;-~][!-9;-~]*$/.test(name)) {
      faults.push(`line ${first + i}: expected "Field: text", found ${quote(line)}`);
      last = undefined;
      continue;
    }
    last = { name, text: line.slice(colon + 1).trim() };
    if (fields.has(name.toLowerCase())) faults.push(`line ${first + i}: ${name}: expected once, found again`);
    else fields.set(name.toLowerCase(), last);
  }
  return { fields, faults };
}

/** What is wrong with the first bytes of a file of stanzas; undefined if apt reads them. */
export function faultOfStart(bytes: Uint8Array): string | undefined {
  const first = bytes[0];
  if (first === NEWLINE || first === RETURN) return 'line 1: expected a stanza, found an empty line';
  return first === 0x23 ? 'line 1: expected a stanza, found a comment' : undefined;
}
