/**
 * Searches summaries bucket by bucket. The columns that terms and query ask for are decoded, and of them the cells that may
 * hold every term are parsed; a bucket that several summaries share is searched once.
 */
import type { Bucket } from '../layouts/native/format/bucket.ts';
import { compareText } from '../model/order.ts';
import { compareRecords, type PackageRecord, recordKey } from '../model/record.ts';
import { compareVersions } from '../model/version-order.ts';
import { compileQuery } from '../query/match-query.ts';
import type { Query } from '../query/query.ts';
import type { Summary } from './summaries/open-summary.ts';
import { projectRecord } from './summaries/project-record.ts';
import { visitBuckets } from './summaries/visit-buckets.ts';

/** What to look for. */
export interface SearchRequest {
  /** Each must occur, in any case, in the name, summary, description or tags. */
  readonly terms: readonly string[];
  readonly where?: Query;
}

/** A record that fits: what a listing shows of it. */
export interface SearchHit {
  readonly name: string;
  readonly version: string;
  /** The record's own: one, several, or `all`. */
  readonly arch: string | readonly string[];
  readonly summary?: string;
  /** Architectures of the summaries that list it. */
  readonly arches: readonly string[];
}

const SEARCHED: readonly string[] = ['name', 'summary', 'description', 'tags'];

/**
 * Every record that fits, best first: names that are a term, that begin with one, that contain one, all others; then by
 * name, and the newest version first.
 */
export async function searchSummaries(
  summaries: readonly Summary[],
  request: SearchRequest,
): Promise<readonly SearchHit[]> {
  const inBucket = await visitBuckets(summaries, ({ header }) => [...header.buckets.keys()], compileSearch(request));
  const hits = new Map<string, { listing: Listing; arches: Set<string> }>();
  for (const { header, entry } of summaries) {
    for (const listing of header.buckets.flatMap(({ sha256 }) => inBucket.get(sha256) ?? [])) {
      const key = recordKey(listing);
      const known = hits.get(key);
      if (known === undefined) hits.set(key, { listing, arches: new Set([entry.arch]) });
      else known.arches.add(entry.arch);
    }
  }
  return [...hits.values()]
    .map(({ listing, arches }) => ({ ...listing, arches: [...arches] }))
    .map((hit) => ({ hit, rank: rankOf(hit.name, request.terms) }))
    .sort((a, b) => a.rank - b.rank || compareHits(a.hit, b.hit))
    .map(({ hit }) => hit);
}

// What is kept of each record that fits, until it is known which summaries list it.
type Listing = Omit<SearchHit, 'arches'>;

function compileSearch({ terms, where }: SearchRequest): (bucket: Bucket) => readonly Listing[] {
  const lowered = terms.map((term) => term.toLowerCase());
  const holds = where === undefined ? () => true : compileQuery(where);
  const queried = where === undefined ? [] : [...fieldsOf(where)];
  return (bucket) => {
    const listings: Listing[] = [];
    for (const position of candidates(bucket, lowered)) {
      if (lowered.length > 0) {
        const text = searchedText(bucket, position);
        if (!lowered.every((term) => text.includes(term))) continue;
      }
      const record = projectRecord(bucket, position, ['summary', ...queried]);
      if (holds(record)) listings.push(listingOf(record));
    }
    return listings;
  };
}

// Positions of the records that every term may occur in. Most records are ruled out here, without a look at any of them.
function candidates(bucket: Bucket, lowered: readonly string[]): Iterable<number> {
  const telling = lowered.filter((term) => term !== '' && !term.includes('\0'));
  const [first, ...rest] = telling.map((term) => new Set(SEARCHED.flatMap((field) => bucket.mayHold(field, term))));
  if (first === undefined) return Array.from({ length: bucket.records }, (_, position) => position);
  return [...first].filter((position) => rest.every((holding) => holding.has(position)));
}

// NUL between the fields: no term that somebody types reaches from one into the next.
function searchedText(bucket: Bucket, position: number): string {
  let text = '';
  for (const field of SEARCHED) {
    const value = bucket.value(field, position);
    if (typeof value === 'string') text += `${value}\0`;
    else if (Array.isArray(value)) text += `${value.join('\0')}\0`;
  }
  return text.toLowerCase();
}

function fieldsOf(query: Query): ReadonlySet<string> {
  switch (query.kind) {
    case 'and':
    case 'or':
      return new Set(query.parts.flatMap((part) => [...fieldsOf(part)]));
    case 'not':
      return fieldsOf(query.part);
    case 'has':
    case 'compare':
      return new Set([query.field[0]]);
  }
}

function listingOf({ name, version, arch, summary }: PackageRecord): Listing {
  return { name, version, arch, ...(typeof summary === 'string' ? { summary } : {}) };
}

function rankOf(name: string, terms: readonly string[]): number {
  const lowered = name.toLowerCase();
  const ranks = terms.map((text) => {
    const term = text.toLowerCase();
    if (lowered === term) return 0;
    if (lowered.startsWith(term)) return 1;
    return lowered.includes(term) ? 2 : 3;
  });
  return Math.min(3, ...ranks);
}

function compareHits(a: Listing, b: Listing): number {
  return compareText(a.name, b.name) || compareVersions(b.version, a.version) || compareRecords(a, b);
}
