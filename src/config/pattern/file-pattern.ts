/**
 * File patterns: which files of the input directory a rule is about, and what their paths say. A glob in which
 * `<field>` stands for text of one path segment: `<component>/<arch>/Packages`, `pool/<name>_<version>.json`.
 */
import { compileTokens, type PathFields } from './match-tokens.ts';
import {
  type PatternPart,
  type PatternToken,
  type PatternTokens,
  parsePatternParts,
  patternRefusal,
} from './pattern-tokens.ts';

/** The most patterns that one pattern with braces may stand for. */
export const MAX_PATTERN_CHOICES = 64;

/** A pattern, parsed. Matches the compressed forms (`.gz`, `.xz`) of a file too. */
export interface FilePattern {
  /**
   * Globs for fast-glob, relative to a directory, of all entries of it and of the directories below it that may lead to a
   * file that matches. Empty if no file below the directory can match.
   *
   * @param directory - relative to the input directory, with `/`; the empty text for the input directory itself
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
 * @throws RepomillError (usage) whose one problem has the column, in UTF-16 code units
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

/** The tokens of each path segment. `**` is a segment of its own, whether it ends the pattern or not. */
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

/** The segments that remain after those that match the names of directories; none if they do not match. */
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
 * A glob for the directories that match a segment, and perhaps a few more; undefined if none can, because the name is empty
 * or hidden. The first segment always has a wildcard: a name without one would be opened instead of looked for, whatever its
 * case, and followed although it is a link.
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
