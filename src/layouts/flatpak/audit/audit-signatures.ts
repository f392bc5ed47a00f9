/**
 * The audit of signatures. The form of every `.sig` is checked in any case; whether the signatures are good only with a key: one
 * that the repository announces to new clients, or one that the user names.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import { equalBytes } from '../../../bytes/node-bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import type { SignatureChecker } from '../../../model/signer.ts';
import { MAX_SIGNATURE_SIZE, readSignatureFacts, type SignatureFacts } from '../../../openpgp/packets.ts';
import { CONFIG_PATH } from '../../../ostree/paths.ts';
import { parseSignatures } from '../../../ostree/signatures.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { openChecker } from '../../../platform/openpgp/open-checker.ts';
import { INDEX_SIGNATURE_PATH, OLD_SIGNATURE_PATH, OLD_SUMMARY_PATH, signaturePath } from '../format/paths.ts';
import { publicKeys } from '../format/repository-config.ts';
import type { TreeFiles } from './tree-files.ts';

/** What is signed, and the keys to check with. */
export interface SignatureAudit {
  readonly index: Uint8Array;
  readonly oldSummary: Uint8Array | undefined;
  readonly config: Keyfile | undefined;
  /** Key rings that the user named. */
  readonly publicKeys: readonly Uint8Array[];
  /** All signatures of indexes in the tree, older ones too; empty if they cannot be listed. */
  readonly kept: readonly string[];
  readonly files: TreeFiles;
  readonly findings: Finding[];
  readonly remarks: Finding[];
}

/** How much was checked. */
export interface SignatureCounts {
  /** Signatures of the index and of the old summary. */
  readonly signatures: number;
  /** Those of them that are good, by a known key. */
  readonly goodSignatures: number;
}

/** Audits the signatures of a tree, and those that it keeps for older indexes. */
export async function auditSignatures(audit: SignatureAudit): Promise<SignatureCounts> {
  const { index, oldSummary, kept, files, findings, remarks } = audit;
  const path = signaturePath(digestOf(index));
  const ofIndex = await readSignatures(path, audit);
  const copy = await readSignatures(INDEX_SIGNATURE_PATH, audit);
  const ofOld = await readSignatures(OLD_SIGNATURE_PATH, audit);
  for (const older of kept) if (older !== path) await readSignatures(older, audit);
  const checker = await openKeys(audit);
  const isSigned = kept.length > 0 || [ofIndex, copy, ofOld].some((found) => found !== undefined);
  if (!isSigned && checker === undefined) return { signatures: 0, goodSignatures: 0 };
  if (ofIndex === undefined && (await files.find(path, MAX_SIGNATURE_SIZE)) === undefined) {
    findings.push({
      path,
      message: 'expected a signature of the index, found none: clients that check it refuse the tree',
    });
  }
  if (ofOld === undefined && oldSummary !== undefined) {
    const message = 'expected a signature of the old summary, found none: clients before flatpak 1.9 refuse it';
    findings.push({ path: OLD_SIGNATURE_PATH, message });
  }
  const signatures = [...(ofIndex ?? []), ...(ofOld ?? [])].length;
  if (checker === undefined) {
    // A signer writes both files at once, with the same signatures.
    if (ofIndex !== undefined && copy !== undefined && !sameSignatures(ofIndex, copy)) {
      findings.push({ path: INDEX_SIGNATURE_PATH, message: `stale: expected the same signatures as ${path}` });
    }
    if (signatures > 0) remarks.push({ path, message: 'signatures were not checked: no key is known' });
    return { signatures, goodSignatures: 0 };
  }
  let goodSignatures = await checkSignatures(path, index, ofIndex, checker, findings);
  await checkSignatures(INDEX_SIGNATURE_PATH, index, copy, checker, findings, 'stale: ');
  if (oldSummary !== undefined) {
    goodSignatures += await checkSignatures(OLD_SIGNATURE_PATH, oldSummary, ofOld, checker, findings);
  }
  return { signatures, goodSignatures };
}

interface ReadSignature {
  readonly bytes: Uint8Array;
  readonly facts: SignatureFacts;
}

/** The signatures in a file; undefined if the file is missing, or broken, which is a finding. */
function readSignatures(
  path: string,
  { files, findings }: SignatureAudit,
): Promise<readonly ReadSignature[] | undefined> {
  return check(path, findings, async () => {
    const bytes = await files.find(path, MAX_SIGNATURE_SIZE);
    if (bytes === undefined) return undefined;
    const found = parseSignatures(bytes);
    if (found.length === 0) throw new RepomillError('format', 'expected signatures, found none');
    return found.map((signature, i) => {
      const facts = readSignatureFacts(signature);
      if (facts !== undefined) return { bytes: signature, facts };
      throw new RepomillError(
        'format',
        `signature ${i + 1}: expected one OpenPGP signature of version 4, found something else`,
      );
    });
  });
}

/** A checker with all known keys; undefined if there are no keys, or no program to check with. */
async function openKeys({
  config,
  publicKeys: named,
  findings,
  remarks,
}: SignatureAudit): Promise<SignatureChecker | undefined> {
  const announced = await check(CONFIG_PATH, findings, async () => config && publicKeys(config));
  const rings = [...named, ...(announced === undefined ? [] : [announced])];
  if (rings.length === 0) return undefined;
  if (named.length > 0) {
    return openChecker(rings).catch((thrown: unknown) => {
      if (!(thrown instanceof RepomillError) || thrown.code !== 'format') throw thrown;
      // The keys of the request are wrong, not the tree.
      throw new RepomillError('usage', thrown.message, { cause: thrown });
    });
  }
  try {
    return await openChecker(rings);
  } catch (error) {
    if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
    const message = `gpg-keys of [flatpak]: ${error.message}`;
    (error.code === 'usage' ? remarks : findings).push({ path: CONFIG_PATH, message });
    return undefined;
  }
}

/** Finds files without a good signature: a client needs one, and ignores the others. Resolves to how many are good. */
async function checkSignatures(
  path: string,
  signed: Uint8Array,
  signatures: readonly ReadSignature[] | undefined,
  checker: SignatureChecker,
  findings: Finding[],
  verdict = '',
): Promise<number> {
  if (signatures === undefined) return 0;
  let good = 0;
  for (const { bytes } of signatures) if ((await checker.check(signed, bytes)) !== undefined) good++;
  if (good > 0) return good;
  const issuers = signatures.map(({ facts }) => facts.issuer ?? 'an unnamed key').join(', ');
  const what = path === OLD_SIGNATURE_PATH ? OLD_SUMMARY_PATH : 'the index';
  findings.push({
    path,
    message: `${verdict}expected a good signature of ${what} by a known key, found one by ${issuers}`,
  });
  return 0;
}

function sameSignatures(a: readonly ReadSignature[], b: readonly ReadSignature[]): boolean {
  return a.length === b.length && a.every(({ bytes }, i) => equalBytes(bytes, b[i]?.bytes ?? new Uint8Array(0)));
}
