/**
 * Follows redirects, one by one where the platform allows it. The caller's headers, which may hold a secret, go to the host that
 * they are meant for and to no other; and no host sends a client to a different one, such as a service inside of the client's
 * network, unless the caller allows it.
 */
import { RepomillError } from '../../errors.ts';

/** Where requests go, and what goes with them. */
export interface Destination {
  /** Origin of the host, such as `https://example.org`. */
  readonly origin: string;
  /** Sent to that host alone. */
  readonly headers: Readonly<Record<string, string>>;
  /** Other origins to which it may redirect. */
  readonly allowRedirect: readonly string[];
}

/** A request without the caller's headers. */
export interface PlainRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly cache: RequestCache;
  readonly signal: AbortSignal;
}

/** The most redirects for one file. Browsers allow 20. */
const MAX_REDIRECTS = 10;

/**
 * Fetches a URL.
 *
 * @param path - the URL without anything secret, for messages
 * @param isBrowser - a browser does not say where a redirect leads before it has followed it. It drops an authorization on the
 *   way to another origin, but no other header: with headers of the caller, no redirect is followed.
 * @throws RepomillError `transport` for a redirect that is not allowed
 */
export async function fetchFollowing(
  url: string,
  path: string,
  request: PlainRequest,
  destination: Destination,
  isBrowser: boolean,
): Promise<Response> {
  const redirect = isBrowser && Object.keys(destination.headers).length === 0 ? 'follow' : 'manual';
  let target = new URL(url);
  for (let followed = 0; followed <= MAX_REDIRECTS; followed++) {
    const headers = { ...(isSameHost(target, destination.origin) ? destination.headers : {}), ...request.headers };
    const response = await fetch(target.href, { ...request, headers, redirect });
    if (response.type === 'opaqueredirect') throw hiddenRedirect(path);
    const location = isRedirect(response) ? response.headers.get('Location') : null;
    if (location === null) {
      if (response.redirected && URL.canParse(response.url)) requireAllowed(new URL(response.url), path, destination);
      return response;
    }
    await response.body?.cancel();
    target = parseLocation(location, target, path);
    requireAllowed(target, path, destination);
  }
  throw new RepomillError('transport', `expected at most ${MAX_REDIRECTS} redirects, found more`, { path });
}

function isRedirect({ status }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function parseLocation(location: string, from: URL, path: string): URL {
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  // What it says may be secret, such as a signature: it is not shown.
  throw new RepomillError('transport', 'expected a redirect to an http or https URL, found a different one', { path });
}

function requireAllowed(target: URL, path: string, { origin, allowRedirect }: Destination): void {
  if (isSameHost(target, origin) || allowRedirect.some((one) => originOf(one) === target.origin)) return;
  throw new RepomillError('transport', `expected a redirect within ${origin}, found one to ${target.origin}`, {
    path,
    hint: `if you trust it, use its address instead, or allow it (--allow-redirect ${target.origin})`,
  });
}

/** Whether a URL is of an origin, or of the same host over https instead of http. */
function isSameHost(url: URL, origin: string): boolean {
  if (url.origin === origin) return true;
  const { protocol, hostname, port } = new URL(origin);
  return (
    protocol === 'http:' && url.protocol === 'https:' && url.hostname === hostname && port === '' && url.port === ''
  );
}

function originOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).origin : undefined;
}

function hiddenRedirect(path: string): RepomillError {
  return new RepomillError('transport', 'expected a file, found a redirect, which would get the headers too', {
    path,
    hint: 'use the address to which it leads; a browser does not say which one that is',
  });
}
