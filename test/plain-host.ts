/**
 * The simplest web host that there is: whole files, status 200 or 404, no ranges, no ETag, no conditions.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalServer, startServer } from './local-server.ts';

/** A host that runs. */
export interface PlainHost extends LocalServer {
  /** Paths in the order in which they were asked for. */
  readonly requests: readonly string[];
}

/** Serves a directory. `meddle` may change what is sent; undefined means a missing file. */
export async function startPlainHost(
  directory: string,
  meddle: (path: string, bytes: Buffer | undefined) => Buffer | undefined = (_, bytes) => bytes,
): Promise<PlainHost> {
  const requests: string[] = [];
  const server = await startServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    requests.push(path);
    readFile(join(directory, path))
      .catch(() => undefined)
      .then((found) => {
        const bytes = meddle(path, found);
        response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
      });
  });
  return {
    ...server,
    requests,
  };
}
