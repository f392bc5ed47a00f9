/**
 * YAML as people and programs usually write it, from the events of `js-yaml`: documents that are objects or lists. Gives up on
 * anything wrong, and on what is rare: tags, anchors, directives, tabs as indentation, keys of more than one line.
 */
import {
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { MAX_FIELD_DEPTH } from '../../model/limits.ts';
import { NumberTexts, type ParsedDocument } from '../../model/parsed-document.ts';
import { LineIndex } from '../../text/line-index.ts';
import { examineYaml } from './examine-yaml.ts';

// At the beginning of a line: a directive, the end of a document, a tab, a colon, an indented marker. Anywhere: a carriage return, a
// byte order mark, an escape beyond Unicode, a block of a given indentation.
const UNUSUAL = /^(?:%|\.\.\.| *[\t:]| +---)|\r|\ufeff|\\U(?!00(?:0[0-9a-fA-F]|10))|[|>][-+]?[0-9]/m;

/** Parses all documents of a text; undefined if any of them has a problem or something unusual. Throws nothing. */
export function composeYaml(text: string): readonly ParsedDocument[] | undefined {
  if (UNUSUAL.test(text) || text.endsWith(' ')) return undefined;
  let composed: Composed;
  try {
    composed = new Composer(text).compose();
  } catch {
    return undefined;
  }
  const { documents, starts, texts } = composed;
  const lines = new LineIndex(text);
  const lineAt = (offset: number): number => lines.positionAt(offset).line;
  let examined: readonly ParsedDocument[] | undefined;
  return documents.map(({ value, start }, position) => ({
    value,
    line: lineAt(start),
    lineOf: (container) => lineAt(starts.get(container) ?? start),
    positionOf: (path) => {
      // Only problems need a column, and they are few.
      examined ??= examineYaml(text).documents;
      return examined[position]?.positionOf(path) ?? lines.positionAt(start);
    },
    textOf: (container, key) => texts.of(container, key),
  }));
}

interface Composed {
  /** Each with the offset of its content. */
  readonly documents: readonly { readonly value: unknown; readonly start: number }[];
  /** The offset of the key or the list item of each object and list. */
  readonly starts: ReadonlyMap<object, number>;
  readonly texts: NumberTexts;
}

/** The offset of what a text does not have. */
const ABSENT = -1;

/** Makes values of events. Throws to give up. */
class Composer {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #starts = new Map<object, number>();
  readonly #texts = new NumberTexts();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#events = parseEvents(text, { maxDepth: MAX_FIELD_DEPTH });
  }

  compose(): Composed {
    const documents: { readonly value: unknown; readonly start: number }[] = [];
    while (this.#at < this.#events.length) {
      const event = this.#next();
      if (event.type !== EVENT_ID.DOCUMENT || event.directives.length > 0) throw new UnusualYaml();
      const root = this.#next();
      if (root.type === EVENT_ID.SCALAR) throw new UnusualYaml();
      const start = startOf(root);
      documents.push({ value: this.#valueOf(root, start), start });
      if (this.#next().type !== EVENT_ID.POP) throw new UnusualYaml();
    }
    if (documents.length === 0) throw new UnusualYaml();
    return { documents, starts: this.#starts, texts: this.#texts };
  }

  #next(): Event {
    const event = this.#events[this.#at++];
    if (event === undefined) throw new UnusualYaml();
    return event;
  }

  /** The value that begins with an event. `start` is the offset of its key or list item. */
  #valueOf(event: Event, start: number): unknown {
    switch (event.type) {
      case EVENT_ID.SCALAR: {
        const text = this.#textOf(event);
        return event.style === SCALAR_STYLE.PLAIN ? resolvePlain(text) : text;
      }
      case EVENT_ID.SEQUENCE:
        refuseProperties(event);
        return this.#listFrom(start);
      case EVENT_ID.MAPPING:
        refuseProperties(event);
        return this.#objectFrom(start, event.style === COLLECTION_STYLE.BLOCK);
      default:
        throw new UnusualYaml();
    }
  }

  #listFrom(start: number): readonly unknown[] {
    const list: unknown[] = [];
    this.#starts.set(list, start);
    for (let item = this.#next(); item.type !== EVENT_ID.POP; item = this.#next()) {
      const value = this.#valueOf(item, startOf(item));
      this.#noteNumber(list, list.length, value, item);
      list.push(value);
    }
    return list;
  }

  #objectFrom(start: number, isBlock: boolean): Readonly<Record<string, unknown>> {
    const object: Record<string, unknown> = {};
    this.#starts.set(object, start);
    let isFirst = true;
    for (let event = this.#next(); event.type !== EVENT_ID.POP; event = this.#next()) {
      const key = this.#keyOf(event);
      // After a list, `js-yaml` takes a key that is on the line of its last item.
      if (isBlock && !isFirst && !this.#beginsLine(startOf(event))) throw new UnusualYaml();
      isFirst = false;
      if (Object.hasOwn(object, key)) throw new UnusualYaml();
      const member = this.#next();
      const value = this.#valueOf(member, startOf(event));
      this.#noteNumber(object, key, value, member);
      if (key !== '__proto__') object[key] = value;
      else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return object;
  }

  #keyOf(event: Event): string {
    const isText = event.type === EVENT_ID.SCALAR && event.valueStart !== ABSENT;
    if (!isText || event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK) {
      throw new UnusualYaml();
    }
    return this.#textOf(event);
  }

  /** Whether there is nothing but spaces, and a quotation mark, in front of a key. */
  #beginsLine(start: number): boolean {
    const line = this.#text.lastIndexOf('\n', start - 1) + 1;
    return /^ *["']?$/.test(this.#text.slice(line, start));
  }

  #textOf(event: ScalarEvent): string {
    refuseProperties(event);
    return getScalarValue(this.#text, event);
  }

  #noteNumber(container: object, key: string | number, value: unknown, event: Event): void {
    if (typeof value !== 'number' || event.type !== EVENT_ID.SCALAR) return;
    this.#texts.add(container, key, value, getScalarValue(this.#text, event));
  }
}

/** Thrown to give up. */
class UnusualYaml extends Error {}

function refuseProperties({ tagStart, anchorStart }: ScalarEvent | SequenceEvent | MappingEvent): void {
  if (tagStart !== ABSENT || anchorStart !== ABSENT) throw new UnusualYaml();
}

/** The offset of a node, or of the first character of a text inside its quotation marks. */
function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  return event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING ? event.start : ABSENT;
}

/** The value of a plain scalar in the core schema: YAML 1.2.2, section 10.3.2. */
function resolvePlain(text: string): unknown {
  if (/^(?:~|null|Null|NULL|)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (!/^[-+.0-9]/.test(text)) return text;
  if (/^[-+]?[0-9]+$/.test(text)) return Number.parseInt(text, 10);
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number.parseFloat(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : text;
}
