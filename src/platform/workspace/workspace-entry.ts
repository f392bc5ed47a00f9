/**
 * An entry of a workspace on disk: a digest (SHA-256 of its name and its head), the length of the head, the head (JSON), the
 * body (bytes). The head is verified when the entry is opened; the body by its reader, who knows the digest from a head.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writevSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { decodeText, encodeText } from '../../bytes/bytes.ts';
import type { ByteRange } from '../../model/source.ts';

/** A body that does not match its digest. What followed from its head is void, and the build must start over without the cache. */
export class DamagedEntryError extends Error {
  override readonly name = 'DamagedEntryError';
}

/** Whether this is a `DamagedEntryError`, of this thread or of a different one. */
export function isDamagedEntry(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'DamagedEntryError';
}

const DIGEST_SIZE = 32;
const PREFIX_SIZE = DIGEST_SIZE + 4;

/** The file of an entry, open for reading. Nothing of it has been verified. */
export interface OpenEntry {
  readonly handle: number;
  readonly bodyStart: number;
}

/** Opens the file of an entry; undefined if it is missing, or too short to be one. */
export function openEntry(file: string): OpenEntry | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const prefix = readUpTo(handle, 0, PREFIX_SIZE);
    if (prefix.length === PREFIX_SIZE) {
      return { handle, bodyStart: PREFIX_SIZE + new DataView(prefix.buffer).getUint32(DIGEST_SIZE, true) };
    }
  } catch {
    // A directory, or a bad disk.
  }
  closeSync(handle);
  return undefined;
}

/** The head in the file of an entry; undefined if it is missing, damaged, or the head of a different name. */
export function readEntryHead(file: string, name: string): object | undefined {
  const entry = openEntry(file);
  if (entry === undefined) return undefined;
  const { handle, bodyStart } = entry;
  try {
    const start = readUpTo(handle, 0, Math.min(bodyStart, fstatSync(handle).size));
    const head = start.subarray(PREFIX_SIZE);
    const isSound = Buffer.compare(start.subarray(0, DIGEST_SIZE), digestOfHead(name, head)) === 0;
    return isSound ? JSON.parse(decodeText(head)) : undefined;
  } catch {
    // A bad disk.
    return undefined;
  } finally {
    closeSync(handle);
  }
}

function digestOfHead(name: string, head: Uint8Array): Uint8Array {
  return createHash('sha256').update(`${name}\0`).update(head).digest();
}

/** Parts of a body, unverified. Reads neighbouring ranges at once. Throws `DamagedEntryError` if the file ends too early. */
export function readEntryBody({ handle, bodyStart }: OpenEntry, ranges: readonly ByteRange[]): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < ranges.length; ) {
    const start = ranges[i]?.start ?? 0;
    let end = start;
    let next = i;
    for (; ranges[next]?.start === end; next++) end += ranges[next]?.length ?? 0;
    // A range of no bytes counts, too.
    if (next === i) next++;
    const bytes = readUpTo(handle, bodyStart + start, end - start);
    if (bytes.length < end - start) throw new DamagedEntryError('an entry ends too early');
    for (let at = 0; i < next; i++) {
      const length = ranges[i]?.length ?? 0;
      parts.push(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return parts;
}

function readUpTo(handle: number, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const more = readSync(handle, bytes, read, length - read, start + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

/** Writes the entry of a name, whole or not at all. Throws what the system throws. */
export function writeEntry(file: string, name: string, head: object, body: readonly Uint8Array[]): void {
  const headBytes = encodeText(JSON.stringify(head));
  const prefix = new Uint8Array(PREFIX_SIZE);
  prefix.set(digestOfHead(name, headBytes));
  new DataView(prefix.buffer).setUint32(DIGEST_SIZE, headBytes.length, true);
  // Not the ID of the process: in containers that share a cache, nearly every process has the same one.
  const temporary = `${file}.${randomUUID()}`;
  let handle: number;
  try {
    handle = openSync(temporary, 'wx');
  } catch {
    // A cache that was removed during the build is not made again: it would lack its tag.
    if (existsSync(dirname(dirname(file)))) mkdirSync(dirname(file), { recursive: true });
    handle = openSync(temporary, 'wx');
  }
  try {
    writeAll(handle, [prefix, headBytes, ...body]);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}

/** Parts of one call. Linux takes 1,024 at most. */
const MAX_PARTS = 512;

function writeAll(handle: number, parts: readonly Uint8Array[]): void {
  for (let i = 0; i < parts.length; i += MAX_PARTS) {
    let rest = parts.slice(i, i + MAX_PARTS).filter((part) => part.length > 0);
    while (rest.length > 0) {
      let written = writevSync(handle, rest);
      const left: Uint8Array[] = [];
      for (const part of rest) {
        if (written < part.length) left.push(part.subarray(Math.max(0, written)));
        written -= part.length;
      }
      rest = left;
    }
  }
}
