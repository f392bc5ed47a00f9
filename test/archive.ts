/**
 * Tar archives, as other programs write them or as somebody hostile would.
 */
import { packTar, type TarHeader } from 'modern-tar';

/** An entry: a text under a name, or a header of any kind. */
export type ArchiveEntry = readonly [name: string, content: string | Uint8Array | Partial<TarHeader>];

/** An archive of these entries, in order. */
export async function makeTar(entries: readonly ArchiveEntry[]): Promise<Uint8Array> {
  return packTar(
    entries.map(([name, content]) => {
      const common = { name, mtime: new Date(0), size: 0 };
      if (typeof content !== 'string' && !(content instanceof Uint8Array)) return { header: { ...common, ...content } };
      const body = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return { header: { ...common, size: body.length, type: 'file' }, body };
    }),
  );
}

/** An archive without the blocks of zeros at its end: what Alpine puts before another archive. */
export async function makeTarSegment(entries: readonly ArchiveEntry[]): Promise<Uint8Array> {
  const archive = await makeTar(entries);
  return archive.subarray(0, archive.length - 1024);
}
