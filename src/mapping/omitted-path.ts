/**
 * Dotted paths of `omit:`, which leave out values inside of fields.
 */
import { isObject } from '../bytes/json.ts';
import { EVERY, type RemovalStep, splitIfPath, without } from './value-path.ts';

/** A dotted path of `omit:`. */
export interface OmittedPath {
  /** As it was written. */
  readonly text: string;
  readonly steps: readonly RemovalStep[];
}

/** The path that a name of `omit:` may be; undefined for one that can only be the name of a field. */
export function omittedPath(text: string): OmittedPath | undefined {
  const steps = splitIfPath(text).map((step) => (step.text === '*' && !step.isQuoted ? EVERY : step.text));
  return steps.length > 1 ? { text, steps } : undefined;
}

/** Leaves out values inside of fields. A field that is called like a path is left out whole, elsewhere. */
export function omitWithin(
  fields: Readonly<Record<string, unknown>>,
  paths: readonly OmittedPath[],
  noteEffect: (path: string) => void,
): Readonly<Record<string, unknown>> {
  let kept = fields;
  for (const { text, steps } of paths) {
    if (Object.hasOwn(kept, text)) continue;
    const left = without(kept, steps);
    if (left === kept) continue;
    noteEffect(text);
    kept = isObject(left) ? left : {};
  }
  return kept;
}
