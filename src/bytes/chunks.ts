/**
 * Many small parts as few large ones, for whoever takes longer to accept a part than to copy it.
 */

/** Smaller parts are put together, up to so many bytes. */
const ROOM = 1 << 16;

/** The same bytes in larger parts. Each is good until the next is asked for. */
export function* inChunks(parts: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  const room = new Uint8Array(ROOM);
  let used = 0;
  for (const part of parts) {
    if (used + part.length > ROOM && used > 0) {
      yield room.subarray(0, used);
      used = 0;
    }
    if (part.length >= ROOM) yield part;
    else {
      room.set(part, used);
      used += part.length;
    }
  }
  if (used > 0) yield room.subarray(0, used);
}
