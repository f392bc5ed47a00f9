/**
 * Refs in the forms that summaries need, and how the workspace keeps a batch of them: what their commits claim in the head of an
 * entry, the forms one after the other in its body.
 */

import { concatBytes } from '../../../bytes/bytes.ts';
import { defined } from '../../../model/defined.ts';
import type { Digest } from '../../../model/digest.ts';
import { parseRefName, type RefName } from '../../../ostree/ref-name.ts';
import type { RefFile, RepositoryRef } from '../../../ostree/repository.ts';
import { digestOfParts } from '../../../platform/hash/sha256.ts';
import { defineSlot, type Slot } from '../../../platform/workspace/slot.ts';
import { readVerified, type Workspace } from '../../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../../platform/workspace/workspace-entry.ts';
import { packRef, type RefForms } from '../format/summary.ts';

/** What a ref's commit says about where and how it may be published. */
export interface CommitClaims {
  readonly subsets: readonly string[];
  /** When the commit was made, in seconds since 1970. */
  readonly timestamp: number;
  /** The refs and the collection that the commit is bound to; undefined if it names none. */
  readonly refBinding?: readonly string[];
  readonly collectionBinding?: string;
}

/** A ref in the forms that summaries need. */
export interface PackedRef extends RefFile {
  readonly parsed: RefName;
  readonly claims: CommitClaims;
  readonly forms: RefForms;
}

/** Sizes of the forms, in bytes, in the order in which they are in the body. */
type FormSizes = { readonly [form in keyof RefForms]: number };

/** A batch of packed refs in the workspace, under the names and commits that it was packed from. */
export const packedRefs: Slot<{
  /** Of the body. */
  readonly sha256: Digest;
  readonly refs: readonly (readonly [CommitClaims, FormSizes])[];
}> = defineSlot('refs', 3);

/** Packs a ref for all summaries that may list it. */
export function packForSummary({ refBinding, collectionBinding, ...ref }: RepositoryRef): PackedRef {
  const { name, commit, facts } = ref;
  const claims = {
    subsets: facts.subsets,
    timestamp: Number(facts.timestamp),
    ...defined({ refBinding, collectionBinding }),
  };
  return { name, commit, parsed: parseRefName(name), claims, forms: packRef(ref) };
}

/** Writes a batch of packed refs under its name. */
export function writePackedRefs(name: string, refs: readonly PackedRef[], workspace: Workspace): void {
  const body = refs.flatMap(({ forms }): readonly Uint8Array[] => Object.values(forms));
  const described = refs.map(({ claims, forms }) => [claims, mapForms(forms, ({ length }) => length)] as const);
  packedRefs.write(name, { sha256: digestOfParts(body), refs: described }, workspace, [concatBytes(body)]);
}

/** Reads the batch that was written under a name. Throws `DamagedEntryError` if it is missing or damaged. */
export function readPackedRefs(name: string, files: readonly RefFile[], workspace: Workspace): readonly PackedRef[] {
  const head = packedRefs.read(name, workspace);
  if (head === undefined) throw new DamagedEntryError(`${name}: missing`);
  const { sha256, refs } = head;
  const length = refs.reduce((sum, [, sizes]) => sum + Object.values(sizes).reduce((all, size) => all + size, 0), 0);
  const body = readVerified(name, { start: 0, length, sha256 }, workspace);
  let at = 0;
  const next = (size: number): Uint8Array => {
    at += size;
    return body.subarray(at - size, at);
  };
  return refs.flatMap(([claims, sizes], i) => {
    const file = files[i];
    if (file === undefined) return [];
    return [{ ...file, parsed: parseRefName(file.name), claims, forms: mapForms(sizes, next) }];
  });
}

function mapForms<From, To>(
  forms: { readonly [form in keyof RefForms]: From },
  change: (form: From) => To,
): { readonly [form in keyof RefForms]: To } {
  const { entry, oldEntry, sizes, rare, rareInHashOrder } = forms;
  const changeIfAny = (form: From | undefined): To | undefined => (form === undefined ? undefined : change(form));
  return {
    entry: change(entry),
    oldEntry: change(oldEntry),
    ...defined({
      sizes: changeIfAny(sizes),
      rare: changeIfAny(rare),
      rareInHashOrder: changeIfAny(rareInHashOrder),
    }),
  };
}
