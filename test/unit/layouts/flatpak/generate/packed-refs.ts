/**
 * What tests give to the stages of the flatpak layout: packed refs, a workspace, a repository without files.
 */
import { parseKeyfile } from '../../../../../src/glib/keyfile.ts';
import type { Refs } from '../../../../../src/layouts/flatpak/generate/pack-refs.ts';
import { type PackedRef, packForSummary } from '../../../../../src/layouts/flatpak/generate/packed-ref.ts';
import { type Reporter, silent } from '../../../../../src/model/progress.ts';
import type { OstreeRepository } from '../../../../../src/ostree/repository.ts';
import { openWorkspace, type Workspace } from '../../../../../src/platform/workspace/workspace.ts';
import { makeWorkspace } from '../../../../workspace.ts';
import { digestOf, sampleRef } from '../format/sample-refs.ts';

/** What a test says about a ref. */
export interface RefSpec {
  readonly name: string;
  readonly commit?: number;
  readonly subsets?: readonly string[];
  readonly timestamp?: bigint;
  readonly refBinding?: readonly string[];
  readonly collectionBinding?: string;
}

/** A packed ref. */
export function packedRef({ name, commit, refBinding, collectionBinding, ...facts }: RefSpec): PackedRef {
  return packForSummary({ ...sampleRef(name, facts, commit), refBinding, collectionBinding });
}

/** Packed refs; `key` identifies all of them. */
export function refsOf(specs: readonly RefSpec[], key = 1): Refs {
  return { count: specs.length, key: digestOf(key), packed: async () => specs.map(packedRef) };
}

/** A workspace that nothing else uses. */
export function freshWorkspace(): Workspace {
  return openWorkspace({ cache: undefined, temporary: makeWorkspace() });
}

/** A repository that has only a configuration. */
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
