/**
 * Stretches of new bytes that are made from old ones, in the order of the new bytes.
 */

/** New bytes from `nextStart` on are made from as many old bytes from `oldStart` on, be they equal or not. */
export interface Match {
  readonly oldStart: number;
  readonly nextStart: number;
  readonly length: number;
}

/** Collects matches; one that goes on where the last one ended makes it longer. */
export class MatchList {
  private readonly matches: { oldStart: number; nextStart: number; length: number }[] = [];

  /** Adds a match behind all others. */
  add(oldStart: number, nextStart: number, length: number): void {
    if (length === 0) return;
    const last = this.matches.at(-1);
    if (last !== undefined && last.oldStart + last.length === oldStart && last.nextStart + last.length === nextStart) {
      last.length += length;
    } else {
      this.matches.push({ oldStart, nextStart, length });
    }
  }

  /** The matches so far. */
  list(): readonly Match[] {
    return this.matches;
  }
}
