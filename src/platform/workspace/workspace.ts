/**
 * Where a build keeps its intermediate results, on disk and not in memory: entries, each with a head (JSON) and a body
 * (bytes). Kept from build to build, it is the cache. Nothing in it is trusted: a head that does not match its digest counts
 * as absent, and a body is compared with its digest by its reader. Synchronous, because the work between two reads is.
 */
import { closeSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../../model/digest.ts';
import type { ByteRange } from '../../model/source.ts';
import { cannotWrite } from '../files/system-error.ts';
import { digestOf } from '../hash/sha256.ts';
import {
  DamagedEntryError,
  type OpenEntry,
  openEntry,
  readEntryBody,
  readEntryHead,
  writeEntry,
} from './workspace-entry.ts';

/** The directories of a workspace. */
export interface WorkspacePlaces {
  /** Kept from build to build; undefined: nothing is kept. */
  readonly cache: string | undefined;
  /** For what the cache cannot take. It is removed when the build ends. */
  readonly temporary: string;
}

/** Entries by name: a kind and a key, such as `bucket/9f86…`. */
export interface Workspace {
  /** The head of an entry; undefined if it is missing or damaged. */
  readHead(name: string): object | undefined;
  /**
   * Parts of the body of an entry, unverified: the caller has their digests from a head. The entry's own head is not read
   * again. Throws `DamagedEntryError` if the entry is missing or ends too early.
   */
  readBody(name: string, ranges: readonly ByteRange[]): readonly Uint8Array[];
  /** Writes an entry. Its name says what is in it: an entry that already has that name has the same content. */
  write(name: string, head: object, body?: readonly Uint8Array[]): void;
  /** Notes that the build needs an entry, which a different thread may have read or written. */
  keep(name: string): void;
  /** The names of all entries that were opened, written or noted. */
  readonly used: ReadonlySet<string>;
  /** Closes all files. Entries can be opened again afterwards. */
  close(): void;
}

/** Bodies that are kept open: the records of a slice are in hundreds of batches, and those of the next slice in the same ones. */
const MAX_OPEN = 256;

/** Opens a workspace. Other threads may have it open, too. */
export function openWorkspace({ cache, temporary }: WorkspacePlaces): Workspace {
  const places = cache === undefined ? [temporary] : [cache, temporary];
  let target = places[0] ?? temporary;
  const used = new Set<string>();
  const opened = new Map<string, OpenEntry>();
  const openBody = (name: string): OpenEntry => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    for (const place of places) {
      const entry = openEntry(join(place, name));
      if (entry === undefined) continue;
      if (opened.size === MAX_OPEN) closeOldest();
      opened.set(name, entry);
      return entry;
    }
    throw new DamagedEntryError(`${name}: missing`);
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
    close() {
      for (const { handle } of opened.values()) closeSync(handle);
      opened.clear();
    },
    readHead(name) {
      used.add(name);
      for (const place of places) {
        const head = readEntryHead(join(place, name), name);
        if (head !== undefined) return head;
      }
      return undefined;
    },
    readBody(name, ranges) {
      used.add(name);
      return readEntryBody(openBody(name), ranges);
    },
    write(name, head, body = []) {
      used.add(name);
      try {
        writeEntry(join(target, name), name, head, body);
      } catch (cause) {
        // A cache that cannot be written, or is full, costs the next build time, but not this one.
        if (target === temporary) throw cannotWrite(temporary, cause);
        target = temporary;
        this.write(name, head, body);
      }
    },
  };
}

/** A part of the body of an entry. Throws `DamagedEntryError` if its digest is a different one. */
export function readVerified(
  name: string,
  part: ByteRange & { readonly sha256: Digest },
  workspace: Pick<Workspace, 'readBody'>,
): Uint8Array {
  const [bytes] = workspace.readBody(name, [part]);
  if (bytes === undefined || digestOf(bytes) !== part.sha256) throw new DamagedEntryError(`${name}: damaged`);
  return bytes;
}

/** Whether an earlier build left entries in the cache. */
export function hasEntries({ cache }: WorkspacePlaces): boolean {
  return cache !== undefined && readdirSync(cache, { withFileTypes: true }).some((entry) => entry.isDirectory());
}

/** Whether the cache could not take all entries. */
export function hasOverflow({ cache, temporary }: WorkspacePlaces): boolean {
  return cache !== undefined && readdirSync(temporary).length > 0;
}

/** Removes all entries of a cache except those named, and the leftovers of interrupted builds. No other file is touched. */
export function retainEntries(cache: string, names: ReadonlySet<string>): void {
  for (const kind of readdirSync(cache, { withFileTypes: true })) {
    if (!kind.isDirectory()) continue;
    for (const key of readdirSync(join(cache, kind.name))) {
      if (isEntryName(key) && !names.has(`${kind.name}/${key}`)) rmSync(join(cache, kind.name, key), { force: true });
    }
  }
}

/** Whether a file may be an entry, finished or not: its name starts with a digest. */
export function isEntryName(file: string): boolean {
  return /^[0-9a-f]{64}[-.0-9a-f]*$/.test(file);
}
