/**
 * Plans the `Contents` files of a suite: which package installs which path. The paths of a package are listed once, by the digest of
 * its file; a Contents file is made again only if its packages have changed. It takes memory for all paths of an index.
 */
import { WorkQueue } from '../../../async/queue.ts';
import { decodeText, encodeText } from '../../../bytes/bytes.ts';
import type { FoundPackageFile } from '../../../catalogue/packages/package-input.ts';
import { type Problem, RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { badInput } from '../../../model/problems.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { defineSlot } from '../../../platform/workspace/slot.ts';
import { readVerified, type Workspace } from '../../../platform/workspace/workspace.ts';
import { gzipText } from '../../../platform/zlib/gzip-text.ts';
import { readDebContents } from '../../../readers/deb/read-deb-contents.ts';
import type { FileDigest } from '../format/pdiff-index.ts';
import { rowsOf } from './assemble-index.ts';
import type { NamedPart } from './render-slices.ts';
import type { IndexSpec } from './suites.ts';

/** Lists the paths of a package. */
export interface ListContentsJob {
  /** Name of the list in the workspace. */
  readonly name: string;
  /** Where the package is on disk. */
  readonly file: string;
}

/** The tasks of this stage. */
export interface ContentsTasks {
  listContents(job: ListContentsJob): Promise<void>;
}

interface PathList {
  readonly sha256: Digest;
  readonly length: number;
}

interface StoredContents {
  readonly plain: FileDigest;
  readonly gz: FileDigest;
}

const listSlot = defineSlot<PathList>('paths', 1);
const contentsSlot = defineSlot<StoredContents>('contents', 1);

/** A Contents file. */
export interface PlannedContents extends StoredContents {
  /** The bytes of `.gz`. */
  content(): Uint8Array;
}

/** What planning needs. */
export interface ContentsRequest {
  readonly spec: IndexSpec;
  readonly parts: readonly NamedPart[];
  /** The files of packages, by their paths in the archive. */
  readonly files: ReadonlyMap<string, FoundPackageFile>;
  readonly workspace: Workspace;
  readonly tasks: ContentsTasks;
  readonly maxPending: number;
}

/** The task. */
export async function listContentsTask(
  { name, file }: ListContentsJob,
  workspace: Workspace,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = encodeText((await readDebContents(file, signal)).join('\n'));
  listSlot.write(name, { sha256: digestOf(bytes), length: bytes.length }, workspace, [bytes]);
}

/** Plans a Contents file. Throws a metadata error with every package whose paths cannot be listed. */
export async function planContents({ spec, parts, files, ...tools }: ContentsRequest): Promise<PlannedContents> {
  const { workspace } = tools;
  const listed = rowsOf(spec, parts).flatMap(({ name, place: { part, position } }) => {
    const [path = '', section = ''] = parts[part]?.files[position] ?? [];
    const file = files.get(path);
    return file === undefined ? [] : [{ where: section === '' ? name : `${section}/${name}`, file }];
  });
  const name = contentsSlot.nameOf(listed.map(({ where, file }) => [where, file.sha256]));
  const known = contentsSlot.read(name, workspace);
  for (const { file } of listed) workspace.keep(listSlot.nameOf(file.sha256));
  const stored = known ?? (await makeContents(name, listed, tools));
  const content = (): Uint8Array => readVerified(name, { start: 0, length: stored.gz.size, ...stored.gz }, workspace);
  return { ...stored, content };
}

interface ListedPackage {
  /** Section and name, as the file has them. */
  readonly where: string;
  readonly file: FoundPackageFile;
}

async function makeContents(
  name: string,
  listed: readonly ListedPackage[],
  { workspace, tasks, maxPending }: Pick<ContentsRequest, 'workspace' | 'tasks' | 'maxPending'>,
): Promise<StoredContents> {
  const problems: Problem[] = [];
  const queue = new WorkQueue(maxPending);
  for (const { file } of listed) {
    const list = listSlot.nameOf(file.sha256);
    if (listSlot.read(list, workspace) !== undefined) continue;
    await queue.add(async () => {
      try {
        await tasks.listContents({ name: list, file: file.file });
      } catch (error) {
        if (!(error instanceof RepomillError) || error.code !== 'format') throw error;
        problems.push({ ...file.place, message: error.message });
      }
    });
  }
  await queue.finish();
  if (problems.length > 0) throw badInput(problems);
  const text = encodeText(formatContents(listed, workspace));
  const gz = gzipText(text);
  const stored = {
    plain: { sha256: digestOf(text), size: text.length },
    gz: { sha256: digestOf(gz), size: gz.length },
  };
  contentsSlot.write(name, stored, workspace, [gz]);
  return stored;
}

/** A line for each path, with the packages that install it. */
function formatContents(listed: readonly ListedPackage[], workspace: Workspace): string {
  const packages = new Map<string, string>();
  for (const { where, file } of listed) {
    const name = listSlot.nameOf(file.sha256);
    const list = listSlot.read(name, workspace);
    if (list === undefined || list.length === 0) continue;
    for (const path of decodeText(readVerified(name, { start: 0, ...list }, workspace)).split('\n')) {
      const others = packages.get(path);
      // Several versions of one package are one.
      if (others === undefined) packages.set(path, where);
      else if (!others.split(',').includes(where)) packages.set(path, `${others},${where}`);
    }
  }
  const lines = [...packages].sort(([a], [b]) => compareText(a, b)).map(([path, where]) => `${path}  ${where}\n`);
  return lines.join('');
}
