/**
 * A source over HTTP, through the `fetch` that Node and every browser have. Network errors and 5xx answers are tried again;
 * an answer that breaks a bound is refused at once. It tolerates hosts that ignore Range, send no ETag, or label a `.gz` file
 * as compressed so that `fetch` unpacks it.
 */
import { concatBytes } from '../../bytes/bytes.ts';
import { messageOf, RepomillError, throwIfAborted } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import type { FetchedBytes, FetchRequest, FetchResult, Source } from '../../model/source.ts';

/** How to talk to a host. */
export interface HttpOptions {
  /** Sent with every request: an authorization, for example. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a byte after which an attempt is given up; 30,000 if absent. */
  readonly timeout?: number;
  /** Milliseconds to wait before each further attempt, one number for each; 250 and 1,000 if absent. */
  readonly retryDelays?: readonly number[];
}

const TIMEOUT = 30_000;
const RETRY_DELAYS: readonly number[] = [250, 1_000];

/**
 * A published tree on a web host.
 *
 * @param base - URL of the directory that holds `index.json`, with or without a slash at its end. A query string, such as a
 * signature, is sent with every request, and shown in no message. A user name and a password become an authorization.
 * @throws RepomillError `usage` if that is not an http or https URL
 * @example
 * const source = httpSource('https://example.org/repo', { timeout: 10_000 });
 */
export function httpSource(base: string, options: HttpOptions = {}): Source {
  const { url: location, query, headers } = parseBase(base);
  const { timeout = TIMEOUT, retryDelays = RETRY_DELAYS } = options;
  const host: Host = { query, headers: { ...headers, ...options.headers }, timeout };
  return {
    location,
    async fetch(path, request) {
      const url = location + path.split('/').map(encodeURIComponent).join('/');
      for (const delay of retryDelays) {
        const result = await attempt(url, request, host);
        if (result.kind !== 'failed') return result;
        await wait(delay, request.signal);
      }
      const result = await attempt(url, request, host);
      if (result.kind === 'failed') throw result.error;
      return result;
    },
  };
}

function parseBase(base: string): Pick<Host, 'query' | 'headers'> & { readonly url: string } {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new RepomillError('usage', `expected an http or https URL, found ${JSON.stringify(base)}`);
  }
  const { username, password, search: query } = url;
  const directory = `${url.protocol}//${url.host}${url.pathname.replace(/\/*$/, '/')}`;
  if (username === '' && password === '') return { url: directory, query, headers: {} };
  return { url: directory, query, headers: { Authorization: `Basic ${encodeCredentials(username, password)}` } };
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

interface Host {
  /** With its question mark; empty if there is none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
}

/** An attempt that may succeed the next time. */
interface Failure {
  readonly kind: 'failed';
  readonly error: RepomillError;
}

async function attempt(url: string, request: FetchRequest, host: Host): Promise<FetchResult | Failure> {
  const { signal } = request;
  throwIfAborted(signal);
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const giveUp = (): void => controller.abort(new Error(`nothing received for ${host.timeout} ms`));
  let timer = setTimeout(giveUp, host.timeout);
  const onBytes = (received: number): void => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, host.timeout);
    request.onBytes?.(received);
  };
  try {
    const headers = { ...host.headers, ...requestHeaders(request) };
    const cache = request.validator === undefined || !isBrowser() ? 'default' : 'no-cache';
    const response = await fetch(url + host.query, { headers, cache, signal: controller.signal });
    return await readAnswer(url, response, { ...request, onBytes });
  } catch (thrown) {
    throwIfAborted(signal);
    if (thrown instanceof RepomillError) throw thrown;
    // `fetch` says only that it failed; the cause says why.
    const reason = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    return { kind: 'failed', error: new RepomillError('transport', messageOf(reason), { path: url, cause: thrown }) };
  } finally {
    clearTimeout(timer);
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
  const error = new RepomillError('transport', `expected HTTP status 200, found ${status}`, { path: url });
  if (status >= 500) return { kind: 'failed', error };
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
