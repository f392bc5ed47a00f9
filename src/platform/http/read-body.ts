/**
 * Reads the body of an HTTP answer, counting as it comes in: the length that a host announces is not trusted.
 */

import { concatBytes } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import type { FetchRequest } from '../../model/source.ts';

/** The bytes of a body. Stops at the first chunk that goes beyond the bound, with an integrity error. */
export async function readBody(
  url: string,
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, onBytes }: Pick<FetchRequest, 'maxBytes' | 'onBytes'>,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let received = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    received += step.value.length;
    if (received > maxBytes) {
      throw new RepomillError('integrity', `${url}: expected at most ${maxBytes} bytes, found more`);
    }
    chunks.push(step.value);
    onBytes?.(received);
  }
  return concatBytes(chunks);
}
