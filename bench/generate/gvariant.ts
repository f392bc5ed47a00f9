/**
 * GVariant, as much of it as a commit of OSTree needs: serialised little-endian, by the rules of the GVariant specification
 * (docs.gtk.org/glib/gvariant-specification.html): alignment, framing offsets, children one after the other.
 */

/** A serialised value. */
export interface GVariant {
  readonly type: string;
  /** Its start is a multiple of this. */
  readonly alignment: 1 | 4 | 8;
  /** Values of some types all have one size; only the others need framing offsets. */
  readonly fixed: boolean;
  readonly bytes: Buffer;
}

/** `s`: a text, ended by a zero byte. */
export function text(value: string): GVariant {
  return { type: 's', alignment: 1, fixed: false, bytes: Buffer.from(`${value}\0`) };
}

/** `ay`: bytes. */
export function byteArray(value: Uint8Array): GVariant {
  return { type: 'ay', alignment: 1, fixed: false, bytes: Buffer.from(value) };
}

/** `u`, in the byte order of the network, as OSTree stores modes and owners. */
export function bigEndian32(value: number): GVariant {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return { type: 'u', alignment: 4, fixed: true, bytes };
}

/** `t`, in the byte order of the network, as OSTree stores times and sizes. */
export function bigEndian64(value: number): GVariant {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return { type: 't', alignment: 8, fixed: true, bytes };
}

/** `v`: any value, followed by its type. */
export function variant({ type, bytes }: GVariant): GVariant {
  return { type: 'v', alignment: 8, fixed: false, bytes: Buffer.concat([bytes, Buffer.from(`\0${type}`)]) };
}

/** `(…)`: several values. Ends of all but the last that have no fixed size stand at the end, the first one last. */
export function tuple(...children: readonly GVariant[]): GVariant {
  const { body, ends } = layOut(children);
  const alignment = largestAlignment(children);
  const fixed = children.every((child) => child.fixed);
  const framed = ends.filter((_, place) => place < children.length - 1 && children[place]?.fixed === false).reverse();
  const bytes = fixed ? padded(body, alignment) : withOffsets(body, framed);
  return { type: `(${children.map(({ type }) => type).join('')})`, alignment, fixed, bytes };
}

/** `{…}`: a key and a value. */
export function entry(key: GVariant, value: GVariant): GVariant {
  const pair = tuple(key, value);
  return { ...pair, type: `{${key.type}${value.type}}` };
}

/** `a…`: items of one type, which must be given where there are none. */
export function array(of: Pick<GVariant, 'type' | 'alignment' | 'fixed'>, items: readonly GVariant[]): GVariant {
  const { body, ends } = layOut(items);
  const bytes = of.fixed || items.length === 0 ? body : withOffsets(body, ends);
  return { type: `a${of.type}`, alignment: of.alignment, fixed: false, bytes };
}

/** `a{sv}`: a dictionary, in the order given. */
export function dictionary(entries: Readonly<Record<string, GVariant>>): GVariant {
  const items = Object.entries(entries).map(([key, value]) => entry(text(key), variant(value)));
  return array({ type: '{sv}', alignment: 8, fixed: false }, items);
}

function layOut(children: readonly GVariant[]): { readonly body: Buffer; readonly ends: readonly number[] } {
  const parts: Buffer[] = [];
  const ends: number[] = [];
  let length = 0;
  for (const { alignment, bytes } of children) {
    const gap = (alignment - (length % alignment)) % alignment;
    parts.push(Buffer.alloc(gap), bytes);
    length += gap + bytes.length;
    ends.push(length);
  }
  return { body: Buffer.concat(parts), ends };
}

/** Offsets are as wide as the whole container, with them, needs. */
function withOffsets(body: Buffer, offsets: readonly number[]): Buffer {
  const width = [1, 2, 4].find((bytes) => body.length + offsets.length * bytes < 2 ** (8 * bytes)) ?? 8;
  const framing = Buffer.alloc(width * offsets.length);
  offsets.forEach((offset, place) => {
    framing.writeUIntLE(offset, place * width, Math.min(width, 6));
  });
  return Buffer.concat([body, framing]);
}

function padded(body: Buffer, alignment: number): Buffer {
  return Buffer.concat([body, Buffer.alloc((alignment - (body.length % alignment)) % alignment)]);
}

function largestAlignment(children: readonly GVariant[]): GVariant['alignment'] {
  const alignments = children.map(({ alignment }) => alignment);
  if (alignments.includes(8)) return 8;
  return alignments.includes(4) ? 4 : 1;
}
