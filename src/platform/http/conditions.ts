/**
 * Conditional requests and range requests of the preview server. RFC 9110, sections 13 and 14. A condition or range that is
 * malformed is ignored, and the whole file is the answer.
 */
import type { BigIntStats } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange } from '../../model/source.ts';

/** The state of a file that one answer is about. */
export interface FileState {
  /** In bytes. */
  readonly size: number;
  readonly etag: string;
  /** As an HTTP date, to the second. */
  readonly lastModified: string;
}

/** The state of a file. The ETag is made from size and time in nanoseconds, which makes it a strong one. */
export function fileState({ size, mtimeNs, mtimeMs }: BigIntStats): FileState {
  return {
    size: Number(size),
    etag: `"${mtimeNs.toString(36)}-${size.toString(36)}"`,
    lastModified: new Date(Number(mtimeMs)).toUTCString(),
  };
}

/** Whether the client has this state already. A date counts only if the request has no ETag. */
export function isUnchanged(headers: IncomingHttpHeaders, { etag, lastModified }: FileState): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) return known.trim() === '*' || known.match(/"[^"]*"/g)?.some((tag) => tag === etag) === true;
  // Without a date this compares with NaN, which is false.
  return Date.parse(lastModified) <= Date.parse(headers['if-modified-since'] ?? '');
}

/** The range that is asked for; undefined for the whole file, which is also the answer to several ranges at once. */
export function requestedRange(headers: IncomingHttpHeaders, state: FileState): ByteRange | 'outside' | undefined {
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
