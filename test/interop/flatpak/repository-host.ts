/**
 * A web host of a repository that can be made to fail: it gives chosen paths a different answer than the file.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalServer, startServer } from '../../local-server.ts';

/** What is sent. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The connection ends in the middle of the body. */
  readonly cut?: boolean;
}

/** What is sent instead of a file; undefined: the file. */
export type Fault = (path: string, file: Buffer) => Answer | undefined;

/** A host that runs. */
export interface RepositoryHost extends LocalServer {
  /** Paths asked for since the last call, in their order. */
  takeRequests(): readonly string[];
  /** From now on; without a fault it serves what is there. */
  failWith(fault?: Fault): void;
}

/** Serves a directory on 127.0.0.1. */
export async function startRepositoryHost(directory: string): Promise<RepositoryHost> {
  let requests: string[] = [];
  let fault: Fault = () => undefined;
  const answerTo = async (path: string): Promise<Answer> => {
    const body = await readFile(join(directory, path)).catch(() => undefined);
    return body === undefined ? { status: 404 } : (fault(path, body) ?? { status: 200, body });
  };
  const server = await startServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname.slice(1);
    requests.push(path);
    void answerTo(path).then(({ status, headers = {}, body = Buffer.alloc(0), cut = false }) => {
      response.writeHead(status, { ...headers, 'Content-Length': body.length });
      if (cut) response.write(body.subarray(0, body.length / 2), () => response.destroy());
      else response.end(body);
    });
  });
  return {
    ...server,
    takeRequests: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    failWith: (next = () => undefined) => {
      fault = next;
    },
  };
}
