/** A layout of one file, with a line for each record: what a new layout needs at least, and no more. */
import { defineLayout, type Layout } from '../../../src/layouts/layout.ts';
import { headerRule } from '../../../src/publish/header-rules.ts';

/** The one file. */
export const LIST_PATH = 'list.txt';

/** The toy layout. */
export const toy: Layout<'toy'> = defineLayout({
  name: 'toy',
  title: 'toy list',
  input: 'records',
  entryPoints: [LIST_PATH],
  directories: [],
  owns: (path) => path === LIST_PATH || path === 'absent.txt',
  headerRules: [headerRule(LIST_PATH, 'entry point', { type: 'text/plain; charset=utf-8', compress: true })],
  isNamed: false,
  signatures: [],
  remedies: {},
  absentPath: 'absent.txt',
  configKeys: ['inputs', 'arches'],
  load: {
    reached: async () => async () => new Set<string>(),
    generator: async () => (await import('./generate.ts')).toyGenerator,
    auditor: async () => (await import('./audit.ts')).toyAuditor,
    inspector: async () => (await import('./inspect.ts')).toyInspector,
    words: async () => (await import('./words.ts')).toyWords,
  },
});
