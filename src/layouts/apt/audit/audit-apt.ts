/**
 * The audit of an apt archive: what apt asks for, in its order, compared with what leads to it, from the entry points of every suite
 * to the files of packages; and what clients with an older InRelease ask for. ARCHIVE.md, "Verify". Shares facts with the generator
 * (`format/`), and no decisions. Nothing here asks the clock: whether a Release file has expired is for the reader of the report.
 */
import type { Leftover } from '../../../audit/audit-leftovers.ts';
import { auditPackageFiles } from '../../../audit/audit-package-files.ts';
import type { Finding } from '../../../audit/findings.ts';
import { formatReleaseDate } from '../../../deb/release-date.ts';
import { defined } from '../../../model/defined.ts';
import { formatList } from '../../../text/word-list.ts';
import type { Audit, Auditor, AuditRequest } from '../../layout.ts';
import {
  byHashNextTo,
  distsPathKind,
  packageFilesPath,
  RELEASE_NAMES,
  STATE_PATH,
  suiteDirectory,
} from '../format/paths.ts';
import { decodeState } from '../format/state-file.ts';
import { ArchiveFiles } from './archive-files.ts';
import { auditDeb } from './audit-debs.ts';
import { type AuditedIndex, auditIndexes } from './audit-indexes.ts';
import { auditKeys } from './audit-keys.ts';
import { auditPatches } from './audit-patches.ts';
import { auditRelease, type SuiteRelease } from './audit-release.ts';
import { auditRetained } from './audit-retained.ts';
import type { KnownStanzas, StanzaFile } from './audit-stanzas.ts';

/** Audits apt archives. */
export const aptAuditor: Auditor = { audit: auditApt };

/** Throws only if the state file cannot be read: nothing follows from it then. */
async function auditApt(request: AuditRequest): Promise<Audit> {
  const { source, entryPoint, keys, progress, signal } = request;
  const state = decodeState(entryPoint.bytes);
  const findings: Finding[] = [];
  const remarks: Finding[] = [];
  const files = new ArchiveFiles(source, signal);
  const releases: SuiteRelease[] = [];
  const signed = { signatures: 0, goodSignatures: 0 };
  for (const suite of state.suites) {
    const release = await auditRelease(suite, state, files, findings);
    const counts = await auditKeys(release, { keys, name: state.name, files, findings, remarks });
    signed.signatures += counts.signatures;
    signed.goodSignatures += counts.goodSignatures;
    releases.push(release);
  }
  if (state.suites.length === 0) remarks.push({ path: STATE_PATH, message: 'names no suites: the archive is empty' });
  const advance = (bytes: number): void => progress.advance(bytes);
  const listed = releases.flatMap(({ release }) => release?.sha256 ?? []);
  progress.start('checking', sizeOf(listed) + sizeOf(state.retained), 'bytes');
  const known: KnownStanzas = {
    files: state.packageFiles && new Map<string, StanzaFile>(),
    opensPackages: request.full && source.directory !== undefined,
    all: new Map(),
    names: new Set(),
  };
  const suites: { readonly suite: string; readonly indexes: readonly AuditedIndex[] }[] = [];
  for (const { suite, path, release } of releases) {
    if (release === undefined) continue;
    known.all.clear();
    suites.push({ suite, indexes: await auditIndexes({ suite, path, release, known, files, findings, advance }) });
    if (release.allInEachArch) remarks.push(...lackingAll(suite, known.all));
  }
  const served = new Set(suites.flatMap(({ suite, indexes }) => indexes.flatMap((index) => servedPaths(suite, index))));
  for (const { copy } of releases) if (copy !== undefined) served.add(copy);
  const { older, counts: retained } = await auditRetained({
    state,
    suites: suites.map(({ suite }) => suite),
    served,
    files,
    findings,
    advance,
  });
  const patches = { patches: 0, appliedPatches: 0 };
  const patchPaths: string[] = [];
  for (const { suite, indexes } of suites) {
    const { reached, counts } = await auditPatches({ suite, indexes, older, files, findings, remarks });
    patches.patches += counts.patches;
    patches.appliedPatches += counts.appliedPatches;
    patchPaths.push(...reached);
  }
  const { packageFiles } = state;
  const list = packageFiles && { path: packageFilesPath(packageFiles.sha256), ...packageFiles };
  const named = known.files ?? new Map<string, StanzaFile>();
  const packages = await auditPackageFiles(
    { list, files: named, read: (path, max) => files.read(path, max), findings },
    {
      ...request,
      async auditContent(path, file) {
        const said = named.get(path)?.said;
        if (said !== undefined) await auditDeb(file, said);
      },
    },
  );
  const indexes = suites.flatMap((suite) => suite.indexes);
  const hasStanzas = ({ name }: AuditedIndex): boolean => name?.kind === 'packages' || name?.kind === 'sources';
  return {
    report: {
      layout: 'apt',
      findings,
      remarks: [...remarks, ...packages.remarks],
      counts: {
        suites: state.suites.length,
        indexes: indexes.filter(hasStanzas).length,
        packages: known.names.size,
        records: indexes.reduce((sum, { stanzas }) => sum + stanzas, 0),
        ...patches,
        ...retained,
        ...signed,
        ...packages.counts,
      },
      state: { suites: state.suites.join(', '), date: state.date, ...defined({ validUntil: validUntilOf(releases) }) },
    },
    reached: new Set([
      STATE_PATH,
      ...releases.flatMap((release) => ownPaths(release, state.name)),
      ...indexes.flatMap(({ reached }) => reached),
      ...patchPaths,
      ...state.retained.map(({ path }) => path),
      ...packages.reached,
    ]),
    leftover: async (path) => leftoverOf(path, state.suites, releases),
  };
}

