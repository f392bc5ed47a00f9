/** The flatpak layout's row: what `flatpak build-update-repo` writes into an OSTree repository. FLATPAK.md. */
import { CONFIG_PATH, DELTA_INDEXES_PATH } from '../../ostree/paths.ts';
import { headerRule } from '../../publish/header-rules.ts';
import { defineLayout, type Layout } from '../layout.ts';
import {
  INDEX_SIGNATURE_PATH,
  OLD_SIGNATURE_PATH,
  OLD_SUMMARY_PATH,
  parseFlatpakPath,
  SUMMARIES_PATH,
  SUMMARY_INDEX_PATH,
} from './format/paths.ts';
import { flatpakSection } from './settings.ts';

/** The flatpak layout. */
export const flatpak: Layout<'flatpak'> = defineLayout({
  name: 'flatpak',
  title: 'flatpak repository',
  input: 'ostree',
  entryPoints: [SUMMARY_INDEX_PATH],
  directories: [SUMMARIES_PATH, DELTA_INDEXES_PATH],
  owns: (path) => parseFlatpakPath(path) !== undefined,
  headerRules: [
    // The signatures of a commit are next to it, and more may be added.
    headerRule('objects/*.commitmeta', 'content'),
    headerRule('objects/*', 'content', { caching: 'forever' }),
    // OSTree's static deltas are named by their commits: made again they have different bytes, and clients compare.
    headerRule('deltas/*', 'content'),
    // The signatures of indexes are in there too; no client looks at their type.
    headerRule(`${SUMMARIES_PATH}/*`, 'content', { caching: 'forever', type: 'application/gzip' }),
    headerRule(`${DELTA_INDEXES_PATH}/*`, 'mutable'),
    headerRule('refs/*', 'mutable'),
    headerRule(CONFIG_PATH, 'mutable'),
    headerRule(OLD_SUMMARY_PATH, 'entry point'),
    headerRule(OLD_SIGNATURE_PATH, 'entry point'),
    headerRule(INDEX_SIGNATURE_PATH, 'entry point'),
    headerRule(SUMMARY_INDEX_PATH, 'entry point'),
  ],
  isNamed: false,
  signatures: ['openpgp-detached'],
  remedies: { [SUMMARIES_PATH]: 'a smaller `history:` keeps fewer' },
  absentPath: `${SUMMARIES_PATH}/${'0'.repeat(64)}.gz`,
  // Names, titles and arches are in the OSTree repository itself.
  configKeys: ['layout', 'history'],
  section: flatpakSection,
  foreignTypes: { flatpakref: 'application/vnd.flatpak.ref', flatpakrepo: 'application/vnd.flatpak.repo' },
  load: {
    reached: async () => (await import('./generate/published.ts')).reachedBySummaryIndex,
    generator: async () => (await import('./generate/generator.ts')).flatpakGenerator,
    auditor: async () => (await import('./audit/audit-flatpak.ts')).flatpakAuditor,
    inspector: async () => (await import('./inspect.ts')).flatpakInspector,
    words: async () => (await import('./words.ts')).flatpakWords,
    comparer: async () => (await import('./compare/compare-flatpak.ts')).flatpakComparer,
  },
});
