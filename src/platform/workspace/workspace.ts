/**
 * Where a build keeps what it has worked out, on disk and not in memory: entries, each with a head (JSON) and a body
 * (bytes). Kept from build to build it is the cache. Nothing in it is believed: a head that does not have its digest counts
 * as absent, and whoever reads a body compares its digest too. Synchronous, because the work between two reads is.
 */
import { closeSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, RepomillError } from '../../errors.ts';
import { type OpenEntry, openEntry, type WorkspaceEntry, writeEntry } from './workspace-entry.ts';

/** The directories of a workspace. */
export interface WorkspacePlaces {
  /** Kept from build to build; undefined: nothing is kept. */
  readonly cache: string | undefined;
  /** Takes what the cache cannot: it is gone when the build ends. */
  readonly temporary: string;
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
        const entry = openEntry(join(place, name), name);
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
        writeEntry(join(target, name), name, head, body);
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

function cannotWrite(directory: string, cause: unknown): RepomillError {
  return new RepomillError('transport', `${directory}: cannot write: ${messageOf(cause)}`, { cause });
}
