/**
 * Audits how a web host serves a tree. A wrong Content-Type does no harm; files labelled as compressed, entry points that
 * caches keep, and a page in place of "not found" do.
 */

import { isGzip } from '../bytes/bytes.ts';
import { defined } from '../model/defined.ts';
import { MAX_INDEX_SIZE } from '../model/limits.ts';
import type { FetchResult, Source } from '../model/source.ts';
import { check, type Finding } from './findings.ts';

/** What was found wrong with a host. */
export interface HostAudit {
  readonly findings: readonly Finding[];
}

/** The paths to request from a host. */
export interface HostRequest {
  readonly entryPoints: readonly string[];
  /** Paths that no tree has. */
  readonly absentPaths: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Seconds that a cache may keep an entry point, and so how long clients may see an old one. */
const MAX_AGE = 3600;

/** Watches a host's answers while a tree is read from it. */
export class HostWatch implements Source {
  readonly location: string;
  readonly #source: Source;
  /** Content-Encoding of `.gz` files that arrived decompressed, by path. */
  readonly #unpacked = new Map<string, string>();

  constructor(source: Source) {
    this.#source = source;
    this.location = source.location;
  }

  async fetch(path: string, request: Parameters<Source['fetch']>[1]): Promise<FetchResult> {
    const result = await this.#source.fetch(path, request);
    if (result.kind === 'full' && result.encoding !== undefined && path.endsWith('.gz') && !isGzip(result.bytes)) {
      this.#unpacked.set(path, result.encoding);
    }
    return result;
  }

  /** Audits the host. Call it after everything else has been read. */
  async audit(request: HostRequest): Promise<HostAudit> {
    const findings: Finding[] = [];
    for (const path of request.entryPoints)
      await check(path, findings, () => this.#auditAge(path, findings, request.signal));
    for (const path of request.absentPaths)
      await check(path, findings, () => this.#auditAbsent(path, findings, request.signal));
    const [first, ...others] = this.#unpacked;
    if (first !== undefined) {
      const [path, encoding] = first;
      const message =
        `expected no Content-Encoding, found ${encoding}${others.length === 0 ? '' : ` (also for ${others.length} other files)`}: clients decompress the file in ` +
        'transit and then fail because it is not gzip; make the host send .gz files unchanged, as application/gzip ' +
        '(nginx: `gzip_static off`; Apache: no `AddEncoding`)';
      findings.push({ path, message });
    }
    return { findings };
  }

  async #auditAge(path: string, findings: Finding[], signal: AbortSignal | undefined): Promise<void> {
    const result = await this.#source.fetch(path, { maxBytes: MAX_INDEX_SIZE, ...defined({ signal }) });
    const age = result.kind === 'full' ? maxAgeOf(result.cacheControl ?? '') : undefined;
    if (age === undefined || age <= MAX_AGE) return;
    const message = `Cache-Control: expected at most max-age=${MAX_AGE}, found ${Number.isFinite(age) ? age : 'immutable'}: clients see new versions too late`;
    findings.push({ path, message });
  }

  async #auditAbsent(path: string, findings: Finding[], signal: AbortSignal | undefined): Promise<void> {
    const result = await this.#source.fetch(path, {
      maxBytes: MAX_INDEX_SIZE,
      forbiddenIsMissing: true,
      ...defined({ signal }),
    });
    if (result.kind === 'missing') return;
    const message = 'expected HTTP status 404 for a missing file, found 200: clients mistake the page for the file';
    findings.push({ path, message });
  }
}

/** Whether bytes look like a web page, which many hosts send for a missing file. */
export function looksLikePage(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 64));
  return /^\s*<(?:!doctype|html|head|\?xml)/i.test(text);
}

// Shared caches have their own maximum age, and clients may be served by one.
function maxAgeOf(cacheControl: string): number | undefined {
  if (/\bno-(?:cache|store)\b/i.test(cacheControl)) return undefined;
  const ages = [...cacheControl.matchAll(/\b(?:s-maxage|max-age)="?(\d+)/gi)].map(([, digits]) => Number(digits));
  if (/\bimmutable\b/i.test(cacheControl) && ages.length === 0) return Number.POSITIVE_INFINITY;
  return ages.length === 0 ? undefined : Math.max(...ages);
}
