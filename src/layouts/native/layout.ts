/** The native layout's row: an index, summaries by digest, deltas between their versions. FORMAT.md. */
import { configKeys } from '../../config/config.ts';
import { headerRule } from '../../publish/header-rules.ts';
import { defineLayout, type Layout } from '../layout.ts';
import {
  COMBINED_PATH,
  INDEX_PATH,
  looksLikeIndex,
  PACKAGES_DIRECTORY,
  parseTreePath,
  TREE_DIRECTORIES,
} from './format/paths.ts';

/** The native layout. */
export const native: Layout<'native'> = defineLayout({
  name: 'native',
  title: 'repomill repository',
  input: 'records',
  entryPoints: [INDEX_PATH],
  recognises: looksLikeIndex,
  directories: TREE_DIRECTORIES,
  owns: (path) => parseTreePath(path) !== undefined,
  headerRules: [
    // Where packages usually are: a path there never gets a different content.
    headerRule(`${PACKAGES_DIRECTORY}/*`, 'packages', { caching: 'forever' }),
    headerRule('deltas/*.bsdiff', 'content', { caching: 'forever' }),
    headerRule('details/*', 'content', { caching: 'forever' }),
    headerRule('summaries/*', 'content', { caching: 'forever', type: 'application/gzip' }),
    headerRule(COMBINED_PATH, 'mutable', { type: 'application/gzip' }),
    headerRule(INDEX_PATH, 'entry point', { type: 'application/json', compress: true }),
  ],
  // FORMAT.md, section "Package files": the path is the last of four columns, and may have spaces.
  packageLists: { files: 'summaries/*.files.gz', print: `gzip -dc "$list" | cut -d ' ' -f 4-` },
  isNamed: true,
  signatures: [],
  remedies: {
    'combined.jsonl.gz': 'without `combined:` it is not written',
    deltas: 'a smaller `history:` keeps fewer',
    details: 'each package with a field of `details:` has one; name fewer fields there',
    summaries: 'fields that clients seldom read can move to `details:`',
  },
  absentPath: `summaries/${'0'.repeat(64)}.gz`,
  configKeys,
  load: {
    reached: async () => (await import('./generate/published-index.ts')).reachedByIndex,
    generator: async () => (await import('./generate/generator.ts')).nativeGenerator,
    auditor: async () => (await import('./audit/audit-native.ts')).nativeAuditor,
    inspector: async () => (await import('./inspect.ts')).nativeInspector,
    words: async () => (await import('./words.ts')).nativeWords,
    comparer: async () => (await import('./compare/compare-native.ts')).nativeComparer,
  },
});
