/**
 * Where a build keeps what it has worked out, on disk and not in memory: entries, each with a head (JSON) and a body
 * (bytes). Kept from build to build it is the cache. Nothing in it is believed: a head that does not have its digest counts
 * as absent, and whoever reads a body compares its digest too. Synchronous, because the work between two reads is.
 */
import { hash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writevSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { messageOf, RepomillError } from '../errors.ts';
import { decodeText, encodeText } from '../format/bytes.ts';
import type { ByteRange } from '../model/source.ts';

/** The directories of a workspace. */
export interface WorkspacePlaces {
  /** Kept from build to build; undefined: nothing is kept. */
  readonly cache: string | undefined;
  /** Takes what the cache cannot: it is gone when the build ends. */
  readonly temporary: string;
}

/** An entry whose head has been verified. */
export interface WorkspaceEntry {
  readonly head: unknown;
  /** Stretches of the body, unverified. Throws `DamagedEntryError` where the file ends before. */
  read(ranges: readonly ByteRange[]): readonly Uint8Array[];
}

/** Entries by name: a kind and a key, as in `bucket/9f86…`. */
export interface Workspace {
  /** An entry, or undefined where there is none that is whole. */
  open(name: string): WorkspaceEntry | undefined;
  /** Writes an entry under a name that says what is in it; what stood there is the same. */
  write(name: string, head: unknown, body?: readonly Uint8Array[]): void;
  /** Notes that the build needs an entry, which another thread may have read or written. */
  keep(name: string): void;
  /** The names of all entries that were opened, written or kept. */
  readonly used: ReadonlySet<string>;
  /** Closes what is open. Entries can be read again afterwards. */
  close(): void;
}

/** A body that does not have its digest: what was concluded from its head is void, and the build must start without cache. */
export class DamagedEntryError extends Error {
  override readonly name = 'DamagedEntryError';
}

/** Whether this is a `DamagedEntryError`, of this thread or of another. */
export function isDamagedEntry(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'DamagedEntryError';
}

const DIGEST_SIZE = 32;
const PREFIX_SIZE = DIGEST_SIZE + 4;
/** What is read at first: the heads of most entries are shorter. */
const FIRST_READ = 8192;

/** Files that are kept open: the records of a slice stand in some hundred batches, and the next slice's in the same. */
const MAX_OPEN = 256;

/** Opens a workspace, which may be open in other threads too. */
export function openWorkspace({ cache, temporary }: WorkspacePlaces): Workspace {
  const places = cache === undefined ? [temporary] : [cache, temporary];
  let target = places[0] ?? temporary;
  const used = new Set<string>();
  const opened = new Map<string, OpenEntry>();
  const closeAll = (): void => {
    for (const { handle } of opened.values()) closeSync(handle);
    opened.clear();
  };
  const closeOldest = (): void => {
    for (const [name, { handle }] of opened) {
      closeSync(handle);
      opened.delete(name);
      return;
    }
  };
  return {
    used,
    keep: (name) => void used.add(name),
    close: closeAll,
    open(name) {
      used.add(name);
      const known = opened.get(name);
      if (known !== undefined) return known;
      for (const place of places) {
        const entry = openEntry(join(place, name));
        if (entry === undefined) continue;
        if (opened.size === MAX_OPEN) closeOldest();
        opened.set(name, entry);
        return entry;
      }
      return undefined;
    },
    write(name, head, body = []) {
      used.add(name);
      try {
        writeEntry(join(target, name), head, body);
      } catch (cause) {
        // A cache that cannot be written, or is full, costs the next build time and this one nothing.
        if (target === temporary) throw cannotWrite(temporary, cause);
        target = temporary;
        this.write(name, head, body);
      }
    },
  };
}

/** Whether a build before this one left entries in the cache. */
export function hasEntries({ cache }: WorkspacePlaces): boolean {
  return cache !== undefined && readdirSync(cache, { withFileTypes: true }).some((entry) => entry.isDirectory());
}

/** Whether entries had to be written elsewhere than to the cache. */
export function hasOverflow({ cache, temporary }: WorkspacePlaces): boolean {
  return cache !== undefined && readdirSync(temporary).length > 0;
}

/** Removes all entries of a cache but those named, and what interrupted builds left. No other file is touched. */
export function retainEntries(cache: string, names: ReadonlySet<string>): void {
  for (const kind of readdirSync(cache, { withFileTypes: true })) {
    if (!kind.isDirectory()) continue;
    for (const key of readdirSync(join(cache, kind.name))) {
      if (isEntryName(key) && !names.has(`${kind.name}/${key}`)) rmSync(join(cache, kind.name, key), { force: true });
    }
  }
}

/** Whether a file may be an entry, or one that was never finished: its name is a digest, and what tells it from others. */
export function isEntryName(file: string): boolean {
  return /^[0-9a-f]{64}[-.0-9a-f]*$/.test(file);
}

interface OpenEntry extends WorkspaceEntry {
  readonly handle: number;
}

function openEntry(file: string): OpenEntry | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const entry = readEntry(handle);
    if (entry === undefined) closeSync(handle);
    return entry;
  } catch {
    // A directory, or a bad disk.
    closeSync(handle);
    return undefined;
  }
}

function readEntry(handle: number): OpenEntry | undefined {
  const first = readUpTo(handle, 0, FIRST_READ);
  const headSize =
    first.length < PREFIX_SIZE ? 0 : new DataView(first.buffer, first.byteOffset).getUint32(DIGEST_SIZE, true);
  const bodyStart = PREFIX_SIZE + Math.min(headSize, fstatSync(handle).size);
  const head =
    bodyStart <= first.length
      ? first.subarray(PREFIX_SIZE, bodyStart)
      : readUpTo(handle, PREFIX_SIZE, bodyStart - PREFIX_SIZE);
  if (Buffer.compare(first.subarray(0, DIGEST_SIZE), hash('sha256', head, 'buffer')) !== 0) return undefined;
  return { handle, head: JSON.parse(decodeText(head)), read: (ranges) => readRanges(handle, bodyStart, ranges) };
}

/** Reads neighbouring ranges at once. */
function readRanges(handle: number, bodyStart: number, ranges: readonly ByteRange[]): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < ranges.length; ) {
    const start = ranges[i]?.start ?? 0;
    let end = start;
    let next = i;
    for (; ranges[next]?.start === end; next++) end += ranges[next]?.length ?? 0;
    // A range of no bytes stands for itself.
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

let nextTemporary = 0;

function writeEntry(file: string, head: unknown, body: readonly Uint8Array[]): void {
  const headBytes = encodeText(JSON.stringify(head));
  const prefix = new Uint8Array(PREFIX_SIZE);
  prefix.set(hash('sha256', headBytes, 'buffer'));
  new DataView(prefix.buffer).setUint32(DIGEST_SIZE, headBytes.length, true);
  const temporary = `${file}.${process.pid}-${threadId}-${nextTemporary++}`;
  let handle: number;
  try {
    handle = openSync(temporary, 'wx');
  } catch {
    // A cache that somebody removed during the build is not made anew, without its tag.
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

/** As many parts as one call takes; Linux takes 1,024. */
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

function cannotWrite(directory: string, cause: unknown): RepomillError {
  return new RepomillError('transport', `${directory}: cannot write: ${messageOf(cause)}`, { cause });
}
