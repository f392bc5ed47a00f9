/**
 * A source over HTTP, through the `fetch` that Node and every browser have. Network errors, 429 and 5xx answers are tried again;
 * an answer that breaks a bound is refused at once. It tolerates hosts that ignore Range, send no ETag, or label a `.gz` file
 * as compressed so that `fetch` unpacks it.
 */
import { concatBytes } from '../../bytes/bytes.ts';
import { messageOf, RepomillError, throwIfAborted } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import type { FetchedBytes, FetchRequest, FetchResult, Source } from '../../model/source.ts';
import { parseBaseUrl } from './base-url.ts';
import { startDeadline } from './deadline.ts';
import { type PaceLimits, watchPace } from './pace.ts';
import { type Destination, fetchFollowing } from './redirects.ts';
import { retryAfter } from './retry-after.ts';

/** How to talk to a host. */
export interface HttpOptions {
  /** Sent with every request to this host, and to no other: an authorization, for example. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Other origins to which the host may redirect, such as `https://cdn.example.org`; none if absent. From http to https it may. */
  readonly allowRedirect?: readonly string[];
  /** Milliseconds without a byte after which an attempt is given up; 30,000 if absent. */
  readonly timeout?: number;
  /** Bytes a second below which an attempt is given up, on average over every `timeout`; 1,000 if absent, and any rate if 0. */
  readonly lowestRate?: number;
  /** Milliseconds that one file may take, with all attempts; as long as `lowestRate` allows if absent. */
  readonly deadline?: number;
  /**
   * Milliseconds to wait before each further attempt, one number for each; 250 and 1,000 if absent. If the host asks for more, with
   * `Retry-After`, that is waited, up to a minute; for even more, the file is given up.
   */
  readonly retryDelays?: readonly number[];
}

const TIMEOUT = 30_000;
const LOWEST_RATE = 1_000;
const RETRY_DELAYS: readonly number[] = [250, 1_000];
const LONGEST_WAIT = 60_000;

/**
 * A published tree on a web host.
 *
 * @param base - URL of the directory that holds `index.json`, with or without a slash at its end; on a web page, it may be
 * relative to that page. A query string, such as a signature, is sent with every request, and shown in no message. A user name
 * and a password become an authorization.
 * @throws RepomillError `usage` if that is not an http or https URL
 * @example
 * const source = httpSource('https://example.org/repo', { timeout: 10_000 });
 */
export function httpSource(base: string, options: HttpOptions = {}): Source {
  const { url: location, query, headers } = parseBaseUrl(base);
  const { timeout = TIMEOUT, lowestRate = LOWEST_RATE, retryDelays = RETRY_DELAYS, allowRedirect = [] } = options;
  const { deadline = Number.POSITIVE_INFINITY } = options;
  const { origin } = new URL(location);
  const host: Host = {
    query,
    pace: { timeout, lowestRate },
    retryDelays,
    destination: { origin, headers: { ...headers, ...options.headers }, allowRedirect },
  };
  return {
    location,
    async fetch(path, request) {
      const url = location + path.split('/').map(encodeURIComponent).join('/');
      const limit = startDeadline(deadline, request.signal);
      try {
        return await fetchPatiently(url, { ...request, signal: limit.signal }, host);
      } catch (cause) {
        if (!limit.isOver()) throw cause;
        throw new RepomillError('transport', `expected the file within ${deadline / 1000} s`, { path: url, cause });
      } finally {
        limit.stop();
      }
    },
  };
}

interface Host {
  /** With its question mark; empty if there is none. */
  readonly query: string;
  readonly pace: PaceLimits;
  readonly retryDelays: readonly number[];
  readonly destination: Destination;
}

/** An attempt that may succeed the next time. */
interface Failure {
  readonly kind: 'failed';
  readonly error: RepomillError;
  /** Milliseconds that the host asks to wait. */
  readonly wait: number;
}

async function fetchPatiently(url: string, request: FetchRequest, host: Host): Promise<FetchResult> {
  for (const delay of host.retryDelays) {
    const result = await attempt(url, request, host);
    if (result.kind !== 'failed') return result;
    if (result.wait > LONGEST_WAIT) throw result.error;
    await wait(Math.max(delay, result.wait), request.signal);
  }
  const result = await attempt(url, request, host);
  if (result.kind === 'failed') throw result.error;
  return result;
}

