/**
 * A piece of an index: stanzas that follow each other, in an entry of the workspace. Its body has the text, the text as a member of
 * gzip and as a block of xz, and a row for each stanza. It is made once, and every index that has these stanzas takes it.
 */
import { decodeText, encodeText } from '../../../bytes/bytes.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ByteRange } from '../../../model/source.ts';
import { digestOf, nameOfText } from '../../../platform/hash/sha256.ts';
import { defineSlot, type Slot } from '../../../platform/workspace/slot.ts';
import { readVerified, type Workspace } from '../../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../../platform/workspace/workspace-entry.ts';
import { gzipMember } from '../../../platform/zlib/gzip-text.ts';
import type { XzEncoder } from '../../../platform/zlib/xz-encoder.ts';
import { blocksOfStream } from '../../../xz/blocks-of-stream.ts';
import type { ComparedPiece, PieceStanzas } from './pdiffs/compare-pieces.ts';

/** Part of a body, with its digest. */
interface PartRef extends ByteRange {
  readonly sha256: Digest;
}

/** What is known of a piece without its body. */
export interface PieceHead {
  /** Lines, with the empty ones. */
  readonly lines: number;
  readonly text: PartRef;
  readonly rows: PartRef;
  readonly gz?: PartRef;
  readonly xz?: PartRef & { readonly unpaddedSize: number; readonly uncompressedSize: number; readonly check: number };
}

/** What is stored of each stanza: its key, its bytes and its lines, both with the empty line after it. */
export type PieceRow = readonly [key: string, size: number, lines: number];

/** Where the text of a stanza is: in a rendered part. */
export interface StanzaPlace {
  /** The position of the part in the job. */
  readonly part: number;
  /** The position of its row in the part. */
  readonly position: number;
  readonly start: number;
  readonly row: PieceRow;
}

/** Makes a piece. */
export interface MakePieceJob {
  /** Its name in the workspace. */
  readonly name: string;
  /** Names of the parts. */
  readonly parts: readonly string[];
  readonly stanzas: readonly StanzaPlace[];
  readonly compress: readonly string[];
}

/** The tasks of this stage. */
export interface PieceTasks {
  makePiece(job: MakePieceJob): Promise<PieceHead>;
}

// The version grows whenever the same stanzas lead to different bytes.
export const pieceSlot: Slot<PieceHead> = defineSlot<PieceHead>('piece', 1);

/** The task. */
export async function makePieceTask(
  { name, parts, stanzas, compress }: MakePieceJob,
  { workspace, xz }: { readonly workspace: Workspace; readonly xz: XzEncoder | undefined },
): Promise<PieceHead> {
  const text = readStanzas(parts, stanzas, workspace);
  const rows = stanzas.map(({ row }) => row);
  const body: Uint8Array[] = [];
  let start = 0;
  const add = (bytes: Uint8Array): PartRef => {
    body.push(bytes);
    start += bytes.length;
    return { start: start - bytes.length, length: bytes.length, sha256: digestOf(bytes) };
  };
  // A program may be at it meanwhile.
  const block = compress.includes('xz') ? xz?.compress(text) : undefined;
  const head = {
    lines: rows.reduce((sum, [, , lines]) => sum + lines, 0),
    text: add(text),
    rows: add(encodeText(JSON.stringify(rows))),
    ...(compress.includes('gz') && { gz: add(gzipMember(text)) }),
    ...(block !== undefined && { xz: addBlock(await block, add) }),
  };
  pieceSlot.write(name, head, workspace, body);
  return head;
}

function addBlock(stream: Uint8Array, add: (bytes: Uint8Array) => PartRef): NonNullable<PieceHead['xz']> {
  const { check, blocks } = blocksOfStream(stream);
  const [block] = blocks;
  if (block === undefined || blocks.length > 1) throw new RangeError('expected one block of xz');
  const { bytes, unpaddedSize, uncompressedSize } = block;
  return { ...add(bytes), unpaddedSize, uncompressedSize, check };
}

/** The texts of stanzas, one after the other. Throws a `DamagedEntryError` if one is not what its key says. */
function readStanzas(parts: readonly string[], stanzas: readonly StanzaPlace[], workspace: Workspace): Uint8Array {
  const size = stanzas.reduce((sum, { row: [, bytes] }) => sum + bytes, 0);
  const text = new Uint8Array(size);
  const wanted = new Map<number, { readonly at: number; readonly place: StanzaPlace }[]>();
  let at = 0;
  for (const place of stanzas) {
    const known = wanted.get(place.part);
    if (known === undefined) wanted.set(place.part, [{ at, place }]);
    else known.push({ at, place });
    at += place.row[1];
  }
  for (const [part, own] of wanted) {
    const name = parts[part] ?? '';
    const ranges = own.map(({ place: { start, row } }) => ({ start, length: row[1] }));
    for (const [i, bytes] of workspace.readBody(name, ranges).entries()) {
      const one = own[i];
      if (one === undefined || nameOfText(decodeText(bytes)) !== one.place.row[0]) {
        throw new DamagedEntryError(`${name}: damaged`);
      }
      text.set(bytes, one.at);
    }
  }
  return text;
}

/** A piece to compare with those of a different version. */
export function comparedPiece(name: string, key: string, head: PieceHead, workspace: Workspace): ComparedPiece {
  return { key, lines: head.lines, open: () => openStanzas(name, head, workspace) };
}

function openStanzas(name: string, head: PieceHead, workspace: Workspace): PieceStanzas {
  const rows: readonly PieceRow[] = JSON.parse(decodeText(readVerified(name, head.rows, workspace)));
  const text = readVerified(name, head.text, workspace);
  const starts: number[] = [];
  let at = 0;
  for (const [, size] of rows) {
    starts.push(at);
    at += size;
  }
  return {
    stanzas: rows.map(([key, , lines]) => ({ key, lines: lines - 1 })),
    text(index) {
      const start = starts[index] ?? 0;
      return text.subarray(start, start + (rows[index]?.[1] ?? 1) - 1);
    },
  };
}
