/**
 * File patterns, which select files of the input directory and extract fields from their paths. A glob in which `<field>`
 * matches text within one path segment: `<component>/<arch>/Packages`, `pool/<name>_<version>.json`.
 */
import { type Lead, strongestLead } from '../../platform/files/list-files.ts';
import { withoutCompression } from '../../platform/zlib/compressions.ts';
import { compileTokens, type PathFields } from './match-tokens.ts';
import {
  type PatternPart,
  type PatternToken,
  type PatternTokens,
  parsePatternParts,
  patternRefusal,
} from './pattern-tokens.ts';

/** The most patterns that one pattern with braces may expand to. */
export const MAX_PATTERN_CHOICES = 64;

/** A parsed pattern. Also matches the compressed forms of a file. */
export interface FilePattern {
  /**
   * Whether a file below a directory may match: `named` if the pattern has a part for each name in the directory's path,
   * `anywhere` if `**` leads there, whatever the names.
   *
   * @param directory - relative to the input directory, with `/`
   */
  leadsInto(directory: string): Lead | undefined;
  /**
   * The fields in a path, or undefined if the path does not match.
   *
   * @param path - relative to the input directory, with `/`
   */
  match(path: string): PathFields | undefined;
}

/**
 * Parses a file pattern.
 *
 * @throws RepomillError (usage) with one problem that has the column, in UTF-16 code units
 */
export function parseFilePattern(text: string): FilePattern {
  const alternatives = expand(parsePatternParts(text));
  const matchers = alternatives.map(compileTokens);
  const ways = alternatives.map((tokens) => segmentsOf(tokens).map(compileSegment));
  const matchWhole = (path: string): PathFields | undefined => {
    for (const match of matchers) {
      const fields = match(path);
      if (fields !== undefined) return fields;
    }
    return undefined;
  };
  return {
    leadsInto: (directory) => strongestLead(ways.map((segments) => leadOf(segments, directory.split('/')))),
    match: (path) => matchWhole(withoutCompression(path)) ?? matchWhole(path),
  };
}

// `a{b,c}d` stands for `abd` and `acd`.
function expand(parts: readonly PatternPart[]): readonly PatternTokens[] {
  let expanded: readonly PatternTokens[] = [[]];
  for (const part of parts) {
    const choices = part.kind === 'choice' ? part.choices : [[part]];
    if (expanded.length * choices.length > MAX_PATTERN_CHOICES) {
      throw patternRefusal(0, `expected braces that expand to at most ${MAX_PATTERN_CHOICES} patterns`);
    }
    expanded = expanded.flatMap((tokens) => choices.map((choice) => [...tokens, ...choice]));
  }
  return expanded;
}

/** The tokens of each path segment. `**` is always a separate segment, even at the end of the pattern. */
function segmentsOf(tokens: PatternTokens): readonly PatternTokens[] {
  const segments: PatternToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind !== 'text') {
      segments.at(-1)?.push(token);
      if (token.kind === 'segments') segments.push([]);
      continue;
    }
    for (const [i, text] of token.text.split('/').entries()) {
      if (i > 0) segments.push([]);
      if (text !== '') segments.at(-1)?.push({ kind: 'text', text });
    }
  }
  return segments;
}

type Segment = 'anywhere' | ((name: string) => boolean);

function compileSegment(tokens: PatternTokens): Segment {
  if (tokens[0]?.kind === 'segments' || tokens[0]?.kind === 'rest') return 'anywhere';
  const match = compileTokens(tokens);
  return (name) => match(name) !== undefined;
}

function leadOf(segments: readonly Segment[], names: readonly string[]): Lead | undefined {
  for (const [i, name] of names.entries()) {
    const segment = segments[i];
    if (segment === 'anywhere') return 'anywhere';
    // The last segment is for the file.
    if (segment === undefined || i === segments.length - 1 || !segment(name)) return undefined;
  }
  return 'named';
}
