/**
 * The apt layout's row: an archive that apt reads, with Packages files by suite, component and arch, patches between their
 * versions, and Release files that are signed. ARCHIVE.md.
 */
import type { PackagesQuestion } from '../../catalogue/open-input.ts';
import type { PackagesRule } from '../../config/config.ts';
import { headerRule } from '../../publish/header-rules.ts';
import { defineLayout, type Layout } from '../layout.ts';
import { DISTS, distsPathKind, isPackageFile, POOL, STATE_PATH } from './format/paths.ts';
import { looksLikeState } from './format/state-file.ts';
import { type AptSettings, aptSection, subsetsOfSuites } from './settings.ts';

/**
 * Where the files of packages are. Without a setting, those that were read themselves are copied, and those of an apt repository
 * that has them; stanzas that were read from a list may describe files that somebody else publishes.
 */
function packagesOf({ packages, files, aptTree }: PackagesQuestion, { pool }: AptSettings): PackagesRule | undefined {
  if (pool === 'none') return undefined;
  if (packages !== undefined) return { ...packages, publish: pool ?? packages.publish };
  // An input without files may have had packages: what was published of them has to be looked after.
  const areThere = aptTree?.hasPool === true || files.length === 0 || files.some(({ path }) => isPackageFile(path));
  return pool === undefined && !areThere ? undefined : { root: aptTree?.root ?? '.', publish: pool ?? 'copy' };
}

const DEB = 'application/vnd.debian.binary-package';
const GZIP = 'application/gzip';
const TEXT = 'text/plain; charset=utf-8';

/** Where patches are. Suites and components may have any name, and none leads to these places. */
const PACKAGE_DIFFS = `${DISTS}/*/binary-*/Packages.diff`;
const SOURCE_DIFFS = `${DISTS}/*/source/Sources.diff`;

/** The apt layout. */
export const apt: Layout<'apt'> = defineLayout<'apt', AptSettings>({
  name: 'apt',
  title: 'apt archive',
  input: 'records',
  entryPoints: [STATE_PATH],
  recognises: looksLikeState,
  directories: [DISTS],
  owns: (path) => distsPathKind(path) !== undefined,
  headerRules: [
    headerRule(`${POOL}/*.deb`, 'packages', { caching: 'forever', type: DEB }),
    headerRule(`${POOL}/*`, 'packages', { caching: 'forever' }),
    headerRule(`${DISTS}/*/by-hash/SHA256/*`, 'content', { caching: 'forever' }),
    headerRule(`${PACKAGE_DIFFS}/*.gz`, 'content', { caching: 'forever', type: GZIP }),
    headerRule(`${SOURCE_DIFFS}/*.gz`, 'content', { caching: 'forever', type: GZIP }),
    headerRule(`${DISTS}/*.files.gz`, 'content', { caching: 'forever', type: GZIP }),
    // Clients that cannot ask for an index by its digest compare the plain name with the newest Release file.
    headerRule(`${DISTS}/*`, 'mutable', { caching: 'revalidated' }),
    headerRule(`${DISTS}/*.gz`, 'mutable', { caching: 'revalidated', type: GZIP }),
    headerRule(`${DISTS}/*.xz`, 'mutable', { caching: 'revalidated', type: 'application/x-xz' }),
    headerRule(`${PACKAGE_DIFFS}/Index.gz`, 'mutable', { caching: 'revalidated', type: GZIP }),
    headerRule(`${SOURCE_DIFFS}/Index.gz`, 'mutable', { caching: 'revalidated', type: GZIP }),
    headerRule(`${DISTS}/*.sources`, 'mutable', { type: TEXT }),
    headerRule(`${DISTS}/*.asc`, 'mutable', { type: TEXT }),
    headerRule(STATE_PATH, 'entry point', { caching: 'revalidated', type: 'application/json' }),
    // Two files that only go with each other; what InRelease leads to stays, so an old one does no harm.
    headerRule(`${DISTS}/*/Release`, 'entry point', { caching: 'revalidated', type: TEXT }),
    headerRule(`${DISTS}/*/Release.gpg`, 'entry point', { caching: 'revalidated', type: 'application/pgp-signature' }),
    headerRule(`${DISTS}/*/InRelease`, 'entry point', { type: TEXT }),
  ],
  packageLists: { files: `${DISTS}/*.files.gz`, print: `gzip -dc "$list" | cut -d ' ' -f 4-` },
  isNamed: false,
  signatures: ['openpgp-detached'],
  remedies: {
    [DISTS]: {
      fewer: 'a shorter `apt.keep:` and a smaller `apt.history:` keep fewer',
      smaller: '`apt.plain: false` leaves uncompressed indexes out, and components divide the others',
    },
    [POOL]: '`apt.pool: none` leaves the packages to a different host',
  },
  absentPath: `${DISTS}/${'0'.repeat(64)}.files.gz`,
  configKeys: ['layout', 'inputs', 'preset', 'arches', 'packages', 'versions'],
  section: aptSection,
  foreignTypes: { deb: DEB, sources: TEXT },
  packagesDirectory: POOL,
  packagesOf,
  // Suites may have queries, which records are asked while they are read, as they are for the subsets of the native layout.
  configure: (config, settings) => ({
    ...config,
    ...{ lists: ['suite', 'component'], details: [], subsets: subsetsOfSuites(settings) },
  }),
  load: {
    reached: async () => (await import('./generate/published.ts')).reachedByArchive,
    generator: async () => (await import('./generate/generator.ts')).aptGenerator,
    auditor: async () => (await import('./audit/audit-apt.ts')).aptAuditor,
    inspector: async () => (await import('./inspect.ts')).aptInspector,
    comparer: async () => (await import('./compare/compare-apt.ts')).aptComparer,
    words: async () => (await import('./words.ts')).aptWords,
  },
});
