/**
 * The simplest web host that there is: whole files, status 200 or 404, no ranges, no ETag, no conditions.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** A host that runs. */
export interface PlainHost {
  /** Ends with a slash. */
  readonly url: string;
  /** Paths in the order in which they were asked for. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** Serves a directory. `meddle` may change what is sent; undefined means a missing file. */
export async function startPlainHost(
  directory: string,
  meddle: (path: string, bytes: Buffer | undefined) => Buffer | undefined = (_, bytes) => bytes,
): Promise<PlainHost> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    requests.push(path);
    readFile(join(directory, path))
      .catch(() => undefined)
      .then((found) => {
        const bytes = meddle(path, found);
        response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
      });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