function sizeOf(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** The files of a suite that no list has. */
function ownPaths({ suite, isSigned, copy }: SuiteRelease, name: string | undefined): readonly string[] {
  const directory = suiteDirectory(suite);
  const clientFiles = name === undefined ? [] : [`${name}.sources`, ...(isSigned ? [`${name}.asc`] : [])];
  return [
    ...[...RELEASE_NAMES, ...clientFiles].map((file) => `${directory}/${file}`),
    ...(copy === undefined ? [] : [copy]),
  ];
}

/** The paths by digest of the files that are there. */
function servedPaths(suite: string, { base, files, served }: AuditedIndex): readonly string[] {
  return [...files].flatMap(([suffix, { sha256 }]) =>
    served.has(suffix) ? [byHashNextTo(`${suiteDirectory(suite)}/${base}${suffix}`, sha256)] : [],
  );
}

/** Packages for all architectures that only some of the indexes of a component have. Their inputs may say so, so it is no problem. */
function lackingAll(suite: string, all: KnownStanzas['all']): readonly Finding[] {
  return [...all].flatMap(([component, byArch]) => {
    const names = new Set([...byArch.values()].flatMap((own) => [...own]));
    return [...byArch].flatMap(([arch, own]) => {
      const lacking = [...names].filter((name) => !own.has(name));
      if (lacking.length === 0) return [];
      const some = lacking.length > 3 ? [...lacking.slice(0, 3), `${lacking.length - 3} more`] : lacking;
      const message = `lacks ${formatList(some)}: for all architectures, and in an index of a different one`;
      return [{ path: `${suiteDirectory(suite)}/${component}/binary-${arch}/Packages`, message }];
    });
  });
}

/** When the first of the Release files expires. */
function validUntilOf(releases: readonly SuiteRelease[]): string | undefined {
  const times = releases.flatMap(({ release }) => (release?.validUntil === undefined ? [] : [release.validUntil]));
  const first = times.reduce<bigint | undefined>(
    (min, time) => (min === undefined || time < min ? time : min),
    undefined,
  );
  return first === undefined ? undefined : formatReleaseDate(first);
}

/** Describes a file that nothing leads to. A suite whose Release file cannot be read may lead to any of its files. */
function leftoverOf(path: string, suites: readonly string[], releases: readonly SuiteRelease[]): Leftover | undefined {
  const kind = distsPathKind(path);
  const suite = suites.find((name) => path.startsWith(`${suiteDirectory(name)}/`));
  if (suite === undefined && kind !== 'package files') {
    return {
      message: 'is of a suite that the state file does not name: the next build will remove it',
      isProblem: false,
    };
  }
  if (releases.some((one) => one.suite === suite && one.release === undefined)) return undefined;
  if (kind === 'by-hash' || kind === 'patch') {
    return {
      message: 'nothing refers to it: the next build will keep it for a while, then remove it',
      isProblem: false,
    };
  }
  return { message: 'nothing refers to it: the next build will remove it', isProblem: false };
}
