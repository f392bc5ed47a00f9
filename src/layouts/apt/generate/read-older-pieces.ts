/**
 * The pieces of a published index that the workspace does not have: read from the tree, uncompressed or not, compared with the
 * digest in the Release file, and cut as new indexes are.
 */
import { decodeText } from '../../../bytes/bytes.ts';
import { digestOf, keyOf, nameOfText } from '../../../platform/hash/sha256.ts';
import type { PreviousTree } from '../../../publish/tree.ts';
import { cutPieces } from '../format/cut-pieces.ts';
import { decodeLatin1 } from '../format/line-patch.ts';
import type { FileDigest } from '../format/pdiff-index.ts';
import type { ComparedPiece } from './pdiffs/compare-pieces.ts';
import { type PublishedSuite, readListed } from './published.ts';
import { unpackIndex } from './unpack-index.ts';

/** Which version of which index. */
export interface OlderIndex {
  readonly before: FileDigest;
  /** The path of the uncompressed file, relative to the directory of the suite. */
  readonly base: string;
  readonly published: PublishedSuite;
  readonly previous: PreviousTree;
  /** Bytes of a piece. */
  readonly piece: number;
}

/** The pieces; undefined if no file with this content is there, or if it is no list of stanzas. */
export async function readOlderPieces(older: OlderIndex): Promise<readonly ComparedPiece[] | undefined> {
  const text = await readText(older);
  const rows = text && splitStanzas(text);
  if (text === undefined || rows === undefined) return undefined;
  return cutPieces(rows, older.piece).map((piece) => ({
    key: keyOf(piece.map(({ key }) => key)),
    lines: piece.reduce((sum, { lines }) => sum + lines, 0),
    open: () => ({
      stanzas: piece.map(({ key, lines }) => ({ key, lines: lines - 1 })),
      text(index) {
        const { start = 0, size = 1 } = piece[index] ?? {};
        return text.subarray(start, start + size - 1);
      },
    }),
  }));
}

async function readText({ before, base, published, previous }: OlderIndex): Promise<Uint8Array | undefined> {
  for (const suffix of ['.gz', '.xz', ''] as const) {
    const stored = await readListed(published, `${base}${suffix}`, previous);
    const text = stored && (await unpackIndex(stored, suffix, before.size));
    if (text !== undefined && digestOf(text) === before.sha256) return text;
  }
  return undefined;
}

interface StanzaRow {
  readonly name: string;
  readonly key: string;
  readonly start: number;
  /** Bytes and lines, with the empty line. */
  readonly size: number;
  readonly lines: number;
}

const LINE_END = 0x0a;

/** Stanzas that each end with one empty line; undefined for any other text. */
function splitStanzas(text: Uint8Array): readonly StanzaRow[] | undefined {
  const rows: StanzaRow[] = [];
  let start = 0;
  let lines = 0;
  let last = 0;
  for (let end = text.indexOf(LINE_END); end !== -1; end = text.indexOf(LINE_END, end + 1)) {
    lines++;
    if (end === last && end > start) {
      const stanza = text.subarray(start, end + 1);
      const shown = decodeLatin1(stanza);
      const name = /^Package: *(.*)$/m.exec(shown)?.[1] ?? '';
      rows.push({ name, key: nameOfText(decodeText(stanza)), start, size: stanza.length, lines });
      start = end + 1;
      lines = 0;
    }
    last = end + 1;
  }
  return start === text.length ? rows : undefined;
}
