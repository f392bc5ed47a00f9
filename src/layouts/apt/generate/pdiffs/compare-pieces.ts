/**
 * Makes the patch between two versions of a Packages file without comparing them line by line. The files are lists of pieces, and
 * pieces lists of stanzas, both with keys: what has the same key in both is skipped. Only stanzas that differ are read.
 */
import { RepomillError } from '../../../../errors.ts';
import { decodeLatin1, decodeLines, LINE_END, type LinePatch, PatchBuilder } from '../../format/line-patch.ts';
import { matchTexts } from './match-texts.ts';

/** A stanza of a Packages file. */
export interface PieceStanza {
  /** Equal for equal stanzas alone: their digest, or the text itself. */
  readonly key: string;
  /** Lines of it, without the empty one after it. */
  readonly lines: number;
}

/** Stanzas that follow each other, each with one empty line after it. */
export interface PieceStanzas {
  readonly stanzas: readonly PieceStanza[];
  /** The text of a stanza by its position: with the line end of its last line, without the empty line. */
  text(index: number): Uint8Array;
}

/** A part of a Packages file: whole stanzas. */
export interface ComparedPiece {
  /** Equal for equal pieces alone: a digest. */
  readonly key: string;
  /** Lines of it, with the empty ones. */
  readonly lines: number;
  /** Not called for a piece that both versions have, in the same order. */
  open(): PieceStanzas;
}

/**
 * The patch from one version to another. Right whatever the order of stanzas and the places where pieces are cut, and small if both
 * are sorted alike.
 *
 * @param maxInserted - bytes of lines that the patch may insert
 * @returns undefined if the patch would insert more: it is not worth making
 * @throws RepomillError `integrity` if a text has a different number of lines than its stanza says
 */
export function comparePieces(
  old: readonly ComparedPiece[],
  next: readonly ComparedPiece[],
  maxInserted: number,
): LinePatch | undefined {
  const comparison = new Comparison(maxInserted);
  for (const gap of walkRuns(old.map(keyOf), next.map(keyOf))) {
    if (gap.kind === 'equal') comparison.keep(sumOfLines(old.slice(gap.oldStart, gap.oldEnd)));
    else {
      const before = joinStanzas(old.slice(gap.oldStart, gap.oldEnd));
      const after = joinStanzas(next.slice(gap.nextStart, gap.nextEnd));
      comparison.compareStanzas(before, after);
    }
    if (comparison.isTooLarge) return undefined;
  }
  return comparison.patch();
}

function keyOf({ key }: { readonly key: string }): string {
  return key;
}

function sumOfLines(parts: readonly { readonly lines: number }[]): number {
  return parts.reduce((sum, { lines }) => sum + lines, 0);
}

/** A stanza that can be read. */
interface OpenStanza extends PieceStanza {
  readonly piece: PieceStanzas;
  readonly index: number;
}

function joinStanzas(pieces: readonly ComparedPiece[]): readonly OpenStanza[] {
  return pieces.flatMap((one) => {
    const piece = one.open();
    return piece.stanzas.map(({ key, lines }, index) => ({ key, lines, piece, index }));
  });
}

/** Walks through both versions, from large to small: stanzas, then the lines of those that differ. */
class Comparison {
  readonly #builder = new PatchBuilder();
  #left: number;

  constructor(maxInserted: number) {
    this.#left = maxInserted;
  }

  get isTooLarge(): boolean {
    return this.#left < 0;
  }

  patch(): LinePatch {
    return this.#builder.patch();
  }

  keep(lines: number): void {
    this.#builder.keep(lines);
  }

  compareStanzas(old: readonly OpenStanza[], next: readonly OpenStanza[]): void {
    for (const gap of walkRuns(old.map(keyOf), next.map(keyOf))) {
      const before = old.slice(gap.oldStart, gap.oldEnd);
      if (gap.kind === 'equal') this.keep(sumOfLines(before) + before.length);
      else this.#compareChanged(before, next.slice(gap.nextStart, gap.nextEnd));
      if (this.isTooLarge) return;
    }
  }

  // Stanzas of the same package are compared with each other, so that few lines are in memory. The first line has its name.
  #compareChanged(old: readonly OpenStanza[], next: readonly OpenStanza[]): void {
    for (const gap of walkRuns(old.map(firstLineOf), next.map(firstLineOf))) {
      const before = old.slice(gap.oldStart, gap.oldEnd);
      const after = next.slice(gap.nextStart, gap.nextEnd);
      if (gap.kind === 'changed') this.#compareTexts(before, after);
      else for (const [i, one] of before.entries()) this.#compareTexts([one], after.slice(i, i + 1));
      if (this.isTooLarge) return;
    }
  }

  #compareTexts(old: readonly OpenStanza[], next: readonly OpenStanza[]): void {
    // No more than the old lines can be kept.
    if (sizeOf(next) - sizeOf(old) > this.#left) this.#left = -1;
    else this.#compareLines(old.flatMap(linesOf), next.flatMap(linesOf));
  }

  #compareLines(old: readonly string[], next: readonly string[]): void {
    for (const gap of walkRuns(old, next)) {
      if (gap.kind === 'equal') this.keep(gap.oldEnd - gap.oldStart);
      else {
        this.#builder.remove(gap.oldEnd - gap.oldStart);
        this.#builder.insert(next, gap.nextStart, gap.nextEnd);
        for (let i = gap.nextStart; i < gap.nextEnd; i++) this.#left -= (next[i]?.length ?? 0) + 1;
      }
    }
  }
}

function firstLineOf({ piece, index }: OpenStanza): string {
  const text = piece.text(index);
  const end = text.indexOf(LINE_END);
  return decodeLatin1(end < 0 ? text : text.subarray(0, end));
}

function sizeOf(stanzas: readonly OpenStanza[]): number {
  return stanzas.reduce((sum, { piece, index }) => sum + piece.text(index).length + 1, 0);
}

/** The lines of a stanza, and the empty line after it. */
function linesOf({ piece, index, lines: expected }: OpenStanza): readonly string[] {
  const lines = decodeLines(piece.text(index));
  if (lines.length !== expected)
    throw new RepomillError('integrity', `stanza: expected ${expected} lines, found ${lines.length}`);
  return [...lines, ''];
}

/** Ranges of two lists that follow each other: equal ones, and those between. Ends are exclusive. */
interface Gap {
  readonly kind: 'equal' | 'changed';
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly nextStart: number;
  readonly nextEnd: number;
}

function* walkRuns(old: readonly string[], next: readonly string[]): Generator<Gap, void> {
  let oldStart = 0;
  let nextStart = 0;
  for (const run of [...matchTexts(old, next), { old: old.length, next: next.length, count: 0 }]) {
    if (run.old > oldStart || run.next > nextStart)
      yield { kind: 'changed', oldStart, oldEnd: run.old, nextStart, nextEnd: run.next };
    oldStart = run.old + run.count;
    nextStart = run.next + run.count;
    if (run.count > 0)
      yield { kind: 'equal', oldStart: run.old, oldEnd: oldStart, nextStart: run.next, nextEnd: nextStart };
  }
}
