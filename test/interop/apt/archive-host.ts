/**
 * A web host of an apt archive on 127.0.0.1. It logs what it was asked and what it answered, answers conditional requests as
 * real hosts do, and can be made to serve other bytes than those of the tree.
 */
import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type LocalServer, startServer } from '../../local-server.ts';

/** What is sent. */
export interface Answer {
  readonly status: number;
  readonly body?: Uint8Array;
  /** Milliseconds since 1970, for `Last-Modified`. */
  readonly modified?: number;
  /** The connection ends in the middle of the body. */
  readonly cut?: boolean;
}

/** A file of the host's directory. */
export interface HostedFile {
  readonly body: Buffer;
  readonly modified: number;
}

/** What is sent instead of a file (undefined: there is none); undefined: what is there. */
export type Variant = (path: string, file: HostedFile | undefined) => Answer | undefined;

/** A request, and what became of it. */
export interface LoggedRequest {
  /** Decoded, without the slash at its start. */
  readonly path: string;
  /** As it was asked for. */
  readonly raw: string;
  readonly status: number;
  /** Bytes of the body. */
  readonly bytes: number;
}

/** How a host behaves. */
export interface HostBehaviour {
  /**
   * Which `If-Modified-Since` is answered with 304: the very time of the file (nginx), or any that is not before it (Apache and
   * most others).
   */
  readonly notModified?: 'same time' | 'not newer';
  /** Whether `%2b` and `%7e` in a path mean `+` and `~`. */
  readonly decodes?: boolean;
}

/** A host that runs. */
export interface ArchiveHost extends LocalServer {
  /** Requests since the last call, in their order. */
  takeRequests(): readonly LoggedRequest[];
  /** From now on it serves these directories; the first that has a file counts. */
  serve(...directories: readonly string[]): void;
  /** From now on; without a variant, what is there. */
  vary(variant?: Variant): void;
  behave(behaviour?: HostBehaviour): void;
}

/** Starts a host of these directories. */
export async function startArchiveHost(...start: readonly string[]): Promise<ArchiveHost> {
  let requests: LoggedRequest[] = [];
  let directories = start;
  let variant: Variant = () => undefined;
  let behaviour: HostBehaviour = {};

  const fileAt = (path: string): HostedFile | undefined => {
    for (const directory of directories) {
      const file = join(directory, path);
      const found = statSync(file, { throwIfNoEntry: false });
      if (found?.isFile()) return { body: readFileSync(file), modified: found.mtimeMs };
    }
    return undefined;
  };
  const answerTo = (path: string, request: IncomingMessage): Answer => {
    const file = fileAt(path);
    const answer = variant(path, file) ?? (file === undefined ? { status: 404 } : { status: 200, ...file });
    return answer.status === 200 && isNotModified(request, answer, behaviour) ? { ...answer, status: 304 } : answer;
  };
  const server = await startServer((request, response) => {
    const raw = (request.url ?? '/').slice(1);
    const path = decodeURIComponent(raw);
    const answer = answerTo(behaviour.decodes === false ? raw : path, request);
    const { status, modified, cut = false } = answer;
    const body = status === 304 ? Buffer.alloc(0) : (answer.body ?? Buffer.alloc(0));
    requests.push({ path, raw, status, bytes: body.length });
    response.writeHead(status, {
      ...(status === 304 ? {} : { 'Content-Length': body.length }),
      ...(modified === undefined ? {} : { 'Last-Modified': new Date(modified).toUTCString() }),
    });
    if (cut) response.write(body.subarray(0, body.length / 2), () => response.destroy());
    else response.end(body);
  });
  return {
    ...server,
    takeRequests: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    serve: (...next) => {
      directories = next;
    },
    vary: (next = () => undefined) => {
      variant = next;
    },
    behave: (next = {}) => {
      behaviour = next;
    },
  };
}

function isNotModified(request: IncomingMessage, { modified }: Answer, behaviour: HostBehaviour): boolean {
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  if (modified === undefined || Number.isNaN(since)) return false;
  const seconds = Math.floor(modified / 1000) * 1000;
  return behaviour.notModified === 'not newer' ? seconds <= since : seconds === since;
}
