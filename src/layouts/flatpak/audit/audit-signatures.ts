/**
 * The audit of signatures. What stands in a `.sig` is looked at in any case; whether it is right can be said with a key only:
 * those that the repository announces to new clients, and those that the user names.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import { equalBytes } from '../../../bytes/buffer.ts';
import { RepomillError } from '../../../errors.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import type { SignatureChecker } from '../../../model/signer.ts';
import { MAX_SIGNATURE_SIZE, readSignatureFacts, type SignatureFacts } from '../../../openpgp/packets.ts';
import { parseSignatures } from '../../../ostree/signatures.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { openChecker } from '../../../platform/openpgp/open-checker.ts';
import { INDEX_SIGNATURE_PATH, OLD_SIGNATURE_PATH, OLD_SUMMARY_PATH, signaturePath } from '../format/paths.ts';
import { publicKeys } from '../format/repository-metadata.ts';
import type { TreeFiles } from './tree-files.ts';

/** What is signed, and what with. */
export interface SignatureAudit {
  readonly index: Uint8Array;
  readonly oldSummary: Uint8Array | undefined;
  readonly config: Keyfile | undefined;
  /** Key rings that the user named. */
  readonly publicKeys: readonly Uint8Array[];
  /** Signature files of the tree, where they can be listed. */
  readonly listed: readonly string[];
  readonly files: TreeFiles;
  readonly findings: Finding[];
  readonly remarks: Finding[];
}

/** What was looked at. */
export interface SignatureCounts {
  /** Signatures of the index and of the old summary. */
  readonly signatures: number;
  /** Those of them that are good ones by a known key. */
  readonly goodSignatures: number;
}

/** Audits the signatures of a tree, the kept ones of older indexes too. */
export async function auditSignatures(audit: SignatureAudit): Promise<SignatureCounts> {
  const { index, oldSummary, listed, files, findings, remarks } = audit;
  const path = signaturePath(digestOf(index));
  const ofIndex = await readSignatures(path, audit);
  const copy = await readSignatures(INDEX_SIGNATURE_PATH, audit);
  const ofOld = await readSignatures(OLD_SIGNATURE_PATH, audit);
  for (const older of listed) if (older !== path) await readSignatures(older, audit);
  const checker = await openKeys(audit);
  const isSigned = listed.length > 0 || [ofIndex, copy, ofOld].some((found) => found !== undefined);
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
    // What the same signer wrote in one go is the same.
    if (ofIndex !== undefined && copy !== undefined && !sameSignatures(ofIndex, copy)) {
      findings.push({ path: INDEX_SIGNATURE_PATH, message: `stale: expected the signatures of ${path}, found others` });
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

/** The signatures in a file; undefined where there is none, and where it is broken, which is a finding. */
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
        `signature ${i + 1}: expected one OpenPGP signature of version 4, found another`,
      );
    });
  });
}

/** Keys to check with; undefined where there are none, or nobody to do it. */
async function openKeys({
  config,
  publicKeys: named,
  findings,
  remarks,
}: SignatureAudit): Promise<SignatureChecker | undefined> {
  const announced = await check('config', findings, async () => config && publicKeys(config));
  const rings = [...named, ...(announced === undefined ? [] : [announced])];
  if (rings.length === 0) return undefined;
  if (named.length > 0) return openChecker(rings);
  try {
    return await openChecker(rings);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    const wrong = { path: 'config', message: `gpg-keys of [flatpak]: ${error.message}` };
    (error.code === 'usage' ? remarks : findings).push(wrong);
    return undefined;
  }
}

/** A client is content with one good signature; what others say is their affair. Resolves to how many are good. */
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
