/**
 * Refs that are ready to stand in summaries, and how the workspace keeps some of them: what decides where each stands in the
 * head, its forms one behind the other in the body.
 */

import { concatBytes } from '../../../bytes/bytes.ts';
import { isObject } from '../../../bytes/json.ts';
import type { Digest } from '../../../model/digest.ts';
import { parseRefName, type RefName } from '../../../ostree/ref-name.ts';
import type { RefFile, RepositoryRef } from '../../../ostree/repository.ts';
import { digestOf, digestOfParts } from '../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../../platform/workspace/workspace-entry.ts';
import { type PackedRef, packRef } from '../format/summary.ts';

/** What decides where a ref stands. */
export interface Placement {
  readonly subsets: readonly string[];
  /** When its commit was made: seconds since 1970. */
  readonly timestamp: number;
  /** The refs and the collection that its commit says it is for; undefined: it does not say. */
  readonly refBinding?: readonly string[];
  readonly collectionBinding?: string;
}

/** A ref that is ready for summaries. */
export interface ReadyRef extends RefFile {
  readonly parsed: RefName;
  readonly placement: Placement;
  readonly packed: PackedRef;
}

/** What the head of an entry says of one ref: where it stands, and how many bytes each form has, in the order of the body. */
type RememberedRef = readonly [Placement, { readonly [form in keyof PackedRef]: number }];

interface Remembered {
  /** Of the body. */
  readonly sha256: Digest;
  readonly refs: readonly RememberedRef[];
}

/** Makes a ref ready. */
export function makeReady({ refBinding, collectionBinding, ...ref }: RepositoryRef): ReadyRef {
  const { name, commit, facts } = ref;
  const placement = {
    subsets: facts.subsets,
    timestamp: Number(facts.timestamp),
    ...(refBinding && { refBinding }),
    ...(collectionBinding === undefined ? {} : { collectionBinding }),
  };
  return { name, commit, parsed: parseRefName(name), placement, packed: packRef(ref) };
}

/** Writes refs under a name that says what they were made from. */
export function rememberRefs(name: string, refs: readonly ReadyRef[], workspace: Workspace): void {
  const body = refs.flatMap(({ packed }): readonly Uint8Array[] => Object.values(packed));
  const remembered = refs.map(
    ({ placement, packed }) => [placement, mapForms(packed, ({ length }) => length)] as const,
  );
  const head: Remembered = { sha256: digestOfParts(body), refs: remembered };
  workspace.write(name, head, [concatBytes(body)]);
}

/** The refs that were written under a name. */
export function recallRefs(name: string, files: readonly RefFile[], workspace: Workspace): readonly ReadyRef[] {
  const entry = workspace.open(name);
  if (!isObject(entry?.head)) throw new DamagedEntryError(`${name}: gone`);
  // Whoever wrote a head with a right digest wrote `Remembered`, of these refs.
  const { sha256, refs } = entry.head as unknown as Remembered;
  const length = refs.reduce((sum, [, sizes]) => sum + Object.values(sizes).reduce((all, size) => all + size, 0), 0);
  const [body] = entry.read([{ start: 0, length }]);
  if (body === undefined || digestOf(body) !== sha256) throw new DamagedEntryError(`${name}: damaged`);
  let at = 0;
  const next = (size: number): Uint8Array => {
    at += size;
    return body.subarray(at - size, at);
  };
  return refs.flatMap(([placement, sizes], i) => {
    const file = files[i];
    return file === undefined
      ? []
      : [{ ...file, parsed: parseRefName(file.name), placement, packed: mapForms(sizes, next) }];
  });
}

function mapForms<From, To>(
  forms: { readonly [form in keyof PackedRef]: From },
  change: (form: From) => To,
): { readonly [form in keyof PackedRef]: To } {
  const { entry, oldEntry, sizes, rare, rareAgain } = forms;
  return {
    entry: change(entry),
    oldEntry: change(oldEntry),
    ...(sizes === undefined ? {} : { sizes: change(sizes) }),
    ...(rare === undefined ? {} : { rare: change(rare) }),
    ...(rareAgain === undefined ? {} : { rareAgain: change(rareAgain) }),
  };
}
