/**
 * Signatures of the index and of the old summary. The index's is stored under the index's own digest, so that a client with either
 * always finds the other, and under the name that clients of flatpak 1.9.1 look for. What is already signed is not signed again.
 */

import { concatBytes } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Reporter } from '../../../model/progress.ts';
import type { Signer } from '../../../model/signer.ts';
import { MAX_SIGNATURE_SIZE } from '../../../openpgp/packets.ts';
import { encodeSignatures, parseSignatures } from '../../../ostree/signatures.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import { INDEX_SIGNATURE_PATH, OLD_SIGNATURE_PATH, OLD_SUMMARY_PATH, signaturePath } from '../format/paths.ts';
import type { OldSummaryDraft } from './old-summary.ts';
import type { PublishedIndex } from './published.ts';

/** What is signed, who signs, and where signatures may already be. */
export interface SignatureInput {
  readonly index: Uint8Array;
  readonly oldSummary: OldSummaryDraft;
  /** Without one, signatures of unchanged files are kept. */
  readonly signer: Signer | undefined;
  readonly previous: ReadableTree;
  readonly published: PublishedIndex | undefined;
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** The signature files of a tree, by path. */
export type SignatureFiles = ReadonlyMap<string, Uint8Array>;

/** Makes the signature files of the new tree. */
export async function makeSignatures(input: SignatureInput): Promise<SignatureFiles> {
  const { index, oldSummary, signer, previous, published, progress, signal } = input;
  const read = (path: string): Promise<Uint8Array | undefined> => previous.read(path, MAX_SIGNATURE_SIZE);
  const path = signaturePath(digestOf(index));
  const ofIndex = await signatureOver(async () => index, await read(path), signer, signal);
  // An index without a signature and an old summary with one would be two answers to whether the tree is signed.
  const isKept = ofIndex !== undefined && (await isPublished(oldSummary, previous));
  const present = isKept ? await read(OLD_SIGNATURE_PATH) : undefined;
  const ofOld = await signatureOver(async () => concatBytes(await oldSummary.chunks()), present, signer, signal);
  // A client that gets the previous index from a cache must find its signature, even if this build starts in an empty folder.
  const before = published === undefined ? path : signaturePath(published.sha256);
  const ofBefore = await read(before);
  if (ofBefore !== undefined && ofIndex === undefined) {
    progress.warn(
      'the previous index was signed and the new one is not: clients that check signatures refuse it; name the keys to sign with',
    );
  }
  const files: [string, Uint8Array | undefined][] = [
    [before, ofBefore],
    [path, ofIndex],
    [OLD_SIGNATURE_PATH, ofOld],
    [INDEX_SIGNATURE_PATH, ofIndex],
  ];
  return new Map(files.flatMap(([name, bytes]) => (bytes === undefined ? [] : [[name, bytes] as const])));
}

async function isPublished({ sha256, size }: OldSummaryDraft, tree: ReadableTree): Promise<boolean> {
  if (!(await tree.has(OLD_SIGNATURE_PATH))) return false;
  const bytes = await tree.read(OLD_SUMMARY_PATH, size).catch((error: unknown) => {
    // A longer file is a different one. A source that fails proves nothing.
    if (!(error instanceof RepomillError) || ['transport', 'interrupted'].includes(error.code)) throw error;
  });
  return bytes !== undefined && digestOf(bytes) === sha256;
}

async function signatureOver(
  bytes: () => Promise<Uint8Array>,
  present: Uint8Array | undefined,
  signer: Signer | undefined,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  if (signer === undefined) return present;
  await checkpoint(signal);
  const isSigned = present !== undefined && (await signer.covers(await bytes(), parseSignatures(present)));
  return isSigned ? present : encodeSignatures(await signer.sign(await bytes(), { signal }));
}
