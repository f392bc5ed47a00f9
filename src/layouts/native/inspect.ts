/**
 * What is in a file of a native tree: an index, a summary, a delta, recognised by its first bytes. Describes what the bytes say;
 * whether they are right is for `verify`.
 */
import { encodeText } from '../../bytes/bytes.ts';
import { type DeltaSummary, inspectDelta } from '../../delta/apply-delta.ts';
import { defined } from '../../model/defined.ts';
import type { Digest } from '../../model/digest.ts';
import { compareText } from '../../model/order.ts';
import { decodePackageList } from '../../model/package-list.ts';
import { sha256 } from '../../platform/hash/sha256.ts';
import type { Inspector } from '../layout.ts';
import { openBucket } from './format/bucket.ts';
import { parseTreePath, type TreePath } from './format/paths.ts';
import { decodeIndex, type SignedIndex } from './format/repository-index.ts';
import { type BucketEntry, splitSummary } from './format/summary.ts';

/** Bytes and cells that one field takes in all buckets of a summary. */
export interface FieldSize {
  readonly field: string;
  readonly kinds: readonly string[];
  /** Canonical bytes. */
  readonly size: number;
  readonly buckets: number;
}

/** What a file of a native tree is and holds. */
export type NativeInspection =
  | { readonly kind: 'index'; readonly size: number; readonly index: SignedIndex; readonly signatures: number }
  | {
      readonly kind: 'summary';
      readonly sha256: Digest;
      /** Canonical bytes. */
      readonly size: number;
      readonly storedSize: number;
      readonly arch: string;
      readonly subset?: string;
      readonly packages: number;
      readonly headerSize: number;
      readonly buckets: readonly BucketEntry[];
      readonly fields: readonly FieldSize[];
    }
  | ({ readonly kind: 'delta'; readonly size: number } & DeltaSummary)
  | {
      readonly kind: 'combined';
      /** Uncompressed bytes. */
      readonly size: number;
      readonly storedSize: number;
      readonly packages: number;
    }
  | {
      readonly kind: 'details';
      /** Digest of the document, as the file's name has it. */
      readonly sha256: Digest;
      /** The dictionary that it is compressed with, if there is one. */
      readonly dictionary?: Digest;
      readonly storedSize: number;
    }
  | { readonly kind: 'package list'; readonly sha256: Digest; readonly files: number }
  | { readonly kind: 'dictionary'; readonly sha256: Digest; readonly size: number };

const NEWLINE = 0x0a;

/** Inspects files of native trees. */
export const nativeInspector: Inspector = {
  async inspect({ content, storedSize, path }): Promise<NativeInspection | undefined> {
    if (startsWith(content, 'BSDIFF40')) return { kind: 'delta', size: content.length, ...inspectDelta(content) };
    // An index and the canonical bytes of a summary both begin with a JSON object; only an index starts with this member.
    if (startsWith(content, '{"signed"')) return inspectIndex(content);
    const known = path === undefined ? undefined : parseTreePath(endOf(path));
    if (known?.kind === 'combined') return inspectCombined(content, storedSize);
    if (startsWith(content, '{')) return inspectSummary(content, storedSize);
    return known === undefined ? undefined : inspectByName(known, content);
  },
};

function inspectIndex(bytes: Uint8Array): NativeInspection {
  const { signed, signatures } = decodeIndex(bytes);
  return { kind: 'index', size: bytes.length, index: signed, signatures: signatures.length };
}

async function inspectSummary(canonical: Uint8Array, storedSize: number): Promise<NativeInspection> {
  const { header, headerBytes, bucketBytes } = splitSummary(canonical);
  const { arch, subset, packages, buckets } = header;
  return {
    kind: 'summary',
    sha256: await sha256(canonical),
    size: canonical.length,
    storedSize,
    arch,
    ...defined({ subset }),
    packages,
    headerSize: headerBytes.length,
    buckets,
    fields: fieldSizes(buckets.map((_, position) => bucketBytes(position))),
  };
}

function fieldSizes(buckets: readonly Uint8Array[]): readonly FieldSize[] {
  const sizes = new Map<string, { kinds: Set<string>; size: number; buckets: number }>();
  for (const bytes of buckets) {
    for (const { field, kind, size } of openBucket(bytes).columns) {
      const known = sizes.get(field) ?? { kinds: new Set(), size: 0, buckets: 0 };
      known.kinds.add(kind);
      known.size += size;
      known.buckets += 1;
      sizes.set(field, known);
    }
  }
  return [...sizes]
    .map(([field, { kinds, ...rest }]) => ({ field, kinds: [...kinds].sort(compareText), ...rest }))
    .sort((a, b) => b.size - a.size || compareText(a.field, b.field));
}

function inspectCombined(lines: Uint8Array, storedSize: number): NativeInspection {
  const packages = lines.reduce((count, byte) => (byte === NEWLINE ? count + 1 : count), 0);
  return { kind: 'combined', size: lines.length, storedSize, packages };
}

// Details, dictionaries and lists of files say nothing of themselves.
function inspectByName(path: TreePath, bytes: Uint8Array): NativeInspection | undefined {
  if (path.kind === 'package list') {
    return { kind: 'package list', sha256: path.sha256, files: decodePackageList(bytes).length };
  }
  if (path.kind === 'dictionary') return { kind: 'dictionary', sha256: path.sha256, size: bytes.length };
  if (path.kind !== 'details') return undefined;
  const { sha256: digest, dictionary } = path;
  return { kind: 'details', sha256: digest, ...defined({ dictionary }), storedSize: bytes.length };
}

/** The end of a path that may be one of a tree, wherever the tree is. */
function endOf(path: string): string {
  const [end = path] = /(?:(?:details\/(?:\w+\/)?)|summaries\/)?[^/]+$/.exec(path) ?? [];
  return end;
}

function startsWith(bytes: Uint8Array, prefix: string): boolean {
  return encodeText(prefix).every((byte, i) => bytes[i] === byte);
}
