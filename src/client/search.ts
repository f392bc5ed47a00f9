/**
 * Searches summaries bucket by bucket. Decodes only the columns that terms and query need, and parses only the cells that may
 * contain every term. A bucket shared by several summaries is searched once.
 */
import type { Bucket } from '../layouts/native/format/bucket.ts';
import { defined } from '../model/defined.ts';
import { compareText } from '../model/order.ts';
import { compareRecords, type PackageRecord, recordKey } from '../model/record.ts';
import type { VersionComparison } from '../model/versions/version-order.ts';
import { compileQuery } from '../query/match-query.ts';
import { fieldsOfQuery, type Query } from '../query/query.ts';
import { closestWord } from '../text/closest-word.ts';
import type { Summary } from './summaries/open-summary.ts';
import { visitBuckets } from './summaries/visit-buckets.ts';

/** What to look for. */
export interface SearchRequest {
  /** Each must occur in the name, summary, description or tags. Case-insensitive. */
  readonly terms: readonly string[];
  readonly where?: Query | undefined;
  /** The order of versions. */
  readonly compare: VersionComparison;
  /** The same where it decides what is found: see `RepositoryOrder`. */
  readonly decide: VersionComparison;
  readonly signal?: AbortSignal | undefined;
}

/** A record that matches, as a listing shows it. */
export interface SearchHit {
  readonly name: string;
  readonly version: string;
  /** The record's own: one, several, or `all`. */
  readonly arch: string | readonly string[];
  readonly summary?: string;
  /** Architectures of the summaries that list it. */
  readonly arches: readonly string[];
}

/** A field of a query that no record has. */
export interface UnknownField {
  readonly field: string;
  /** The name of a field that was probably meant. */
  readonly meant?: string;
}

/** All hits, and what of the query could not match anything. */
export interface SearchOutcome {
  readonly hits: readonly SearchHit[];
  readonly unknownFields: readonly UnknownField[];
}

const SEARCHED: readonly string[] = ['name', 'summary', 'description', 'tags'];

/**
 * Every record that matches, best first: names that equal a term, begin with one, contain one, then all others; within these
 * by name, newest version first.
 */
export async function searchSummaries(summaries: readonly Summary[], request: SearchRequest): Promise<SearchOutcome> {
  const allOf = ({ header }: Summary): readonly number[] => [...header.buckets.keys()];
  const known = new Set<string>();
  const search = compileSearch(request);
  const inBucket = await visitBuckets(
    summaries,
    allOf,
    (bucket) => {
      for (const { field } of bucket.columns) known.add(field);
      return search(bucket);
    },
    request.signal,
  );
  const hits = new Map<string, { listing: Listing; arches: Set<string> }>();
  for (const { header, entry } of summaries) {
    for (const listing of header.buckets.flatMap(({ sha256 }) => inBucket.get(sha256) ?? [])) {
      const key = recordKey(listing);
      const known = hits.get(key);
      if (known === undefined) hits.set(key, { listing, arches: new Set([entry.arch]) });
      else known.arches.add(entry.arch);
    }
  }
  const ranked = [...hits.values()]
    .map(({ listing, arches }) => ({ ...listing, arches: [...arches] }))
    .map((hit) => ({ hit, rank: rankOf(hit.name, request.terms) }))
    .sort((a, b) => a.rank - b.rank || compareHits(a.hit, b.hit, request.compare));
  return { hits: ranked.map(({ hit }) => hit), unknownFields: unknownFieldsOf(request.where, known) };
}

// Without any record, no field is known, and none is wrong.
function unknownFieldsOf(where: Query | undefined, known: ReadonlySet<string>): readonly UnknownField[] {
  const queried = where === undefined || known.size === 0 ? [] : [...fieldsOfQuery(where)];
  return queried
    .filter((field) => !known.has(field))
    .map((field) => defined({ field, meant: closestWord(field, [...known]) }));
}

// A match, before it is known which summaries list it.
type Listing = Omit<SearchHit, 'arches'>;

function compileSearch({ terms, where, decide }: SearchRequest): (bucket: Bucket) => readonly Listing[] {
  const lowered = terms.map((term) => term.toLowerCase());
  const holds = where === undefined ? () => true : compileQuery(where, decide);
  const queried = where === undefined ? [] : [...fieldsOfQuery(where)];
  return (bucket) => {
    const listings: Listing[] = [];
    for (const position of candidates(bucket, lowered)) {
      if (lowered.length > 0) {
        const text = searchedText(bucket, position);
        if (!lowered.every((term) => text.includes(term))) continue;
      }
      const record = bucket.record(position, ['summary', ...queried]);
      if (holds(record)) listings.push(listingOf(record));
    }
    return listings;
  };
}

// Positions of the records that may contain every term. Rules out most records without decoding them.
function candidates(bucket: Bucket, lowered: readonly string[]): Iterable<number> {
  const usable = lowered.filter((term) => term !== '' && !term.includes('\0'));
  const [first, ...rest] = usable.map((term) => new Set(SEARCHED.flatMap((field) => bucket.mayHold(field, term))));
  if (first === undefined) return Array.from({ length: bucket.records }, (_, position) => position);
  return [...first].filter((position) => rest.every((holding) => holding.has(position)));
}

// NUL separates the fields, so that no term can match across two of them.
function searchedText(bucket: Bucket, position: number): string {
  let text = '';
  for (const field of SEARCHED) {
    const value = bucket.value(field, position);
    if (typeof value === 'string') text += `${value}\0`;
    else if (Array.isArray(value)) text += `${value.join('\0')}\0`;
  }
  return text.toLowerCase();
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

function compareHits(a: Listing, b: Listing, compare: VersionComparison): number {
  return compareText(a.name, b.name) || compare(b.version, a.version) || compareRecords(a, b);
}
