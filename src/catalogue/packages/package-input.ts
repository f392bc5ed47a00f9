/**
 * The files of packages as a build has found them: what a layout publishes, if the configuration wants it.
 */
import type { PublishMode } from '../../config/config.ts';
import type { Place } from '../../model/listing.ts';
import type { PackageFile } from '../../model/package-file.ts';
import type { FileStamp } from '../../platform/files/file-stamp.ts';
import type { DigestMemory } from '../../platform/files/hash-file.ts';

/** A file that records name, where it is, and what is in it. */
export interface FoundPackageFile extends PackageFile {
  /** Where it is on disk. */
  readonly file: string;
  readonly stamp: FileStamp;
  /** Where the first record is that names it. */
  readonly place: Place;
}

/** All files that records name. */
export interface PackageInput {
  readonly publish: PublishMode;
  /** In the order of their paths. */
  readonly files: readonly FoundPackageFile[];
  /** Those that this build has hashed. The digests of the others were known. */
  readonly hashed: { readonly files: number; readonly bytes: number };
  /** Digests of files that earlier builds computed, and what this build adds to them. */
  readonly digests: DigestMemory;
  /** Remembers the digests of all files. `linked`: paths of files that have a new link to them, and so a new stamp. */
  remember(linked: readonly Pick<PackageFile, 'path'>[]): void;
}
