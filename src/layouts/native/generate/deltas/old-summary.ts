/**
 * A summary that was published before, as the delta engine needs it: its header and, on demand, single buckets, each unpacked
 * from its own gzip member and verified. If the workspace remembers the digest of the header, the header is verified by it;
 * otherwise the whole file is.
 */

import { RepomillError } from '../../../../errors.ts';
import type { Digest } from '../../../../model/digest.ts';
import { MAX_HEADER_SIZE, MAX_SUMMARY_SIZE } from '../../../../model/limits.ts';
import { digestOf } from '../../../../platform/hash/sha256.ts';
import { defineSlot } from '../../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { gunzipStrictly } from '../../../../platform/zlib/gunzip.ts';
import { type MemberRange, rangesOfMembers } from '../../format/stored-summary.ts';
import { decodeHeader, splitSummary } from '../../format/summary.ts';
import type { SummaryParts } from './summary-parts.ts';

/** What the workspace remembers of a summary. */
interface KnownHeader {
  readonly sha256: Digest;
}

const headerSlot = defineSlot<KnownHeader>('header', 2);

/** Remembers the header of a summary that was published or verified. */
export function rememberHeader(summary: Digest, sha256: Digest, workspace: Workspace): void {
  const name = headerSlot.nameOf(summary);
  if (headerSlot.read(name, workspace) === undefined) headerSlot.write(name, { sha256 }, workspace);
}

/** Keeps what is remembered of a summary for the next build. */
export function keepHeader(summary: Digest, workspace: Workspace): void {
  workspace.keep(headerSlot.nameOf(summary));
}

/**
 * Opens a stored summary.
 *
 * @param sha256 - of its canonical bytes
 * @throws RepomillError `format` or `integrity` if it is damaged
 */
export function openOldSummary(sha256: Digest, stored: Uint8Array, workspace: Workspace): SummaryParts {
  const ranges = rangesOfMembers(stored);
  const [first] = ranges ?? [];
  const known = headerSlot.read(headerSlot.nameOf(sha256), workspace);
  if (ranges === undefined || first === undefined || known === undefined) return openWhole(sha256, stored, workspace);
  const header = unpack(stored, first, MAX_HEADER_SIZE);
  if (digestOf(header) !== known.sha256) throw damaged('the header has a different digest');
  const { buckets } = decodeHeader(header).header;
  return {
    header,
    bucket: async (position) => {
      const listed = buckets[position];
      const range = ranges[position + 1];
      if (listed === undefined || range === undefined) throw new RangeError(`summary: no bucket ${position}`);
      const bytes = unpack(stored, range, listed.size);
      if (digestOf(bytes) !== listed.sha256) throw damaged(`bucket ${listed.id} has a different digest`);
      return bytes;
    },
  };
}

function openWhole(sha256: Digest, stored: Uint8Array, workspace: Workspace): SummaryParts {
  const canonical = gunzipStrictly(stored, MAX_SUMMARY_SIZE);
  if (digestOf(canonical) !== sha256) throw damaged('it has a different digest');
  const { headerBytes, bucketBytes } = splitSummary(canonical);
  rememberHeader(sha256, digestOf(headerBytes), workspace);
  return { header: headerBytes, bucket: async (position) => bucketBytes(position) };
}

function unpack(stored: Uint8Array, { start, length }: MemberRange, max: number): Uint8Array {
  return gunzipStrictly(stored.subarray(start, start + length), max);
}

function damaged(reason: string): RepomillError {
  return new RepomillError('integrity', reason);
}
