/**
 * File patterns: which files of the input directory a rule is about, and what their paths tell. A glob in which
 * `<field>` stands for text of one path segment: `<component>/<arch>/Packages`, `pool/<name>_<version>.json`.
 */
import { compileTokens, type PathFields } from './match-tokens.ts';
import { type PatternPart, type PatternTokens, parsePatternParts, patternRefusal } from './pattern-tokens.ts';

/** How many patterns one pattern with braces may stand for. */
export const MAX_PATTERN_CHOICES = 64;

/** A pattern ready for use. Both forms find a file's compressed forms (`.gz`, `.xz`) along with it. */
export interface FilePattern {
  /** The pattern for fast-glob. It finds every path that `match` accepts, and now and then another. */
  readonly glob: string;
  /**
   * The fields that a path tells, or undefined where it does not match.
   *
   * @param path - relative to the input directory, with `/`
   */
  match(path: string): PathFields | undefined;
}

/**
 * Reads a file pattern.
 *
 * @throws RepomillError (usage) whose one problem has the column, in UTF-16 code units
 */
export function parseFilePattern(text: string): FilePattern {
  const parts = parsePatternParts(text);
  const alternatives = expand(parts).map(compileTokens);
  const matchWhole = (path: string): PathFields | undefined => {
    for (const match of alternatives) {
      const fields = match(path);
      if (fields !== undefined) return fields;
    }
    return undefined;
  };
  return {
    glob: formatGlob(parts),
    match: (path) => matchWhole(path.replace(compressionSuffix, '')) ?? matchWhole(path),
  };
}

const compressionSuffix = /\.(?:gz|xz)$/;

// `a{b,c}d` stands for `abd` and `acd`.
function expand(parts: readonly PatternPart[]): readonly PatternTokens[] {
  let expanded: readonly PatternTokens[] = [[]];
  for (const part of parts) {
    const choices = part.kind === 'choice' ? part.choices : [[part]];
    if (expanded.length * choices.length > MAX_PATTERN_CHOICES) {
      throw patternRefusal(0, `expected braces that stand for at most ${MAX_PATTERN_CHOICES} patterns`);
    }
    expanded = expanded.flatMap((tokens) => choices.map((choice) => [...tokens, ...choice]));
  }
  return expanded;
}

function formatGlob(parts: readonly PatternPart[]): string {
  const open = ['any', 'field', 'rest'].includes(parts.at(-1)?.kind ?? '');
  return `${parts.map(formatPart).join('')}${open ? '' : '{,.gz,.xz}'}`;
}

function formatPart(part: PatternPart): string {
  switch (part.kind) {
    case 'text':
      return part.text.replaceAll(/[()!+@|"]/g, '\\$&');
    case 'set':
      return `[${part.set}]`;
    case 'one':
      return '?';
    case 'any':
    case 'field':
      return '*';
    case 'segments':
      return '**/';
    case 'rest':
      return '**';
    case 'choice':
      return `{${part.choices.map((tokens) => tokens.map(formatPart).join('')).join(',')}}`;
  }
}
