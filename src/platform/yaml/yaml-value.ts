/**
 * The value of a YAML document that the package `yaml` has composed. The package itself looks for the anchor of an alias in the
 * whole document, and for a key in all keys before it: here, each node is visited a fixed number of times.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml';
import { MAX_RECORD_SIZE, MAX_YAML_ALIASES } from '../../model/limits.ts';

/** A place of a document that makes it unusable. */
export interface YamlFlaw {
  readonly offset: number;
  readonly message: string;
}

/** What the aliases of a document stand for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

/** What each alias of a document stands for, and those that stand for nothing, or for a node around them: an endless value. */
export function findTargets(document: Document.Parsed): {
  readonly targets: AliasTargets;
  readonly flaws: readonly YamlFlaw[];
} {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const flaws: YamlFlaw[] = [];
  visit(document, {
    Alias(_key, alias, ancestors) {
      const anchor = anchors.get(alias.source);
      if (anchor !== undefined && !ancestors.includes(anchor)) {
        targets.set(alias, anchor);
        return;
      }
      const found = anchor === undefined ? 'none' : 'one around it';
      const message = `alias "*${alias.source}": expected an anchor before it, found ${found}`;
      flaws.push({ offset: alias.range?.[0] ?? 0, message });
    },
    Value(_key, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return { targets, flaws };
}

/** The keys that a map has before. */
export function findRepeatedKeys(document: Document.Parsed): readonly YamlFlaw[] {
  const flaws: YamlFlaw[] = [];
  visit(document, {
    Map(_key, map: YAMLMap) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) flaws.push({ offset: key.range?.[0] ?? 0, message: 'map keys must be unique' });
        seen.add(key.value);
      }
    },
  });
  return flaws;
}

/** The most characters of all texts of a document, those of aliases included. Without aliases, it has no more than a record. */
const MAX_EXPANDED = 4 * MAX_RECORD_SIZE;

/** Thrown for aliases that would be expanded more often than `MAX_YAML_ALIASES`, or to more than `MAX_EXPANDED`. */
export class TooManyAliases extends Error {}

/**
 * The value of a document without flaws, as JSON has it. What an alias stands for is in it once.
 *
 * @throws TooManyAliases
 */
export function valueOfYaml(document: Document.Parsed, targets: AliasTargets): unknown {
  return new Converter(targets).valueOf(document.contents);
}

/** How often the value of an anchor is in the document. */
interface Anchored {
  readonly value: unknown;
  /** Characters of its texts. */
  readonly size: number;
  /** How often its value was asked for: where the anchor is, and by aliases. */
  count: number;
  /** How many values it has for each of those, where the aliases in it multiply; undefined until there is an alias. */
  weight?: number;
}

class Converter {
  readonly #targets: AliasTargets;
  readonly #anchored = new Map<Node, Anchored>();
  /** Characters of the texts so far. */
  #size = 0;

  constructor(targets: AliasTargets) {
    this.#targets = targets;
  }

  valueOf(node: unknown): unknown {
    if (isAlias(node)) return this.#expand(node);
    const before = this.#size;
    const value = this.#convert(node);
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
      this.#anchored.set(node as Node, { value, size: this.#size - before, count: 1 });
    }
    return value;
  }

  #convert(node: unknown): unknown {
    if (isScalar(node)) {
      this.#size += typeof node.value === 'string' ? node.value.length : 1;
      return node.value;
    }
    if (isSeq(node)) return node.items.map((item) => this.valueOf(item));
    if (!isMap(node)) return null;
    const object: Record<string, unknown> = {};
    for (const pair of node.items) {
      const value = this.valueOf(pair.value);
      // Every key is a text: the document has no flaws.
      const key = String(Object(pair.key).value);
      this.#size += key.length;
      Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return object;
  }

  #expand(alias: Alias): unknown {
    const target = this.#targets.get(alias);
    const anchored = target && this.#anchored.get(target);
    if (anchored === undefined) return null;
    anchored.count++;
    anchored.weight ??= this.#weightOf(target);
    this.#size += anchored.size;
    if (anchored.count * anchored.weight > MAX_YAML_ALIASES || this.#size > MAX_EXPANDED) throw new TooManyAliases();
    return anchored.value;
  }

  /** The most values that any one alias below a node stands for; 1 without aliases, 0 for what is empty. */
  #weightOf(node: unknown): number {
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      const { count = 0, weight = 0 } = (target && this.#anchored.get(target)) ?? {};
      return count * weight;
    }
    if (isSeq(node)) return node.items.reduce<number>((most, item) => Math.max(most, this.#weightOf(item)), 0);
    if (isMap(node))
      return node.items.reduce(
        (most, { key, value }: Pair) => Math.max(most, this.#weightOf(key), this.#weightOf(value)),
        0,
      );
    return 1;
  }
}
