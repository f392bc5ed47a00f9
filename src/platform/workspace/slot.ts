/**
 * A kind of workspace entry, with the type of its heads. An entry's name is the digest of what it was made from, and a head
 * with a wrong digest or of a different version counts as absent, so a head that is found has the type that this kind was
 * written with: the one place where that is asserted.
 */
import { keyOf } from '../hash/sha256.ts';
import type { Workspace } from './workspace.ts';

/** A kind of workspace entry. */
export interface Slot<Head> {
  /** The name of the entry that was made from this: everything that decides on its content, as JSON can say it. */
  nameOf(madeFrom: unknown): string;
  /** The head of an entry; undefined if it is missing or damaged. */
  read(name: string, workspace: Workspace): Head | undefined;
  /** Writes an entry under its name. */
  write(name: string, head: Head, workspace: Workspace, body?: readonly Uint8Array[]): void;
}

/**
 * Defines a kind of entry.
 *
 * @param kind - the folder of the workspace that holds these entries
 * @param version - grows when what is made from the same things becomes different
 */
export function defineSlot<Head extends object>(kind: string, version: number): Slot<Head> {
  return {
    nameOf: (madeFrom) => `${kind}/${keyOf([version, madeFrom])}`,
    read(name, workspace) {
      // The head was written as this kind, or its digest would be wrong (above).
      const entry = workspace.readHead(name) as VersionedHead<Head> | undefined;
      return entry?.version === version ? entry.head : undefined;
    },
    write(name, head, workspace, body) {
      const entry: VersionedHead<Head> = { version, head };
      workspace.write(name, entry, body);
    },
  };
}

/** A head with its version: the name alone does not say it where another entry, written long ago, remembers the name. */
interface VersionedHead<Head> {
  readonly version: number;
  readonly head: Head;
}

/** Grows when what is made from the same things becomes different. */
const RESULT_VERSION = 2;

/**
 * The result of some work, from the workspace if it is there.
 *
 * @param kind - what the result is
 * @param madeFrom - everything that decides on the result, as JSON can say it
 * @param work - works the result out; JSON must be able to say it, too
 */
export async function memoize<Result>(
  kind: string,
  madeFrom: unknown,
  workspace: Workspace,
  work: () => Promise<Result>,
): Promise<Result> {
  const slot = defineSlot<{ readonly result: Result }>('result', RESULT_VERSION);
  const name = slot.nameOf([kind, madeFrom]);
  const known = slot.read(name, workspace);
  if (known !== undefined) return known.result;
  const result = await work();
  slot.write(name, { result }, workspace);
  return result;
}
