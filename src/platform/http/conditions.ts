/**
 * What a request asks of a file beside its name: only if it changed, only a stretch of it. RFC 9110, sections 13 and 14.
 * Whatever cannot be understood is passed over, and the whole file is the answer.
 */
import type { BigIntStats } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';

/** A file as one answer has it. */
export interface FileState {
  /** In bytes. */
  readonly size: number;
  readonly etag: string;
  /** As an HTTP date, to the second. */
  readonly lastModified: string;
}

/** A part of a file, in bytes. */
export interface Stretch {
  readonly start: number;
  readonly length: number;
}

/** The validators of a file. The ETag follows from size and time to the nanosecond, and so is strong. */
export function fileState({ size, mtimeNs, mtimeMs }: BigIntStats): FileState {
  return {
    size: Number(size),
    etag: `"${mtimeNs.toString(36)}-${size.toString(36)}"`,
    lastModified: new Date(Number(mtimeMs)).toUTCString(),
  };
}

/** Whether the client has this state already. An ETag is the better witness; a date counts only without one. */
export function isUnchanged(headers: IncomingHttpHeaders, { etag, lastModified }: FileState): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) return known.trim() === '*' || known.match(/"[^"]*"/g)?.some((tag) => tag === etag) === true;
  // Not a number where there is no date, and then not less.
  return Date.parse(lastModified) <= Date.parse(headers['if-modified-since'] ?? '');
}

/** The one stretch that is asked for; undefined: the whole file. Several at once are not worth their complexity. */
export function stretchOf(headers: IncomingHttpHeaders, state: FileState): Stretch | 'outside' | undefined {
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== state.etag && condition !== state.lastModified) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  const { size } = state;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'outside' : { start: size - length, length };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'outside' : { start, length: end - start + 1 };
}
