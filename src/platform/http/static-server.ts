/**
 * A static file server for previews: GET and HEAD, conditional requests, single ranges. It listens on this machine only. No
 * path leads out of its directory; links inside it are followed. The caller decides the headers of each file.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { RepomillError } from '../../errors.ts';
import type { ByteRange } from '../../model/source.ts';
import { resolveInside } from '../files/resolve-inside.ts';
import { explainFailure } from '../files/system-error.ts';
import { fileState, isUnchanged, requestedRange } from './conditions.ts';

const HOST = '127.0.0.1';

/** What is served, and how. */
export interface StaticServerOptions {
  readonly directory: string;
  /** 0: any free port. */
  readonly port: number;
  /** Sent with every answer, errors too. */
  readonly sharedHeaders: Readonly<Record<string, string>>;
  /** Sent in addition with the file at a path of the directory. */
  readonly headersFor: (path: string) => Readonly<Record<string, string>>;
  /** HTML for the top of a directory that has no `index.html`, instead of 404. */
  readonly frontPage?: () => Promise<string>;
  /** Called at the end of each answer. */
  readonly onAnswer?: (answer: Answer) => void;
}

/** An answer that has ended. */
export interface Answer {
  readonly method: string;
  /** As requested: percent-encoded, with its query. */
  readonly target: string;
  readonly status: number;
  /** Length of the body; a client may have left before the last byte. */
  readonly bodyBytes: number;
}

/** A server that listens. */
export interface StaticServer {
  readonly url: string;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

/** Starts a server. Throws a not-found error if there is no such directory, a conflict error if the port is in use. */
export async function startStaticServer(options: StaticServerOptions): Promise<StaticServer> {
  const { directory, port, onAnswer } = options;
  if (!(await stat(directory).catch(() => undefined))?.isDirectory()) {
    throw new RepomillError('not-found', 'no such directory', { path: directory });
  }
  const server = createServer((request, response) => {
    response.once('close', () => onAnswer?.(answerOf(request, response)));
    answer(request, response, options).catch(() => {
      // The file could not be read to its end, or the client left: cut the connection, so that the client notices.
      if (response.headersSent) response.destroy();
      else refuse(response, 500, options);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(port, cause)));
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  return {
    url: `http://${HOST}:${typeof address === 'object' ? address?.port : port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(port: number, cause: NodeJS.ErrnoException): RepomillError {
  const code = cause.code === 'EADDRINUSE' ? 'conflict' : 'transport';
  return new RepomillError(code, `port ${port}: cannot listen: ${explainFailure(cause).text}`, {
    cause,
    hint: '--port 0 takes any free port',
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, options: StaticServerOptions): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, options, { Allow: 'GET, HEAD' });
  }
  const path = parsePath(request.url ?? '');
  const handle = path === undefined ? undefined : await openFile(options.directory, path);
  if (path === undefined || handle === undefined) {
    const isTop = request.url?.split('?', 1)[0] === '/';
    if (isTop && options.frontPage !== undefined)
      return sendPage(await options.frontPage(), request, response, options);
    return refuse(response, 404, options);
  }
  try {
    await sendFile(handle, path, request, response, options);
  } finally {
    await handle.close();
  }
}

/** The path that a request names; undefined if it is malformed. */
function parsePath(target: string): string | undefined {
  const [encoded = ''] = target.split('?', 1);
  if (!encoded.startsWith('/')) return undefined;
  try {
    const path = decodeURIComponent(encoded.slice(1));
    return path === '' || path.endsWith('/') ? `${path}index.html` : path;
  } catch {
    return undefined;
  }
}

async function openFile(directory: string, path: string): Promise<FileHandle | undefined> {
  try {
    const file = resolveInside(directory, path);
    // Checked first, because opening a pipe waits for its other end.
    return (await stat(file)).isFile() ? await open(file) : undefined;
  } catch {
    return undefined;
  }
}

async function sendFile(
  handle: FileHandle,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  options: StaticServerOptions,
): Promise<void> {
  const state = fileState(await handle.stat({ bigint: true }));
  const range = request.method === 'GET' ? requestedRange(request.headers, state) : undefined;
  const { 'Content-Type': contentType = 'application/octet-stream', ...headers } = options.headersFor(path);
  const validators = { ETag: state.etag, 'Last-Modified': state.lastModified, 'Accept-Ranges': 'bytes' };
  const always = { ...options.sharedHeaders, ...headers, ...validators };
  if (isUnchanged(request.headers, state)) return void begin(response, 304, always).end();
  if (range === 'outside') return refuse(response, 416, options, { 'Content-Range': `bytes */${state.size}` });
  const { start, length } = range ?? { start: 0, length: state.size };
  begin(response, range === undefined ? 200 : 206, {
    ...always,
    'Content-Type': contentType,
    'Content-Length': length,
    ...(range && { 'Content-Range': formatContentRange(range, state.size) }),
  });
  if (request.method === 'HEAD' || length === 0) return void response.end();
  await pipeline(handle.createReadStream({ start, end: start + length - 1, autoClose: false }), response);
}

function sendPage(
  html: string,
  request: IncomingMessage,
  response: ServerResponse,
  { sharedHeaders }: StaticServerOptions,
): void {
  const body = Buffer.from(html);
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
  begin(response, 200, { ...sharedHeaders, ...headers, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function formatContentRange({ start, length }: ByteRange, size: number): string {
  return `bytes ${start}-${start + length - 1}/${size}`;
}

function refuse(
  response: ServerResponse,
  status: number,
  { sharedHeaders }: StaticServerOptions,
  headers: Readonly<Record<string, string>> = {},
): void {
  begin(response, status, { ...sharedHeaders, ...headers, 'Content-Length': 0 }).end();
}

// Not `writeHead`: after it, `getHeader` finds nothing.
function begin(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
): ServerResponse {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return response;
}

function answerOf(request: IncomingMessage, response: ServerResponse): Answer {
  const { method = '', url: target = '' } = request;
  const bodyBytes = method === 'HEAD' ? 0 : Number(response.getHeader('Content-Length') ?? 0);
  return { method, target, status: response.statusCode, bodyBytes };
}
