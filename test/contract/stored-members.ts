/**
 * Takes a stored summary apart into its gzip members, as FORMAT.md, section "Stored form", says, with nothing of repomill.
 */
import { gunzipSync } from 'node:zlib';

/** One bucket of a stored summary. */
export interface StoredBucket {
  readonly id: string;
  /** Of the canonical bytes, as the header says. */
  readonly sha256: string;
  /** The gzip member as it is stored. */
  readonly member: Buffer;
}

/** The buckets of a stored summary, in order. Throws where the lengths do not add up to the whole file. */
export function membersOf(stored: Buffer, headerStoredSize: number): readonly StoredBucket[] {
  const header: { readonly buckets: readonly { readonly id: string; readonly sha256: string }[] } = JSON.parse(
    gunzipSync(stored.subarray(0, headerStoredSize)).toString('utf8'),
  );
  const lengths = varintsOf(subfieldOf(stored));
  let position = headerStoredSize;
  const members = header.buckets.map(({ id, sha256 }, i) => {
    const member = stored.subarray(position, position + (lengths[i] ?? 0));
    position += member.length;
    return { id, sha256, member };
  });
  if (position !== stored.length || lengths.length !== members.length) throw new Error('lengths do not add up');
  return members;
}

/** The content of the subfield `RM` of the first member, which is the only one there is. */
function subfieldOf(stored: Buffer): Buffer {
  const length = stored.readUInt16LE(14);
  if (stored.toString('latin1', 12, 14) !== 'RM') throw new Error('no subfield RM');
  return stored.subarray(16, 16 + length);
}

function varintsOf(bytes: Buffer): readonly number[] {
  const values: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte >= 0x80) continue;
    values.push(value);
    value = 0;
    scale = 1;
  }
  return values;
}
