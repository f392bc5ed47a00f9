/**
 * The URL of a tree as a person gives it: with a query that goes with every request, with a user name and a password, or, on
 * a web page, relative to that page.
 */
import { RepomillError } from '../../errors.ts';

/** The parts of a tree's URL. */
export interface BaseUrl {
  /** With a slash at its end, without a query and credentials: it may be shown. */
  readonly url: string;
  /** With its question mark; empty if there is none. */
  readonly query: string;
  /** The authorization that a user name and a password become. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Parses a tree's URL. Throws a usage error for anything but an http or https URL. */
export function parseBaseUrl(base: string): BaseUrl {
  const url = resolve(base);
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new RepomillError('usage', `expected an http or https URL, found ${JSON.stringify(base)}`);
  }
  const { username, password, search: query } = url;
  const directory = `${url.protocol}//${url.host}${url.pathname.replace(/\/*$/, '/')}`;
  if (username === '' && password === '') return { url: directory, query, headers: {} };
  return { url: directory, query, headers: { Authorization: `Basic ${encodeCredentials(username, password)}` } };
}

// As `fetch` resolves it: against the document, or in a worker against its script. Nothing would be the page itself, which is
// no directory.
function resolve(base: string): URL | undefined {
  const { document, location }: Partial<Pick<typeof globalThis, 'document' | 'location'>> = globalThis;
  const page = document?.baseURI ?? location?.href;
  return base !== '' && URL.canParse(base, page) ? new URL(base, page) : undefined;
}

// Basic authentication is UTF-8 in base64 (RFC 7617); `btoa` takes bytes. The message does not show a password.
function encodeCredentials(username: string, password: string): string {
  try {
    const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  } catch (cause) {
    throw new RepomillError('usage', 'expected a percent-encoded user name and password in the URL', { cause });
  }
}
