/**
 * Audits a published tree by re-deriving it; shares only the formats with the generator. A tree may have several layouts, and
 * each is audited.
 */

import { type HostAudit, HostWatch, looksLikePage } from './audit/audit-host.ts';
import { auditLeftovers } from './audit/audit-leftovers.ts';
import { RepomillError, throwIfAborted, withPath } from './errors.ts';
import type { Audit, Layout, LayoutAudit } from './layouts/layout.ts';
import { layouts } from './layouts/layouts.ts';
import { defined } from './model/defined.ts';
import { MAX_INDEX_SIZE } from './model/limits.ts';
import { pathBelow } from './model/location.ts';
import { compareText } from './model/order.ts';
import { type Progress, reporterOf } from './model/progress.ts';
import type { Source } from './model/source.ts';
import { directoriesOf } from './model/tree-owner.ts';
import { listTree } from './platform/files/read-files.ts';
import { digestOf } from './platform/hash/sha256.ts';
import { openSource } from './platform/open-source.ts';
import { formatChoices } from './text/word-list.ts';

/** What to verify. */
export interface VerifyRequest {
  /** The directory or URL of a published tree, or a source that reads one. */
  readonly tree: string | Source;
  /**
   * Also compares the digests of package files that were published with the tree; from a URL, this downloads all of them. By
   * default their sizes are compared in a directory, and nothing from a URL.
   */
  readonly full?: boolean;
  /** OpenPGP key rings to check signatures with, besides the keys that the tree announces. */
  readonly publicKeys?: readonly Uint8Array[];
  readonly progress?: Progress;
  /** Ends the audit with an `interrupted` error. */
  readonly signal?: AbortSignal;
}

/** What was checked, and what was found wrong. */
export interface VerifyReport {
  /** One for each layout in the tree. */
  readonly layouts: readonly LayoutAudit[];
  /** Files in the directories of a layout that no layout writes. Builds leave them alone. */
  readonly foreign: readonly string[];
  /** What a web host does to the files; absent for a directory. */
  readonly host?: HostAudit;
}

/**
 * Audits a published tree: every digest, every delta, every path, and every state a client can be in. Problems are reported,
 * not thrown.
 *
 * @throws RepomillError `conflict` if the tree was published anew meanwhile; `not-found` if the tree has no layout's entry point, `transport` if it cannot be read, `interrupted`
 *   if the signal is aborted
 *
 * @example
 * import { verify } from 'repomill';
 *
 * const { layouts, host } = await verify({ tree: 'https://example.org/repo' });
 * const findings = [...layouts.flatMap((layout) => layout.findings), ...(host?.findings ?? [])];
 */
export async function verify(request: VerifyRequest): Promise<VerifyReport> {
  const { tree, full = false, publicKeys: keys = [], signal } = request;
  const progress = reporterOf(request.progress);
  const opened = typeof tree === 'string' ? await openSource(tree) : tree;
  const isHost = opened.directory === undefined && opened.list === undefined;
  const watch = isHost ? new HostWatch(opened) : undefined;
  const source = watch ?? opened;
  const present = await findLayouts(source, signal);
  const audits: (Audit & { readonly layout: Layout })[] = [];
  const unread: Layout[] = [];
  for (const { layout, entryPoint } of present) {
    const auditor = await layout.load.auditor();
    const audit = await auditor.audit({ source, entryPoint, full, keys, progress, signal }).catch((thrown: unknown) => {
      // Wrong keys, a host that fails and an abort say nothing about the layout.
      if (!(thrown instanceof RepomillError) || !/^(?:format|integrity)$/.test(thrown.code)) throw thrown;
      if (present.length === 1) throw withPath(thrown, pathBelow(source.location, entryPoint.path));
      // An unreadable layout does not keep the others from being audited.
      unread.push(layout);
      return unreadable(layout, entryPoint.path, thrown);
    });
    audits.push({ layout, ...audit });
    throwIfAborted(signal);
  }
  if (audits.some(({ report }) => report.findings.length > 0)) await requireUnchanged(present, source, signal);
  const owners = audits.map(({ layout, reached, leftover }) => ({ ...layout, reached, leftover }));
  const paths = await listPaths(
    opened,
    present.map(({ layout }) => layout),
    signal,
  );
  // A layout whose entry point cannot be read may reach any of its files: they do not count as leftovers.
  const known = paths.filter((path) => !unread.some((layout) => layout.owns(path)));
  const { owners: leftovers, foreign } = await auditLeftovers(known, owners, signal);
  const host = await watch?.audit({
    entryPoints: present.map(({ entryPoint }) => entryPoint.path),
    absentPaths: [...new Set(present.map(({ layout }) => layout.absentPath))],
    signal,
  });
  return {
    layouts: audits.map(({ report }, position) => {
      const { findings = [], remarks = [] } = leftovers[position] ?? {};
      return {
        ...report,
        findings: [...report.findings, ...findings],
        remarks: [...report.remarks, ...remarks],
      };
    }),
    foreign,
    ...defined({ host }),
  };
}

