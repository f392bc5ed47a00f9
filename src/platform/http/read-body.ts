/**
 * Reads the body of an HTTP answer and counts as it comes in: the length that a host announces is not trusted.
 */
import { concatBytes } from '../../bytes/bytes.ts';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import type { FetchRequest } from '../../model/source.ts';

/**
 * The bytes of a body.
 *
 * @throws RepomillError `integrity` at the first chunk beyond `maxBytes`, `interrupted` between chunks after an abort
 */
export async function readBody(
  url: string,
  body: ReadableStream<Uint8Array> | null,
  { maxBytes, signal, onBytes }: Pick<FetchRequest, 'maxBytes' | 'signal' | 'onBytes'>,
): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let received = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    received += step.value.length;
    if (received > maxBytes) {
      throw new RepomillError('integrity', `expected at most ${maxBytes} bytes, found more`, { path: url });
    }
    chunks.push(step.value);
    onBytes?.(received);
    throwIfAborted(signal);
  }
  return concatBytes(chunks);
}
