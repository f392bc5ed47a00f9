/**
 * The digests of package files that earlier builds computed, so that gigabytes are not hashed again while nothing changes. Each
 * is known for one stamp of a file, and only if the file had been left alone before it was hashed. A file with a different
 * stamp is hashed again: all of them, where a checkout or a download gave them new times.
 */
import type { Digest } from '../../model/digest.ts';
import { compareText } from '../../model/order.ts';
import { differOnlyInMetadata, type FileStamp, isSettled } from '../../platform/files/file-stamp.ts';
import { defineSlot } from '../../platform/workspace/slot.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';

type KnownDigest = readonly [file: string, stamp: string, sha256: Digest];

// The one entry that is replaced and not only written: each of its rows is right, or about a file that has changed since.
const digestsSlot = defineSlot<{ readonly rows: readonly KnownDigest[] }>('digests', 1);

/** Remembers the digests of files below one directory. */
export class KnownDigests {
  readonly #name: string;
  readonly #workspace: Workspace;
  /** When the build began, by the clock of the file system. */
  readonly #startedAt: bigint;
  #remembered: ReadonlyMap<string, KnownDigest>;
  #hasChanged = false;
  /** What this build has found out. The rest is forgotten when the build ends. */
  readonly #current = new Map<
    string,
    { readonly stamp: FileStamp; readonly sha256: Digest; readonly isSure: boolean }
  >();

  /** `directory`: the real path of the directory. */
  constructor(directory: string, workspace: Workspace, startedAt: bigint) {
    this.#workspace = workspace;
    this.#startedAt = startedAt;
    this.#name = digestsSlot.nameOf(directory);
    const rows = digestsSlot.read(this.#name, workspace)?.rows ?? [];
    this.#remembered = new Map(rows.map((row) => [row[0], row]));
  }

  /** The digest of a file with this stamp, if it is known. */
  find(file: string, stamp: FileStamp): Digest | undefined {
    const current = this.#current.get(file);
    if (current?.stamp.text === stamp.text) return current.sha256;
    const [, text, sha256] = this.#remembered.get(file) ?? [];
    if (sha256 === undefined || text !== stamp.text) return undefined;
    this.#current.set(file, { stamp, sha256, isSure: true });
    return sha256;
  }

  /** Adds a digest that was computed just now. */
  add(file: string, stamp: FileStamp, sha256: Digest): void {
    this.#current.set(file, { stamp, sha256, isSure: isSettled(stamp, this.#startedAt) });
    this.#hasChanged = true;
  }

  /** Notes that this build has linked to a file, which changed its stamp, but not its content. */
  noteLink(file: string, stamp: FileStamp): void {
    const known = this.#current.get(file);
    if (known === undefined || !differOnlyInMetadata(known.stamp, stamp)) return;
    this.#current.set(file, { ...known, stamp });
    this.#hasChanged = true;
  }

  /**
   * Writes what is known.
   *
   * @param keepsOthers - also what is remembered of files that this build has not come to yet
   */
  save({ keepsOthers = false }: { readonly keepsOthers?: boolean } = {}): void {
    if (!this.#hasChanged && (keepsOthers || this.#current.size === this.#remembered.size)) return;
    const rows = new Map<string, KnownDigest>(keepsOthers ? this.#remembered : []);
    for (const [file, { stamp, sha256, isSure }] of this.#current) {
      if (isSure) rows.set(file, [file, stamp.text, sha256]);
      else rows.delete(file);
    }
    this.#remembered = rows;
    this.#hasChanged = false;
    const sorted = [...rows.values()].sort(([a], [b]) => compareText(a, b));
    digestsSlot.write(this.#name, { rows: sorted }, this.#workspace);
  }
}