async function attempt(url: string, request: FetchRequest, host: Host): Promise<FetchResult | Failure> {
  const { signal } = request;
  throwIfAborted(signal);
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const pace = watchPace(host.pace, (reason) => controller.abort(reason));
  const onBytes = (received: number): void => {
    pace.received(received);
    request.onBytes?.(received);
  };
  try {
    const cache = request.validator === undefined || !isBrowser() ? 'default' : 'no-cache';
    const plain = { headers: requestHeaders(request), cache, signal: controller.signal } as const;
    const response = await fetchFollowing(url + host.query, url, plain, host.destination, isBrowser());
    return await readAnswer(url, response, { ...request, onBytes });
  } catch (thrown) {
    throwIfAborted(signal);
    if (thrown instanceof RepomillError) throw thrown;
    // `fetch` says only that it failed; the cause says why.
    const reason = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    const error = new RepomillError('transport', messageOf(reason), { path: url, cause: thrown });
    return { kind: 'failed', error, wait: 0 };
  } finally {
    pace.stop();
    signal?.removeEventListener('abort', stop);
    // Stops what was not read; a body that was read to its end is not affected.
    controller.abort();
  }
}

/** Resolves after some milliseconds. Throws an `interrupted` error as soon as the signal is aborted. */
async function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resume) => {
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resume();
    }
  });
  throwIfAborted(signal);
}

// A browser has a cache of its own, which `no-cache` makes it revalidate. A condition of ours would cost a preflight request
// to a different origin, to save bytes that the browser need not fetch again anyway.
function isBrowser(): boolean {
  return globalThis.process?.versions?.node === undefined;
}

function requestHeaders({ range, validator }: FetchRequest): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (validator !== undefined && !isBrowser())
    headers[isETag(validator) ? 'If-None-Match' : 'If-Modified-Since'] = validator;
  // For a request with a range, `fetch` itself asks for no compression (Fetch Standard, "HTTP-network-or-cache fetch").
  if (range !== undefined) headers.Range = `bytes=${range.start}-${range.start + range.length - 1}`;
  return headers;
}

function isETag(validator: string): boolean {
  return /^(?:W\/)?"/.test(validator);
}

async function readAnswer(url: string, response: Response, request: FetchRequest): Promise<FetchResult | Failure> {
  const { status } = response;
  if (status === 200) return readBytes(url, 'full', response, request);
  if (status === 206 && request.range !== undefined) {
    checkContentRange(url, response, request.range.start);
    return readBytes(url, 'partial', response, { ...request, maxBytes: request.range.length });
  }
  if (status === 304 && request.validator !== undefined) return { kind: 'unchanged' };
  if (status === 404 || status === 410) return { kind: 'missing' };
  if (status === 403 && request.forbiddenIsMissing === true) return { kind: 'missing' };
  const pause = retryAfter(response.headers);
  const hint = pause === 0 ? undefined : `the host asks to wait ${pause / 1000} s`;
  const error = new RepomillError('transport', `expected HTTP status 200, found ${status}`, { path: url, hint });
  if (status === 429 || status >= 500) return { kind: 'failed', error, wait: pause };
  throw error;
}

// A browser may hide this header from a page of a different origin; the digest finds a wrong range all the same.
function checkContentRange(url: string, response: Response, start: number): void {
  const found = response.headers.get('Content-Range');
  if (found === null || found.startsWith(`bytes ${start}-`)) return;
  const message = `expected a range from ${start}, found ${JSON.stringify(found)}`;
  throw new RepomillError('transport', message, { path: url });
}

async function readBytes(
  url: string,
  kind: FetchedBytes['kind'],
  { headers, body }: Response,
  request: FetchRequest,
): Promise<FetchResult> {
  const bytes = await readBody(url, body, request);
  const encoding = headers.get('Content-Encoding') ?? 'identity';
  const announced = encoding === 'identity' ? 0 : Number(headers.get('Content-Length'));
  return defined({
    kind,
    bytes,
    transferred: announced > 0 ? announced : bytes.length,
    validator: headers.get('ETag') ?? headers.get('Last-Modified') ?? undefined,
    encoding: encoding === 'identity' ? undefined : encoding,
    cacheControl: headers.get('Cache-Control') ?? undefined,
  });
}

/**
 * The bytes of a body, counted as they come in: the length that a host announces is not trusted.
 *
 * @throws RepomillError `integrity` at the first chunk beyond `maxBytes`, `interrupted` between chunks after an abort
 */
async function readBody(
  url: string,
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, signal, onBytes }: Pick<FetchRequest, 'maxBytes' | 'signal' | 'onBytes'>,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let received = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    received += step.value.length;
    if (received > maxBytes) {
      throw new RepomillError('integrity', `expected at most ${maxBytes} bytes, found more`, { path: url });
    }
    chunks.push(step.value);
    onBytes?.(received);
    throwIfAborted(signal);
  }
  return concatBytes(chunks);
}
