/**
 * Plans the Release file of a suite, its signatures, and the files that clients are set up with. A suite whose indexes are the same
 * keeps its Release file to the byte, unless the time until which it is valid is half over.
 */
import { concatBytes, encodeText } from '../../../bytes/bytes.ts';
import { formatRelease, type Release } from '../../../deb/release-file.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import type { Signer } from '../../../model/signer.ts';
import { formatArmor } from '../../../openpgp/armor.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { type MutableFile, mutableFile, type PlannedFile } from '../../../publish/tree-plan.ts';
import { byHashPath, suiteDirectory } from '../format/paths.ts';
import type { FileDigest } from '../format/pdiff-index.ts';
import { formatSourcesEntry } from '../format/sources-entry.ts';
import type { AptSettings } from '../settings.ts';
import type { PublishedSuite } from './published.ts';
import { signRelease } from './sign-release.ts';
import { SOURCE, type Suite } from './suites.ts';

/** A file of a suite, under its path relative to the directory of the suite. */
export interface SuiteFile extends FileDigest {
  readonly path: string;
}

/** What a Release file is made from. */
export interface ReleaseRequest {
  /** The name of the repository, and of the files for clients. */
  readonly name: string;
  readonly suite: Suite;
  readonly files: readonly SuiteFile[];
  readonly published: PublishedSuite | undefined;
  /** Whether a suite of the published archive is signed. */
  readonly isSigned: boolean;
  readonly settings: AptSettings;
  /** The date of a new one, in seconds since 1970. */
  readonly date: number;
  /** The time of the build. */
  readonly now: number;
  readonly signer: Signer | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A planned Release file. */
export interface PlannedRelease {
  readonly release: Release;
  /** Whether it differs from the published one. */
  readonly isNew: boolean;
  /** Its entry points in the order in which they are written. */
  readonly entryPoints: readonly MutableFile[];
  /** Files that people install to use the suite; undefined if those stay that the build with the key wrote. */
  readonly clientFiles: readonly MutableFile[] | undefined;
  /** Copies that stay for clients and people who want this state. */
  readonly files: readonly PlannedFile[];
}

/** Plans a Release file. Throws a `usage` error for a published suite that is signed if this build has no key. */
export async function planRelease(request: ReleaseRequest): Promise<PlannedRelease> {
  const { suite, published, signer } = request;
  const release = nextRelease(request);
  const text = formatRelease(release);
  const bytes = encodeText(text);
  const directory = suiteDirectory(suite.name);
  const before = published?.bytes;
  const isSame = before !== undefined && digestOf(before.release) === digestOf(bytes);
  if (signer === undefined) {
    const wasSigned = before?.inRelease !== undefined || before?.signature !== undefined;
    if (wasSigned && !isSame) throw unsigned(directory);
    if (request.isSigned && published === undefined) throw unsignedNew(directory);
    return {
      ...{ release, isNew: !isSame },
      clientFiles: wasSigned ? undefined : [sourcesFile(request, undefined)],
      entryPoints: [
        mutableFile(`${directory}/Release`, bytes),
        ...(before?.signature === undefined ? [] : [mutableFile(`${directory}/Release.gpg`, before.signature)]),
        ...(before?.inRelease === undefined ? [] : [mutableFile(`${directory}/InRelease`, before.inRelease)]),
      ],
      files: copiesOf(directory, bytes, before?.inRelease),
    };
  }
  const signed = await signRelease({
    ...{ text, signer, time: timeOfSignatures(release, request), signal: request.signal },
    published: isSame ? { inRelease: before.inRelease, detached: before.signature } : {},
  });
  const isKept = isSame && signed.inRelease === before.inRelease && signed.detached === before.signature;
  const keys = formatArmor('PUBLIC KEY BLOCK', concatBytes(signer.publicKeys.map(({ packets }) => packets)));
  return {
    ...{ release, isNew: !isKept },
    clientFiles: [sourcesFile(request, keys), mutableFile(`${directory}/${request.name}.asc`, encodeText(keys))],
    entryPoints: [
      mutableFile(`${directory}/Release`, bytes),
      mutableFile(`${directory}/Release.gpg`, signed.detached),
      mutableFile(`${directory}/InRelease`, signed.inRelease),
    ],
    files: copiesOf(directory, bytes, signed.inRelease),
  };
}

/**
 * The date of the file, but never later than the build: a date may be a second ahead because it has to grow, and the checker of apt 3
 * refuses signatures from the future.
 */
function timeOfSignatures({ date = 0n }: Release, { now }: ReleaseRequest): bigint {
  return date < BigInt(now) ? date : BigInt(now);
}

/** `<name>.sources`, which goes to `/etc/apt/sources.list.d` as it is. */
function sourcesFile({ suite, settings, name }: ReleaseRequest, keys: string | undefined): MutableFile {
  const { components, indexes } = suite;
  const text = formatSourcesEntry({
    ...{ url: settings.url, suites: [suite.name], components, keys },
    hasSources: indexes.some(({ arch }) => arch === SOURCE),
  });
  return mutableFile(`${suiteDirectory(suite.name)}/${name}.sources`, encodeText(text));
}

/** What clients with a list of states ask for: the entry point by its digest. */
function copiesOf(directory: string, release: Uint8Array, inRelease: Uint8Array | undefined): readonly PlannedFile[] {
  const bytes = inRelease ?? release;
  return [{ path: byHashPath(directory, digestOf(bytes)), size: bytes.length, content: async () => bytes }];
}

function unsigned(directory: string): RepomillError {
  return new RepomillError('usage', 'is signed, and this build has no key: clients would refuse what it publishes', {
    path: directory,
    hint: 'pass the key with --sign; to publish without signatures, remove InRelease and Release.gpg first',
  });
}

function unsignedNew(directory: string): RepomillError {
  const message = 'is new in an archive that is signed, and this build has no key: clients would refuse it';
  return new RepomillError('usage', message, { path: directory, hint: 'pass the key with --sign' });
}

/** The published Release file if nothing but time has changed, otherwise a new one. */
function nextRelease({ suite, files, published, settings, date, now }: ReleaseRequest): Release {
  const at = (seconds: number, validUntil: bigint | undefined): Release =>
    releaseAt({ suite, files, settings }, BigInt(seconds), validUntil);
  const { validFor } = settings;
  const before = published?.release;
  if (before?.date !== undefined) {
    const same = at(Number(before.date), before.validUntil);
    const hasTerm = (before.validUntil !== undefined) === (validFor !== undefined);
    const halfTime = validFor === undefined ? Number.POSITIVE_INFINITY : Number(before.date) + validFor / 2;
    const isCurrent = hasTerm && now <= halfTime && isOfTerm(before, validFor);
    if (isCurrent && formatRelease(same) === formatRelease({ ...before })) return same;
  }
  return at(date, validFor === undefined ? undefined : BigInt(date + validFor));
}

function isOfTerm({ date, validUntil }: Release, validFor: number | undefined): boolean {
  if (validFor === undefined || date === undefined || validUntil === undefined) return validFor === undefined;
  return Number(validUntil - date) === validFor;
}

function releaseAt(
  { suite, files, settings }: Pick<ReleaseRequest, 'suite' | 'files' | 'settings'>,
  date: bigint,
  validUntil: bigint | undefined,
): Release {
  const { origin = settings.origin, label = settings.label, description, version } = suite;
  return {
    ...defined({ origin, label, description, version, validUntil }),
    ...{ suite: suite.suite, codename: suite.codename, date },
    ...{ notAutomatic: suite.notAutomatic, butAutomaticUpgrades: suite.butAutomaticUpgrades },
    acquireByHash: true,
    // Packages for every arch are in the index of each; an archive of nothing else has an index of `all`.
    allInEachArch: !suite.arches.includes('all'),
    ...{ architectures: suite.arches, components: suite.components },
    sha256: files.map(({ path, size, sha256 }) => ({ path, size, digest: sha256 })),
  };
}
