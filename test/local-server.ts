/** Servers of tests: on this machine alone, on any free port, until they are stopped. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

/** A server that runs. */
export interface LocalServer {
  /** Ends with a slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server that answers by a function. */
export async function startServer(answer: RequestListener): Promise<LocalServer> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
