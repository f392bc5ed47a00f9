/**
 * File patterns, which select files of the input directory and extract fields from their paths. A glob in which `<field>`
 * matches text within one path segment: `<component>/<arch>/Packages`, `pool/<name>_<version>.json`.
 */
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
   * Globs for fast-glob, relative to a directory, for all entries in it and in its subdirectories that may lead to a matching
   * file. Empty if no file below the directory can match.
   *
   * @param directory - relative to the input directory, with `/`; empty for the input directory itself
   */
  entriesBelow(directory: string): readonly string[];
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
  const segmentLists = alternatives.map(segmentsOf);
  const matchWhole = (path: string): PathFields | undefined => {
    for (const match of matchers) {
      const fields = match(path);
      if (fields !== undefined) return fields;
    }
    return undefined;
  };
  return {
    entriesBelow: (directory) => [...new Set(segmentLists.flatMap((segments) => globsBelow(segments, directory)))],
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

function globsBelow(segments: readonly PatternTokens[], directory: string): readonly string[] {
  const left = segmentsAfter(segments, directory === '' ? [] : directory.split('/'));
  const globs: string[] = [];
  let prefix = '';
  for (const segment of left) {
    if (isDeep(segment)) return [...globs, `${prefix}**/*`];
    globs.push(`${prefix}*`);
    const name = formatSegment(segment, prefix === '');
    if (name === undefined) break;
    prefix += `${name}/`;
  }
  return globs;
}

/** The segments left after matching the names of directories; empty if they do not match. */
function segmentsAfter(segments: readonly PatternTokens[], names: readonly string[]): readonly PatternTokens[] {
  for (const [i, name] of names.entries()) {
    const segment = segments[i] ?? [];
    if (isDeep(segment)) return segments.slice(i);
    if (i >= segments.length - 1 || compileTokens(segment)(name) === undefined) return [];
  }
  return segments.slice(names.length);
}

function isDeep([first]: PatternTokens): boolean {
  return first?.kind === 'segments' || first?.kind === 'rest';
}

/**
 * A glob for the directories that match a segment, and perhaps a few more. Undefined if none can match, because the name is
 * empty or hidden. The first segment always gets a wildcard: fast-glob would open a name without one instead of searching for
 * it, ignoring case and following links.
 */
function formatSegment(tokens: PatternTokens, isFirst: boolean): string | undefined {
  const glob = tokens.map(formatToken).join('').replaceAll(/\*+/g, '*');
  if (glob === '' || glob.startsWith('.')) return undefined;
  if (!isFirst || tokens.some(({ kind }) => kind !== 'text')) return glob;
  return /^\w/.test(glob) ? `[${glob.charAt(0)}]${glob.slice(1)}` : `*${glob}`;
}

function formatToken(token: PatternToken): string {
  if (token.kind === 'text') return token.text.replaceAll(/[()!+@|"]/g, '\\$&');
  return token.kind === 'one' || token.kind === 'set' ? '?' : '*';
}