/** Refuses to blame a tree that was published anew meanwhile: what the old index names may be gone. Throws `conflict`. */
async function requireUnchanged(
  present: readonly PresentLayout[],
  source: Source,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { entryPoint } of present) {
    const { path, bytes } = entryPoint;
    const now = await source.fetch(path, { maxBytes: MAX_INDEX_SIZE, ...defined({ signal }) });
    if (now.kind === 'full' && digestOf(now.bytes) === digestOf(bytes)) continue;
    throw new RepomillError('conflict', 'changed while the tree was verified', {
      path: pathBelow(source.location, path),
      hint: 'run this again when nothing is being published',
    });
  }
}

/** The audit of a layout whose entry point cannot be read. Nothing is known about its other files. */
function unreadable({ name }: Layout, path: string, { message }: RepomillError): Audit {
  return {
    report: { layout: name, findings: [{ path, message }], remarks: [], counts: {}, state: {} },
    reached: new Set(),
    leftover: async () => undefined,
  };
}

interface PresentLayout {
  readonly layout: Layout;
  readonly entryPoint: { readonly path: string; readonly bytes: Uint8Array };
}

/**
 * The layouts of a tree. In place of an absent layout's entry point, a host may send an error or a web page, and a directory
 * may have a foreign file.
 */
async function findLayouts(source: Source, signal: AbortSignal | undefined): Promise<readonly PresentLayout[]> {
  const errors: RepomillError[] = [];
  const found: PresentLayout[] = [];
  for (const layout of layouts) {
    for (const path of layout.entryPoints) {
      try {
        const result = await source.fetch(path, { maxBytes: MAX_INDEX_SIZE, ...defined({ signal }) });
        if (result.kind !== 'full') continue;
        found.push({ layout, entryPoint: { path, bytes: result.bytes } });
        break;
      } catch (error) {
        if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
        errors.push(error);
      }
    }
  }
  const real = found.filter(({ layout, entryPoint: { bytes } }) => {
    return !looksLikePage(bytes) && layout.recognises?.(bytes) !== false;
  });
  const [error] = errors;
  if (real.length === 0 && error !== undefined) throw error;
  if (found.length > 0) return real.length === 0 ? found : real;
  const wanted = formatChoices(layouts.flatMap(({ entryPoints }) => entryPoints));
  throw new RepomillError('not-found', `expected a published tree, found no ${wanted}`, { path: source.location });
}

/** The files to check for leftovers: those at the top, and those in the layouts' directories. */
async function listPaths(
  source: Source,
  present: readonly Layout[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { directory } = source;
  if (directory === undefined) return ((await source.list?.(signal)) ?? []).toSorted(compareText);
  const files = await listTree(directory, directoriesOf(present), signal);
  return files.map(({ path }) => path).toSorted(compareText);
}
