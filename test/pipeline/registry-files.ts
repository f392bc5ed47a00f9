/**
 * Files as registries write them, and the records that a client reads once they are published.
 */
import { openRepository } from '../../src/client.ts';
import type { PackageRecord } from '../../src/model/record.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';

/** The content of each file, by its path. What is neither text nor bytes is written as JSON. */
export type Files = Readonly<Record<string, unknown>>;

/** What to write to each path. With a configuration, it begins in the second line of its file. */
export function contentsOf(files: Files, config?: string): Readonly<Record<string, string | Uint8Array>> {
  const contents = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
  ]);
  const own = config === undefined ? {} : { 'repomill.yaml': `name: test\n${config}\n` };
  return { ...Object.fromEntries(contents), ...own };
}

/** All records of a tree, sorted by name, version and arch. */
export async function recordsIn(out: string): Promise<readonly PackageRecord[]> {
  const repository = await openRepository({ source: directorySource(out) });
  const records = new Map<string, PackageRecord>();
  for (const { arch } of repository.status().summaries) {
    const { hits } = await repository.search([], { arch });
    for (const name of new Set(hits.map((hit) => hit.name))) {
      for (const { record } of await repository.show(name, { arch })) {
        records.set([record.name, record.version, record.arch].join('\0'), record);
      }
    }
  }
  return [...records].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}
