/** Hosts on this machine that answer as a test tells them to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Source } from '../../../../src/model/source.ts';
import { type HttpOptions, httpSource } from '../../../../src/platform/http/http-source.ts';

/** What a host serves that has one file. */
export const content: Uint8Array<ArrayBuffer> = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

/** Those that are running, the first one first. */
export const servers: Server[] = [];

/** Ends all of them. */
export function closeServers(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}

/** A running host. */
export interface LocalHost {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** Tries again at once. */
  source(options?: HttpOptions): Source;
}

/** A host that answers with a function. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<LocalHost> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, requests, source: (options) => httpSource(url, { retryDelays: [0, 0], ...options }) };
}

/** A host that answers every request with the content. */
export function serveContent(headers: Readonly<Record<string, string>> = {}): Promise<LocalHost> {
  return serve((_, response) => void response.writeHead(200, headers).end(content));
}
