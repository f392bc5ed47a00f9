/**
 * The one line that shows progress: title, bar, per cent, amount, time left. It fits the terminal, because one that is too
 * long wraps, and is then not redrawn in place; what says least is left out first.
 */
import type { Unit } from '../model/progress.ts';
import { formatBytes, formatCount } from '../text/quantity.ts';

/** How far a stage is. */
export interface StageProgress {
  readonly title: string;
  readonly done: number;
  /** More than 0. */
  readonly total: number;
  readonly unit: Unit | undefined;
  /** How long the stage has run so far. */
  readonly seconds: number;
}

/** What the terminal can show. */
export interface LineStyle {
  /** The width to fit into, in characters. */
  readonly columns: number;
  /** Whether it shows more than ASCII. */
  readonly unicode: boolean;
  /** Colours the part of the bar that is still to come. */
  readonly faint: (text: string) => string;
}

const TITLE_WIDTH = 13;
const BAR_WIDTH = 24;
const SHORTEST_BAR = 8;

/** Before this, or with less done, what is left is a guess. */
const FIRST_ESTIMATE = { seconds: 2, share: 0.02 };

/** Formats the line: at most `columns - 1` characters, because some terminals wrap after the last column. */
export function formatProgress(progress: StageProgress, { columns, unicode, faint }: LineStyle): string {
  const { title, done, total, unit } = progress;
  const share = Math.min(1, done / total);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const left = timeLeft(share, progress.seconds);
  const amount =
    unit === 'bytes'
      ? `${formatBytes(Math.min(done, total))} of ${formatBytes(total)}`
      : `${formatCount(Math.min(done, total))} of ${formatCount(total)}${unit === undefined ? '' : ` ${unit}`}`;
  const width = columns - 1;
  const ends = [
    ...(left === undefined ? [] : [`${percent}  ${amount}, ${left}`, `${percent}, ${left}`]),
    `${percent}  ${amount}`,
    percent,
  ];
  const end = ends.find((text) => TITLE_WIDTH + 1 + SHORTEST_BAR + text.length <= width);
  if (end === undefined) return `${title} ${percent.trim()}`.slice(0, Math.max(0, width));
  const barWidth = Math.min(BAR_WIDTH, width - TITLE_WIDTH - 1 - end.length);
  const filled = Math.floor(share * barWidth);
  const [full, empty] = unicode ? ['█', '░'] : ['#', '-'];
  return `${title.padEnd(TITLE_WIDTH)} ${full.repeat(filled)}${faint(empty.repeat(barWidth - filled))}${end}`;
}

function timeLeft(share: number, seconds: number): string | undefined {
  if (share >= 1 || share < FIRST_ESTIMATE.share || seconds < FIRST_ESTIMATE.seconds) return undefined;
  const left = Math.ceil((seconds * (1 - share)) / share);
  if (left < 60) return `${left} s left`;
  if (left < 3600) return `${Math.floor(left / 60)} min ${left % 60} s left`;
  return `${Math.floor(left / 3600)} h ${Math.floor((left % 3600) / 60)} min left`;
}
