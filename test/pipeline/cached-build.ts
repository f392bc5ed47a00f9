/**
 * Builds with a cache, and what they looked for in it.
 */
import { type BuildRequest, build } from '../../src/build.ts';
import type { CacheKind, Stage } from '../../src/model/progress.ts';
import type { BuildReport } from '../../src/publish/build-report.ts';

/** What a build did and said. */
export interface CachedBuild {
  readonly report: BuildReport;
  readonly cacheLookup: Readonly<Record<CacheKind, { readonly hits: number; readonly misses: number }>>;
  readonly warnings: readonly string[];
}

/** Builds, and counts. `onStage` is called as each stage begins. */
export async function cachedBuild(
  request: BuildRequest,
  onStage: (stage: Stage) => void = () => undefined,
): Promise<CachedBuild> {
  const counts = (): { hits: number; misses: number } => ({ hits: 0, misses: 0 });
  const cacheLookup = {
    file: counts(),
    batch: counts(),
    package: counts(),
    slice: counts(),
    bucket: counts(),
    index: counts(),
    summary: counts(),
  };
  const warnings: string[] = [];
  const report = await build({
    ...request,
    progress: {
      start: onStage,
      advance: () => undefined,
      warn: (message) => void warnings.push(message),
      cacheLookup: (kind, hit) => void cacheLookup[kind][hit ? 'hits' : 'misses']++,
    },
  });
  return { report, cacheLookup, warnings };
}
