/**
 * HTTP as it is on the wire. `fetch` would tidy the path, unpack the body and hide what it did.
 */
import { type IncomingHttpHeaders, request } from 'node:http';

/** An answer of which nothing was decoded. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request. `path` goes out exactly as given, where the URL's own will not do. */
export function requestRaw(
  url: URL,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly path?: string },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
