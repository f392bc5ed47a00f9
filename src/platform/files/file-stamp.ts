/**
 * The stamp of a file: what the file system changes whenever the content changes. Git's index compares the same, and takes the
 * same care with a file that changed a moment ago ("racily clean").
 */
import type { BigIntStats } from 'node:fs';

/** What the file system says of a file. */
export interface FileStamp {
  /** In bytes. */
  readonly size: number;
  /** Equal texts, equal content: size, times of the last change to content and to metadata, inode. */
  readonly text: string;
  /** When the content or the metadata last changed, in nanoseconds since 1970. */
  readonly changedAt: bigint;
}

/** The stamp that `stat` gives. */
export function fileStampOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): FileStamp {
  const changedAt = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return { size: Number(size), text: `${size} ${mtimeNs} ${ctimeNs} ${ino}`, changedAt };
}

const MILLISECOND = 1_000_000n;
const SECOND = 1000n * MILLISECOND;

/**
 * Whether a file had been left alone for so long at a time that any later change must give it a different stamp. File systems
 * count time in ticks: of some milliseconds or, where a time is a whole number of seconds, of two seconds at most (FAT).
 */
export function isSettled({ changedAt }: FileStamp, time: bigint): boolean {
  const tick = changedAt % SECOND === 0n ? 2n * SECOND : 50n * MILLISECOND;
  return changedAt + tick < time;
}

/** Whether two stamps are equal except in the time of the last change to metadata, as before and after a hard link is made. */
export function differOnlyInMetadata(a: FileStamp, b: FileStamp): boolean {
  const [one, other] = [a.text.split(' '), b.text.split(' ')];
  return [0, 1, 3].every((part) => one[part] === other[part]);
}
