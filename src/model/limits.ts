/**
 * Our own limits, each with its reason. They are deliberately generous: a repository that reaches one is ten times the size of
 * the largest known. The generator and every client use the same limits, and both sides are tested.
 */

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** Bytes of `index.json`, the only file whose size is not announced by another. 16 MiB hold 8,000 summaries. */
export const MAX_INDEX_SIZE: number = 16 * MiB;

/** Architectures that a configuration may list. Each has a summary of its own, and several with subsets. */
export const MAX_ARCHES = 1000;

/** Canonical bytes of one summary: room for five million Debian packages. */
export const MAX_SUMMARY_SIZE: number = 2 * GiB - 1;

/** Canonical bytes of a summary's header: room for 100,000 buckets. */
export const MAX_HEADER_SIZE: number = 16 * MiB;

/** Stored bytes may exceed canonical bytes by this factor plus `MAX_STORED_SLACK`, for gzip members of incompressible data. */
export const MAX_STORED_RATIO = 1.01;

/** Bytes; see `MAX_STORED_RATIO`. */
export const MAX_STORED_SLACK: number = 4 * MiB;

/** The most stored bytes for a number of canonical bytes. */
export function maxStoredSize(size: number): number {
  return Math.ceil(size * MAX_STORED_RATIO) + MAX_STORED_SLACK;
}

/**
 * Canonical bytes may exceed stored bytes by this factor plus `MAX_CANONICAL_SLACK`, against decompression bombs: memory is
 * bounded by what is fetched. Summaries have a factor of five to ten, because they hold repeated texts once.
 */
export const MAX_CANONICAL_RATIO = 100;

/** Bytes; see `MAX_CANONICAL_RATIO`. */
export const MAX_CANONICAL_SLACK: number = 64 * MiB;

/** The most canonical bytes for a number of stored bytes. */
export function maxCanonicalSize(storedSize: number): number {
  return storedSize * MAX_CANONICAL_RATIO + MAX_CANONICAL_SLACK;
}

/** Canonical bytes of one file in `details/`. */
export const MAX_DETAILS_SIZE: number = 64 * MiB;

/** Bytes of the dictionary shared by details: zlib looks back no further. */
export const MAX_DICTIONARY_SIZE: number = 32 * KiB;

/** UTF-16 code units of one text in a record. The longest in Debian has 12,000. */
export const MAX_TEXT_LENGTH: number = 256 * KiB;

/** UTF-16 code units of names: of packages, versions, arches, subsets and fields. */
export const MAX_NAME_LENGTH = 255;

/** Bytes of one record of the input: a JSON document, a YAML document or a stanza. */
export const MAX_RECORD_SIZE: number = 16 * MiB;

/** Decompressed bytes of one input file, against decompression bombs. Forty times conda's largest `repodata.json`. */
export const MAX_INPUT_SIZE: number = 8 * GiB;

/** How often the aliases of one YAML document may be expanded; nested ones multiply. */
export const MAX_YAML_ALIASES = 1000;

/** How deep a field's arrays and objects may nest. */
export const MAX_FIELD_DEPTH = 32;

/** Older versions of a summary that keep a delta to the newest. */
export const MAX_HISTORY = 256;

/** The default number of older versions that keep a delta. */
export const DEFAULT_HISTORY = 16;
