/**
 * A file pattern in parts. `*`, `?`, `[...]` and `{a,b}` stay within one path segment, `**` is a whole segment and
 * stands for any number of them, `<field>` is text of one segment. Refuses what fast-glob would understand differently.
 */
import { RepomillError } from '../errors.ts';
import { type CharacterSet, compileCharacterSet } from '../query/glob.ts';

/** One part of a pattern. */
export type PatternToken =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  /** `*`, `?`. */
  | { readonly kind: 'any' | 'one' }
  | { readonly kind: 'set'; readonly set: string; readonly holds: CharacterSet }
  /** `**` and the slash behind it: any number of segments. */
  | { readonly kind: 'segments' }
  /** `**` at the end: everything that is left. */
  | { readonly kind: 'rest' }
  | { readonly kind: 'choice'; readonly choices: readonly (readonly PatternToken[])[] };
