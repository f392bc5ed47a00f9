/**
 * Faults for the tests of the auditor: a repository that says something wrong from the start, or some of whose files are changed,
 * and what the auditor finds.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { packTuple, packUint32 } from '../../../../../src/glib/gvariant/pack.ts';
import { type Digest, isDigest } from '../../../../../src/model/digest.ts';
import { objectPath } from '../../../../../src/ostree/paths.ts';
import type { Audited } from '../../../../audited.ts';
import {
  APP,
  auditFiles,
  type CommitDraft,
  type Draft,
  digestOf,
  draftRepository,
  type RefDraft,
  type SummaryDraft,
  type Written,
  writeRepository,
} from './tiny-repository.ts';

/** A fault in what a repository says, and what is found. */
export type Fault = readonly [what: string, finding: RegExp, fault: (draft: Draft) => void];

/** A fault in a file of a right repository, and what is found. */
export type FileFault = readonly [
  what: string,
  finding: (written: Written) => string,
  fault: (written: Written) => void,
];

/** Facts that a summary says of the app, each different from what its commit says. */
export const FACT_FAULTS: readonly Fault[] = (
  [
    ['commit size', /commit size: expected \d+, found 1$/m, { size: 1n }],
    ['time', /timestamp: expected 1500000000, found 1$/m, { timestamp: 1n }],
    ['installed size', /installed size: expected 4873, found 1$/m, { installed: 1n }],
    ['download size', /download size: expected 1777, found 1$/m, { download: 1n }],
    ['metadata', /metadata: the texts differ$/m, { metadata: 'x' }],
    ['end of life', /end of life: expected "use Better", found none/m, { eol: undefined }],
    ['rebase', /end of life rebase: expected "app\/org.test.Better\/x86_64\/stable", found "x"/m, { eolr: 'x' }],
    ['token type', /token type: expected 2, found 3/m, { token: 3 }],
    ['extra data', /extra data: expected 1 of 777 bytes, found 2 of 777/m, { extra: { sources: 2, size: 777n } }],
  ] as const
).map(([what, finding, wrong]) => [what, finding, (draft) => Object.assign(refOf(draft, APP).shown, wrong)]);

/** The report on a repository. */
export function audit({ files }: Written): Promise<Audited> {
  return auditFiles(files);
}

/** The findings on a repository, one a line. */
export async function findingsOf(written: Written): Promise<string> {
  const { findings } = await audit(written);
  return findings.map(({ path, message }) => `${path}: ${message}`).join('\n');
}

/** The findings on a repository that says something wrong from the start. */
export async function drafted(
  fault: (draft: Draft) => void,
  commits?: Record<string, Partial<CommitDraft>>,
): Promise<string> {
  const draft = draftRepository(commits);
  fault(draft);
  return findingsOf(writeRepository(draft));
}

/** The findings on a right repository, some of whose files are changed. */
export async function harmed(fault: (written: Written) => void): Promise<string> {
  const written = writeRepository(draftRepository());
  fault(written);
  return findingsOf(written);
}

/** A ref of a draft. */
export function refOf(draft: Draft, name: string): RefDraft {
  const ref = draft.refs.find((one) => one.name === name);
  if (ref === undefined) throw new TypeError(name);
  return ref;
}

/** A summary of a draft. */
export function summaryOf(draft: Draft, name: string): SummaryDraft {
  const summary = draft.summaries.find((one) => one.name === name);
  if (summary === undefined) throw new TypeError(name);
  return summary;
}

/** A file of a repository. */
export function bytesOf({ files }: Written, path: string): Uint8Array {
  return files.get(path) ?? new Uint8Array(0);
}

/** The newest version of the summary `x86_64`, and the one before. */
export function newestOf({ newest }: Written): Digest {
  return newest.get('x86_64') ?? sha('');
}

export function olderOf({ older }: Written): Digest {
  return older.get('x86_64') ?? sha('');
}

/** Paths of the newest summary and of the delta to it. */
export function gzOf(written: Written): string {
  return `summaries/${newestOf(written)}.gz`;
}

export function deltaOf(written: Written): string {
  return `summaries/${olderOf(written)}-${newestOf(written)}.delta`;
}

/** Path of the app's commit, and its digest. */
export function commitPath(written: Written): string {
  const digest = commitName(written);
  return isDigest(digest) ? objectPath(digest, 'commit') : '';
}

export function commitName(written: Written): string {
  return new TextDecoder().decode(bytesOf(written, `refs/heads/${APP}`)).trim();
}

/** Path of the only index of static deltas. */
export function indexOfDeltas(written: Written): string {
  return [...written.files.keys()].find((path) => path.endsWith('.index')) ?? '';
}

/** The digest of a text. */
export function sha(text: string): Digest {
  return digestOf(encodeText(text));
}

/** A fault that changes a file, or removes it. */
export function replace(
  path: (written: Written) => string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): (written: Written) => void {
  return (written) => {
    const bytes = change(bytesOf(written, path(written)));
    if (bytes === undefined) written.files.delete(path(written));
    else written.files.set(path(written), bytes);
  };
}

/** Changes one byte. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

/** Changes a value of the metadata. */
export function change(metadata: Draft['metadata'], key: string, value: ReturnType<typeof packUint32>): void {
  const at = metadata.findIndex(([name]) => name === key);
  metadata[at] = [key, value];
}

/** The same content in two members of gzip. */
export function inTwoMembers(bytes: Uint8Array): Uint8Array {
  const content = gunzipSync(bytes);
  return Buffer.concat([gzipSync(content.subarray(0, 10)), gzipSync(content.subarray(10))]);
}

/** Changes the last byte of the content of a gzip file. */
export function lastFlipped(bytes: Uint8Array): Uint8Array {
  const content = gunzipSync(bytes);
  return gzipSync(flipped(content, content.length - 1));
}

/** Changes the last byte. */
export function withLastFlipped(bytes: Uint8Array): Uint8Array {
  return flipped(bytes, bytes.length - 1);
}

/** Changes a zero between two entries, which start at multiples of eight. */
export function withDirtyPadding(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).indexOf(`${APP}\0`);
  const at = text + APP.length + 1;
  if (text < 0 || at % 8 === 0) throw new TypeError('no padding after the name');
  return flipped(bytes, at);
}

/** The same parts with bytes after them that belong to none. */
export function withPadding(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes, ...packTuple([packUint32(1)]).bytes]);
}
