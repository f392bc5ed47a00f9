/**
 * A source over HTTP, through the `fetch` that Node and every browser have. Network errors and 5xx answers are tried again;
 * an answer that breaks a bound never is. What a host may do wrong and a client can live with, it lives with: ignore
 * Range, send no ETag, label a `.gz` file as compressed so that `fetch` unpacks it.
 */
import { messageOf, RepomillError } from '../../errors.ts';
import type { FetchedBytes, FetchRequest, FetchResult, Source } from '../../model/source.ts';
import { readBody } from './read-body.ts';

/** How to talk to a host. */
export interface HttpOptions {
  /** Sent with every request, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a byte after which an attempt is given up. */
  readonly timeout?: number;
  /** Milliseconds to wait before each further attempt; their number is the number of further attempts. */
  readonly retryDelays?: readonly number[];
}

const TIMEOUT = 30_000;
const RETRY_DELAYS: readonly number[] = [250, 1_000];

/**
 * Reads a tree from a web host.
 *
 * @param base - URL of the directory that holds `index.json`, with or without a slash at its end; a query string in it is
 * dropped, a user name and password become an authorization
 */
export function httpSource(base: string, options: HttpOptions = {}): Source {
  const { url: location, headers } = parseBase(base);
  const { timeout = TIMEOUT, retryDelays = RETRY_DELAYS } = options;
  const host: Host = { headers: { ...headers, ...options.headers }, timeout };
  return {
    location,
    async fetch(path, request) {
      const url = location + path.split('/').map(encodeURIComponent).join('/');
      for (const delay of retryDelays) {
        const result = await attempt(url, request, host);
        if (result.kind !== 'failed') return result;
        await new Promise((resume) => setTimeout(resume, delay));
      }
      const result = await attempt(url, request, host);
      if (result.kind === 'failed') throw result.error;
      return result;
    },
  };
}

function parseBase(base: string): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new RepomillError('usage', `source: expected an http or https URL, found ${JSON.stringify(base)}`);
  }
  const { username, password } = url;
  const directory = `${url.protocol}//${url.host}${url.pathname.replace(/\/*$/, '/')}`;
  if (username === '' && password === '') return { url: directory, headers: {} };
  const secret = btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { url: directory, headers: { Authorization: `Basic ${secret}` } };
}

interface Host {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
}

/** An attempt that may go better the next time. */
interface Failure {
  readonly kind: 'failed';
  readonly error: RepomillError;
}

async function attempt(url: string, request: FetchRequest, host: Host): Promise<FetchResult | Failure> {
  const controller = new AbortController();
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
    const response = await fetch(url, { headers, cache, signal: controller.signal });
    return await readAnswer(url, response, { ...request, onBytes });
  } catch (thrown) {
    if (thrown instanceof RepomillError) throw thrown;
    // `fetch` says only that it failed; why is in the cause.
    const reason = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    return { kind: 'failed', error: new RepomillError('transport', `${url}: ${messageOf(reason)}`, { cause: thrown }) };
  } finally {
    clearTimeout(timer);
    // Whatever was not read is not wanted; a body that was read to its end is not touched.
    controller.abort();
  }
}

// A browser has a cache of its own, which it revalidates when it is told to. A condition of ours would make it first ask
// another origin for leave, for the sake of bytes that it need not fetch again.
function isBrowser(): boolean {
  return globalThis.process?.versions?.node === undefined;
}

function requestHeaders({ range, validator }: FetchRequest): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (validator !== undefined && !isBrowser())
    headers[isETag(validator) ? 'If-None-Match' : 'If-Modified-Since'] = validator;
  // `fetch` itself adds to a range that it must not be compressed (Fetch Standard, "HTTP-network-or-cache fetch").
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
  const error = new RepomillError('transport', `${url}: expected HTTP status 200, found ${status}`);
  if (status >= 500) return { kind: 'failed', error };
  throw error;
}

// A page of another origin may not be shown this header; the digest finds a wrong stretch all the same.
function checkContentRange(url: string, response: Response, start: number): void {
  const found = response.headers.get('Content-Range');
  if (found === null || found.startsWith(`bytes ${start}-`)) return;
  throw new RepomillError('transport', `${url}: expected a range from ${start}, found ${JSON.stringify(found)}`);
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
  const validator = headers.get('ETag') ?? headers.get('Last-Modified');
  const cacheControl = headers.get('Cache-Control');
  return {
    kind,
    bytes,
    transferred: announced > 0 ? announced : bytes.length,
    ...(validator === null ? {} : { validator }),
    ...(encoding === 'identity' ? {} : { encoding }),
    ...(cacheControl === null ? {} : { cacheControl }),
  };
}
