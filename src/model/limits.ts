/**
 * Every limit: a name, a number and a reason. Generous on purpose (a repository that meets one is ten times the size of
 * the largest known), tested one below and one above, and the same for the generator and for every client.
 */

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/** `index.json`, in bytes: the one file whose size nothing signed announces. 16 MiB hold 8,000 summaries. */
export const MAX_INDEX_SIZE: number = 16 * MiB;

/** Canonical bytes of one summary: five million Debian packages. */
export const MAX_SUMMARY_SIZE: number = 2 * GiB - 1;

/** Canonical bytes of a summary's header: 100,000 buckets. */
export const MAX_HEADER_SIZE: number = 16 * MiB;

/** Stored bytes may exceed canonical bytes by this factor and `MAX_STORED_SLACK`: incompressible data in gzip members. */
export const MAX_STORED_RATIO = 1.01;

/** Bytes; see `MAX_STORED_RATIO`. */
export const MAX_STORED_SLACK: number = 4 * MiB;

/** Stored bytes that so many canonical bytes may take at most. */
export function maxStoredSize(size: number): number {
  return Math.ceil(size * MAX_STORED_RATIO) + MAX_STORED_SLACK;
}

/** One file in `details/`, in canonical bytes. */
export const MAX_DETAILS_SIZE: number = 64 * MiB;

/** The shared dictionary: zlib looks back no further. */
export const MAX_DICTIONARY_SIZE: number = 32 * KiB;

/** One text field of a record, in UTF-16 code units. The longest in Debian has 12,000. */
export const MAX_TEXT_LENGTH: number = 256 * KiB;

/** Package names, versions, arches, subset names and field names, in UTF-16 code units. */
export const MAX_NAME_LENGTH = 255;

/** One record of the input, in bytes: a JSON document, a YAML document or a stanza. */
export const MAX_RECORD_SIZE: number = 16 * MiB;

/** One input file, in bytes after decompression: a bomb ends here. Forty times conda's largest `repodata.json`. */
export const MAX_INPUT_SIZE: number = 8 * GiB;

/** How often the aliases of one YAML document may be expanded, nested ones multiplied. */
export const MAX_YAML_ALIASES = 1000;

/** How deep a field's arrays and objects may nest. */
export const MAX_FIELD_DEPTH = 32;

/** Older versions of a summary that keep a delta to the newest. */
export const MAX_HISTORY = 256;

/** How many of them there are where the configuration does not say. */
export const DEFAULT_HISTORY = 16;
