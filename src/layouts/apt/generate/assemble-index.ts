/**
 * Puts an index together: the stanzas of one suite, component and arch in their order, cut into pieces, and the files that are
 * made of the pieces. Only pieces with stanzas that changed are made; an index of unchanged slices is not even put in order.
 */
import { WorkQueue } from '../../../async/queue.ts';
import type { Digest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { keyOf, startDigest } from '../../../platform/hash/sha256.ts';
import { checkpoint } from '../../../platform/threads/next-turn.ts';
import { defineSlot } from '../../../platform/workspace/slot.ts';
import { readVerified, type Workspace } from '../../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../../platform/workspace/workspace-entry.ts';
import { gzip } from '../../../platform/zlib/gzip.ts';
import { joinBlocks } from '../../../xz/join-blocks.ts';
import { cutPieces } from '../format/cut-pieces.ts';
import {
  comparedPiece,
  type MakePieceJob,
  type PieceHead,
  type PieceRow,
  type PieceTasks,
  pieceSlot,
  type StanzaPlace,
} from './index-piece.ts';
import type { ComparedPiece } from './pdiffs/compare-pieces.ts';
import { askStanzas } from './render-part.ts';
import type { NamedPart } from './render-slices.ts';
import { belongsTo, type IndexSpec } from './suites.ts';

/** The compressions of an index, by the ends of the files' names. */
export type IndexSuffix = '' | '.xz' | '.gz';

/** A file of an index. */
export interface IndexFile {
  readonly sha256: Digest;
  readonly size: number;
}

/** An index. */
export interface AssembledIndex {
  readonly spec: IndexSpec;
  /** Number of stanzas, and of different names. */
  readonly packages: number;
  readonly names: number;
  readonly files: ReadonlyMap<IndexSuffix, IndexFile>;
  /** The content of one of the files, piece by piece. */
  content(suffix: IndexSuffix): Iterable<Uint8Array>;
  /** Its pieces, to compare it with an older version. */
  pieces(): readonly ComparedPiece[];
}

/** What assembling needs. */
export interface AssembleOptions {
  /** Bytes of a piece. */
  readonly piece: number;
  readonly compress: readonly ('xz' | 'gz')[];
  /** The name of the encoder, which decides on the bytes of `.xz`. */
  readonly xzName: string | undefined;
  readonly workspace: Workspace;
  readonly tasks: PieceTasks;
  readonly maxPending: number;
  readonly signal?: AbortSignal | undefined;
}

/** What is remembered of an index whose slices are the same. */
interface Assembly {
  readonly packages: number;
  readonly names: number;
  /** Names of the pieces in the workspace, and their keys. */
  readonly pieces: readonly (readonly [name: string, key: string])[];
}

/** Pieces at a time: even without threads of our own, a program compresses one while the next is prepared. */
const MIN_PENDING = 3;

// The versions grow whenever the same slices lead to a different order, or the same pieces to different files.
const assemblySlot = defineSlot<Assembly>('assembly', 2);
const filesSlot = defineSlot<{ readonly files: readonly (readonly [IndexSuffix, IndexFile])[] }>('indexfiles', 1);
const piecesSlot = defineSlot<Pick<Assembly, 'pieces'>>('indexpieces', 1);

/** The name under which an index of these slices is remembered. */
export function nameOfAssembly(spec: IndexSpec, slices: readonly string[], options: AssembleOptions): string {
  const { suite, component, arch, subset = null } = spec;
  return assemblySlot.nameOf([
    suite,
    component,
    arch,
    subset,
    slices,
    options.piece,
    options.compress,
    options.xzName ?? null,
  ]);
}

/** An index that is remembered. */
export function recallIndex(spec: IndexSpec, name: string, options: AssembleOptions): AssembledIndex | undefined {
  const { workspace } = options;
  const assembly = assemblySlot.read(name, workspace);
  if (assembly === undefined) return undefined;
  const names = assembly.pieces.map(([piece]) => piece);
  const files = filesSlot.read(nameOfFiles(names, options), workspace)?.files;
  if (files === undefined) return undefined;
  for (const piece of names) workspace.keep(piece);
  const plain = files.find(([suffix]) => suffix === '')?.[1];
  if (plain !== undefined) workspace.keep(piecesSlot.nameOf(plain.sha256));
  return indexOf(spec, assembly, files, workspace);
}

/** A stanza of an index. */
export interface IndexRow {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** Bytes of its text. */
  readonly size: number;
  readonly place: StanzaPlace;
}

/** The rows of an index in order: by name, then version, then arch. */
export function rowsOf(spec: IndexSpec, parts: readonly NamedPart[]): readonly IndexRow[] {
  const rows: IndexRow[] = [];
  for (const [part, columns] of parts.entries()) {
    const isListed = askStanzas(columns, (stanza) => belongsTo(spec, stanza));
    let start = 0;
    for (const [position, name] of columns.names.entries()) {
      const size = columns.sizes[position] ?? 0;
      if (isListed(position)) {
        const row: PieceRow = [columns.keys[position] ?? '', size, columns.lines[position] ?? 0];
        const place = { part, position, start, row };
        const version = columns.versions[position] ?? '';
        const arch = columns.arches[position] ?? '';
        rows.push({ name, version, arch, size, place });
      }
      start += size;
    }
  }
  return rows.sort(
    (a, b) =>
      compareText(a.name, b.name) ||
      compareText(a.version, b.version) ||
      compareText(a.arch, b.arch) ||
      compareText(a.place.row[0], b.place.row[0]),
  );
}

/** Puts an index together, and remembers it. */
export async function assembleIndex(
  spec: IndexSpec,
  name: string,
  parts: readonly NamedPart[],
  rows: readonly IndexRow[],
  options: AssembleOptions,
): Promise<AssembledIndex> {
  const { workspace, tasks, compress, xzName, signal } = options;
  const queue = new WorkQueue(Math.max(options.maxPending, MIN_PENDING));
  const pieces: (readonly [name: string, key: string])[] = [];
  for (const piece of cutPieces(rows, options.piece)) {
    await checkpoint(signal);
    const key = keyOf(piece.map(({ place }) => place.row[0]));
    const pieceName = pieceSlot.nameOf([key, compress, xzName ?? null]);
    pieces.push([pieceName, key]);
    workspace.keep(pieceName);
    if (pieceSlot.read(pieceName, workspace) !== undefined) continue;
    await queue.add(async () => {
      await tasks.makePiece({ name: pieceName, ...placesOf(piece, parts), compress });
    });
  }
  await queue.finish();
  const assembly = { packages: rows.length, names: countNames(rows), pieces };
  const files = filesOf(pieces, options);
  assemblySlot.write(name, assembly, workspace);
  const index = indexOf(spec, assembly, files, workspace);
  const plain = index.files.get('');
  if (plain !== undefined) piecesSlot.write(piecesSlot.nameOf(plain.sha256), { pieces }, workspace);
  return index;
}

/** The pieces of an older version, by the digest of its uncompressed file; undefined if they are not in the workspace. */
export function recallPieces(sha256: Digest, workspace: Workspace): readonly ComparedPiece[] | undefined {
  const pieces = piecesSlot.read(piecesSlot.nameOf(sha256), workspace)?.pieces;
  const found = pieces?.flatMap(([name, key]) => {
    const head = pieceSlot.read(name, workspace);
    return head === undefined ? [] : comparedPiece(name, key, head, workspace);
  });
  return found?.length === pieces?.length ? found : undefined;
}

function placesOf(rows: readonly IndexRow[], parts: readonly NamedPart[]): Pick<MakePieceJob, 'parts' | 'stanzas'> {
  const positions = new Map<number, number>();
  const stanzas = rows.map(({ place }) => {
    const position = positions.get(place.part) ?? positions.size;
    positions.set(place.part, position);
    return { ...place, part: position };
  });
  return { parts: [...positions.keys()].map((part) => parts[part]?.name ?? ''), stanzas };
}

function countNames(rows: readonly IndexRow[]): number {
  return rows.reduce((count, { name }, i) => (name === rows[i - 1]?.name ? count : count + 1), 0);
}

function nameOfFiles(pieces: readonly string[], { compress, xzName }: AssembleOptions): string {
  return filesSlot.nameOf([pieces, compress, xzName ?? null]);
}

function filesOf(pieces: Assembly['pieces'], options: AssembleOptions): readonly (readonly [IndexSuffix, IndexFile])[] {
  const { compress, xzName, workspace } = options;
  const names = pieces.map(([name]) => name);
  const entry = nameOfFiles(names, options);
  const known = filesSlot.read(entry, workspace)?.files;
  if (known !== undefined) return known;
  const suffixes: readonly IndexSuffix[] = [
    '',
    ...(compress.includes('xz') && xzName !== undefined ? (['.xz'] as const) : []),
    ...(compress.includes('gz') ? (['.gz'] as const) : []),
  ];
  const files = suffixes.map((suffix) => {
    const digest = startDigest();
    let size = 0;
    for (const part of contentOf(suffix, names, workspace)) {
      digest.update(part);
      size += part.length;
    }
    return [suffix, { sha256: digest.finish(), size }] as const;
  });
  filesSlot.write(entry, { files }, workspace);
  return files;
}

function indexOf(
  spec: IndexSpec,
  { packages, names, pieces }: Assembly,
  files: readonly (readonly [IndexSuffix, IndexFile])[],
  workspace: Workspace,
): AssembledIndex {
  const pieceNames = pieces.map(([name]) => name);
  return {
    ...{ spec, packages, names, files: new Map(files) },
    content: (suffix) => contentOf(suffix, pieceNames, workspace),
    pieces: () => pieces.map(([name, key]) => comparedPiece(name, key, headOf(name, workspace), workspace)),
  };
}

function headOf(name: string, workspace: Workspace): PieceHead {
  const head = pieceSlot.read(name, workspace);
  if (head === undefined) throw new DamagedEntryError(`${name}: gone`);
  return head;
}

/** The parts of a file. */
function* contentOf(suffix: IndexSuffix, pieces: readonly string[], workspace: Workspace): Generator<Uint8Array, void> {
  const heads = pieces.map((name) => ({ name, ...headOf(name, workspace) }));
  if (suffix === '') {
    for (const { name, text } of heads) yield readVerified(name, text, workspace);
  } else if (suffix === '.gz') {
    for (const { name, gz } of heads) if (gz !== undefined) yield readVerified(name, gz, workspace);
    if (heads.length === 0) yield gzip(new Uint8Array());
  } else {
    const blocks = heads.flatMap(({ name, xz }) => (xz === undefined ? [] : { name, ...xz }));
    const { start, end } = joinBlocks(blocks, blocks[0]?.check ?? 1);
    yield start;
    for (const { name, ...block } of blocks) yield readVerified(name, block, workspace);
    yield end;
  }
}
