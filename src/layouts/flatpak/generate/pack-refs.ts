/**
 * The first stage of the layout: every ref in the forms that summaries need. Refs are packed in batches. A batch whose refs still
 * have the commits of an earlier build is in the workspace, and none of its commits is read.
 */

import { inParallel } from '../../../async/parallel.ts';
import type { Problem } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import type { Reporter } from '../../../model/progress.ts';
import { refPath } from '../../../ostree/paths.ts';
import type { RefFile, RepositoryRef } from '../../../ostree/repository.ts';
import { endsBatch, keyOf } from '../../../platform/hash/sha256.ts';
import { checkpoint, FILES_PER_TURN } from '../../../platform/threads/next-turn.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { RepositoryFindings } from '../../../readers/ostree/findings.ts';
import type { OpenRepository } from '../../../readers/ostree/open-repository.ts';
import { type PackedRef, packedRefs, packForSummary, readPackedRefs, writePackedRefs } from './packed-ref.ts';

/** A batch of refs to pack. */
export interface PackRefsJob {
  /** The repository. */
  readonly location: string;
  /** The batch's name in the workspace. */
  readonly name: string;
  readonly refs: readonly RefFile[];
}

/** The task of this stage: packs a batch into the workspace, unless something is wrong with it. */
export interface PackTasks {
  packRefs(job: PackRefsJob): Promise<{ readonly problems: readonly Problem[] }>;
}

/** What packing needs. */
export interface PackOptions {
  readonly workspace: Workspace;
  readonly tasks: PackTasks;
  /** Tasks that may be waited for at a time. */
  readonly maxPending: number;
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** The refs of a repository. */
export interface Refs {
  readonly count: number;
  /** Identifies all refs and their commits. */
  readonly key: Digest;
  /** All refs, packed. Throws a metadata error with everything that is wrong in the repository. */
  packed(): Promise<readonly PackedRef[]>;
}

/** Refs in a batch, on average. A batch ends after a ref whose name says so, so a new ref changes no other batch. */
const BATCH_REFS = 32;

/** Packs the refs of a batch into the workspace. */
export function packRefsTask(
  { name, refs }: PackRefsJob,
  readCommit: (ref: RefFile) => RepositoryRef,
  workspace: Workspace,
): { readonly problems: readonly Problem[] } {
  const findings = new RepositoryFindings();
  const packed = refs.flatMap((ref) => {
    return findings.attempt(refPath(ref.name), () => packForSummary(readCommit(ref))) ?? [];
  });
  if (findings.isEmpty) writePackedRefs(name, packed, workspace);
  return { problems: findings.problems };
}

/** Prepares to pack every ref of a repository. Commits are read only once the packed refs are asked for. */
export async function packRefs(repository: OpenRepository, options: PackOptions): Promise<Refs> {
  const batches = batchesOf(repository.refs).map((refs) => {
    return { refs, name: packedRefs.nameOf(refs.map(({ name, commit }) => [name, commit])) };
  });
  for (const { name } of batches) options.workspace.keep(name);
  let made: Promise<readonly PackedRef[]> | undefined;
  const packed = (): Promise<readonly PackedRef[]> => {
    made ??= packBatches(batches, repository, options);
    return made;
  };
  // A ref that could not be read is in no batch. The others are read too, so that all problems are reported together.
  if (!repository.findings.isEmpty) await packed();
  return { count: repository.refs.length, key: keyOf(batches.map(({ name }) => name)), packed };
}

function batchesOf(refs: readonly RefFile[]): readonly (readonly RefFile[])[] {
  const batches: RefFile[][] = [[]];
  for (const ref of refs) {
    batches.at(-1)?.push(ref);
    if (endsBatch(ref.name, BATCH_REFS)) batches.push([]);
  }
  return batches.filter((batch) => batch.length > 0);
}

async function packBatches(
  batches: readonly Pick<PackRefsJob, 'name' | 'refs'>[],
  { location, findings }: OpenRepository,
  { workspace, tasks, maxPending, progress, signal }: PackOptions,
): Promise<readonly PackedRef[]> {
  const missing: (typeof batches)[number][] = [];
  for (const [i, batch] of batches.entries()) {
    if (signal !== undefined && i % FILES_PER_TURN === 0) await checkpoint(signal);
    const isKnown = packedRefs.read(batch.name, workspace) !== undefined;
    progress.cacheLookup('batch', isKnown);
    if (!isKnown) missing.push(batch);
  }
  progress.start(
    'encoding',
    missing.reduce((sum, { refs }) => sum + refs.length, 0),
    'refs',
  );
  await inParallel(missing, maxPending, async ({ name, refs }) => {
    if (findings.isFull) return;
    const { problems } = await tasks.packRefs({ location, name, refs });
    findings.add(problems);
    progress.advance(refs.length);
  });
  findings.check();
  const packed: PackedRef[] = [];
  for (const [i, { name, refs }] of batches.entries()) {
    if (signal !== undefined && i % FILES_PER_TURN === 0) await checkpoint(signal);
    packed.push(...readPackedRefs(name, refs, workspace));
  }
  return packed;
}
