/**
 * Plans the files of packages: which are to be placed in the tree, which stay for clients with older metadata, and which are
 * removed. A path never changes its content while clients or caches may know the old one.
 */
import { inParallel } from '../../async/parallel.ts';
import type { FoundPackageFile, PackageInput } from '../../catalogue/packages/package-input.ts';
import { type Problem, throwIfAborted } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import type { PackageFile } from '../../model/package-file.ts';
import { encodePackageList, type ListedPackageFile } from '../../model/package-list.ts';
import { badInput } from '../../model/problems.ts';
import type { Reporter } from '../../model/progress.ts';
import { readFileChunks } from '../../platform/files/hash-file.ts';
import { digestOf } from '../../platform/hash/sha256.ts';
import { checkpoint, FILES_PER_TURN } from '../../platform/threads/next-turn.ts';
import { gzip } from '../../platform/zlib/gzip.ts';
import { formatPlural } from '../../text/quantity.ts';
import type { IncomingFile } from '../incoming-file.ts';
import type { PreviousTree, Tree } from '../tree.ts';
import type { PackageFilesPlan } from '../tree-plan.ts';
import { comparePublished } from './compare-published.ts';
import {
  type AnnouncedPackageList,
  type PackageListing,
  type PublishedPackageLists,
  readPackageLists,
} from './read-package-lists.ts';

/** What planning needs. */
export interface PackageRequest {
  readonly packages: PackageInput | undefined;
  readonly listing: PackageListing;
  /** What the published tree announces. */
  readonly published: AnnouncedPackageList | undefined;
  /** When records named files last that they name no longer: the time of the published tree, as its lists count. */
  readonly lastNamed: number | undefined;
  readonly previous: PreviousTree;
  readonly output: Tree;
  /** For how long a file stays that records name no longer, as lists count. */
  readonly keep: number;
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** The files of packages in the next tree. */
export interface PlannedPackages {
  /** What the tree announces of the list, and what has to be done, at a time as lists count. */
  at(time: number): { readonly entry?: AnnouncedPackageList; readonly plan?: PackageFilesPlan };
}

/**
 * Plans the files of packages.
 *
 * @throws RepomillError `metadata` with every path whose content would change
 */
export async function planPackages(request: PackageRequest): Promise<PlannedPackages> {
  const { packages, listing, published, output, keep, progress, signal } = request;
  if (packages === undefined || packages.publish === 'none') {
    warnOfAbandoned(published, progress);
    return { at: () => ({}) };
  }
  const lists = await readPackageLists(published, listing, request, progress);
  const current: PackageFile[] = [];
  const missing: IncomingFile[] = [];
  const problems: Problem[] = [];
  for (const [i, file] of packages.files.entries()) {
    if (i % FILES_PER_TURN === 0) await checkpoint(signal);
    const verdict = await comparePublished(file, lists, output, packages.digests);
    if (verdict.kind === 'refused') problems.push({ ...file.place, message: verdict.message });
    else if (verdict.kind !== 'foreign') current.push(file);
    if (verdict.kind === 'missing') missing.push(incomingFile(file, packages.publish === 'link', verdict.replaces));
  }
  if (problems.length > 0) throw badInput(problems, HINT);
  const named = new Set(packages.files.map(({ path }) => path));
  const older = await findOlder(lists, named, request);
  return {
    at(time) {
      const stays = ({ file: { lastNamed = 0 }, source }: OlderFile): boolean =>
        source !== undefined && time - lastNamed <= keep;
      const kept = older.filter(stays);
      const rows = [...current, ...kept.map(({ file }) => file)];
      const plan = {
        missing: [...missing, ...kept.flatMap(({ source }) => (typeof source === 'object' ? [source] : []))],
        obsolete: older.filter((one) => !stays(one)).map(({ file }) => file),
      };
      return listOf(rows, plan, published, listing);
    },
  };
}

const HINT =
  'clients that know the old content, and caches, would take one for the other; ' +
  'put the version into the path, as in "pool/hello-1.1.zip", and keep the old path for the old version';

/** The list, and what has to be done with its files. */
function listOf(
  rows: readonly ListedPackageFile[],
  { missing, obsolete }: Pick<PackageFilesPlan, 'missing' | 'obsolete'>,
  published: AnnouncedPackageList | undefined,
  { pathOf }: PackageListing,
): ReturnType<PlannedPackages['at']> {
  const bytes = encodePackageList(rows);
  const sha256 = digestOf(bytes);
  // The same list is not compressed again, which a different compressor would do differently.
  const entry =
    published?.sha256 === sha256
      ? published
      : { sha256, size: bytes.length, storedSize: gzip(bytes).length, files: rows.length };
  const list = { path: pathOf(sha256), size: entry.storedSize, content: async () => gzip(bytes) };
  return { entry, plan: { list, files: rows, missing, obsolete } };
}

function incomingFile(
  { path, size, sha256, file, stamp }: FoundPackageFile,
  isLink: boolean,
  replaces: boolean,
): IncomingFile {
  const link = isLink ? { file, stamp } : undefined;
  return defined({ path, size, sha256, link, replaces, chunks: () => readFileChunks(file, size) });
}

/** A file that records no longer name. */
interface OlderFile {
  readonly file: ListedPackageFile;
  /** Where it is: in the output already, or in the previous tree. Undefined: nowhere, or no index ever named it. */
  readonly source: 'output' | IncomingFile | undefined;
}

/** The files of earlier versions that records no longer name. */
async function findOlder(
  { announced, ours }: PublishedPackageLists,
  named: ReadonlySet<string>,
  { lastNamed: lately, previous, output, progress, signal }: PackageRequest,
): Promise<readonly OlderFile[]> {
  const unnamed = [...announced.values()].filter(({ path }) => !named.has(path));
  const older: OlderFile[] = [];
  await inParallel(unnamed, PARALLEL_QUESTIONS, async ({ lastNamed = lately, ...file }, position) => {
    throwIfAborted(signal);
    const { path, size } = file;
    const found = output.look(path);
    const isThere = found?.kind === 'file' && found.size === size;
    const isElsewhere = !isThere && (await previous.holds(path, size));
    const from = previous.location;
    const placed = { ...file, from, replaces: found !== undefined, chunks: () => previous.chunks(path, size) };
    const source = isThere ? 'output' : isElsewhere ? placed : undefined;
    older[position] = { file: { ...file, ...defined({ lastNamed }) }, source };
  });
  const [lost, ...others] = older.filter(({ source }) => source === undefined);
  if (lost !== undefined) {
    const also = others.length === 0 ? '' : ` (and ${formatPlural(others.length, 'other file')})`;
    const what = `${previous.location}/${lost.file.path}${also}`;
    progress.warn(`${what}: missing: clients that have not pulled since it was dropped will not find it`);
  }
  const unannounced = [...ours].filter(([path]) => !named.has(path) && !announced.has(path));
  return [...older, ...unannounced.flatMap(([, files]) => files.map((file) => ({ file, source: undefined })))];
}

/** How many files a host is asked for at once. */
const PARALLEL_QUESTIONS = 16;

function warnOfAbandoned(published: AnnouncedPackageList | undefined, progress: Reporter): void {
  const count = published?.files;
  if (count === undefined) return;
  progress.warn(
    `the package files that earlier builds published (${count}) stay where they are, but are no longer looked after: ` +
      '`packages.publish` is neither `copy` nor `link`',
  );
}
