/**
 * What is known beforehand of two versions of one thing: stretches that correspond, made of cells, and which cell of the
 * new version was which of the old one. Nothing here says what the cells mean; that is the business of who knows the format.
 */

/** How a stretch falls into cells. */
export type CellShape =
  /** All cells have one width, in bytes. */
  | { readonly kind: 'fixed'; readonly width: number }
  /** A cell ends with the first byte below 0x80. */
  | { readonly kind: 'varint' }
  /** A cell ends with the first byte that is `end`. The last may end with the stretch instead. */
  | { readonly kind: 'text'; readonly end: number };

/**
 * Cells that stand in both versions one behind the other: `count` from the cells `old` and `next` on, counted from 0. A count
 * of `Infinity` says that they all do, up to the end of both stretches, and that none need be counted.
 */
export interface Run {
  readonly old: number;
  readonly next: number;
  readonly count: number;
}

/** Two stretches that correspond. Positions are in bytes; `oldEnd` and `nextEnd` are behind the last byte. */
export interface Stretch {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly nextStart: number;
  readonly nextEnd: number;
  readonly cells: CellShape;
  /** In the order of both versions; none overlaps another. Asked for where the stretch changed. */
  runs(): readonly Run[];
}
