/**
 * What the stages of the flatpak layout are given in tests: refs that are ready, a workspace, a repository of no files.
 */
import { parseKeyfile } from '../../../../../src/glib/keyfile.ts';
import type { Refs } from '../../../../../src/layouts/flatpak/generate/pack-refs.ts';
import { makeReady, type ReadyRef } from '../../../../../src/layouts/flatpak/generate/packed-ref.ts';
import { type Reporter, silent } from '../../../../../src/model/progress.ts';
import type { OstreeRepository } from '../../../../../src/ostree/repository.ts';
import { openWorkspace, type Workspace } from '../../../../../src/platform/workspace/workspace.ts';
import { makeWorkspace } from '../../../../workspace.ts';
import { digestOf, sampleRef } from '../format/sample-refs.ts';

/** What a test says of a ref. */
export interface RefSpec {
  readonly name: string;
  readonly commit?: number;
  readonly subsets?: readonly string[];
  readonly timestamp?: bigint;
  readonly refBinding?: readonly string[];
  readonly collectionBinding?: string;
}

/** A ref that is ready for summaries. */
export function readyRef({ name, commit, refBinding, collectionBinding, ...facts }: RefSpec): ReadyRef {
  return makeReady({ ...sampleRef(name, facts, commit), refBinding, collectionBinding });
}

/** Refs that were packed; `key` stands for all of them. */
export function refsOf(specs: readonly RefSpec[], key = 1): Refs {
  return { count: specs.length, key: digestOf(key), ready: async () => specs.map(readyRef) };
}

/** A workspace that nothing else uses. */
export function freshWorkspace(): Workspace {
  return openWorkspace({ cache: undefined, temporary: makeWorkspace() });
}

/** A repository with a configuration and nothing else. */
export function repositoryWith(configText: string): OstreeRepository {
  const readCommit = (): never => {
    throw new Error('no commit is to be read');
  };
  const config = parseKeyfile(configText, 'config');
  return { location: 'repository', config, configText, refs: [], staticDeltas: [], readCommit };
}

/** Collects warnings. */
export function noting(): { readonly progress: Reporter; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  return { progress: { ...silent, warn: (message) => void warnings.push(message) }, warnings };
}
