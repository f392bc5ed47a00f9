/**
 * Limits of files in an OSTree repository, in bytes. Larger files are refused, by the generator and by the auditor.
 */

const MiB = 1024 * 1024;

/** `config`. No real one comes near. */
export const MAX_CONFIG_SIZE: number = MiB;

/** A file below `refs/heads`: a digest in hexadecimal and a line end, with room for one written on Windows. */
export const MAX_REF_SIZE = 66;

/** An object that is read whole: a commit, a directory. libostree has the same limit. */
export const MAX_OBJECT_SIZE: number = 128 * MiB;

/** The `superblock` of a static delta, which may hold files of moderate size. */
export const MAX_SUPERBLOCK_SIZE: number = 512 * MiB;
