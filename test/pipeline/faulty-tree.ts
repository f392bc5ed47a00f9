/**
 * A tree in memory whose writes fail when they are told to: the moment of a crash, chosen to the write.
 */
import { digestOf } from '../../src/platform/hash/sha256.ts';
import { type Content, partsOf, type Tree, type TreeEntry } from '../../src/publish/tree.ts';

/** When a tree fails. Writes are counted from 1. */
export interface Fault {
  readonly write: number;
  /** Whether the failing write reaches the disk all the same, as it may in a power cut. */
  readonly kept: boolean;
  /** Whether every later write fails too, as after a crash, or this one alone. */
  readonly forGood: boolean;
}

/** A tree, what it holds, and how many writes were tried. */
export interface FaultyTree {
  readonly tree: Tree;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly attempts: () => number;
}

/** Makes a tree that holds `content` at first. Without a fault, it works. */
export function faultyTree(content: ReadonlyMap<string, Uint8Array>, fault?: Fault): FaultyTree {
  const files = new Map(content);
  let attempts = 0;
  const write = async (act: () => void): Promise<void> => {
    attempts++;
    const fails = fault !== undefined && (attempts === fault.write || (fault.forGood && attempts > fault.write));
    if (!fails || (fault.kept && attempts === fault.write)) act();
    if (fails) throw new Error(`write ${attempts} failed`);
  };
  const tree: Tree = {
    location: 'memory',
    has: async (path) => files.has(path),
    read: async (path) => files.get(path),
    holds: async (path, size) => files.get(path)?.length === size,
    chunks: (path) => chunksOf(files.get(path)),
    look: (path) => entryOf(files.get(path)),
    place: async (file) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of file.chunks()) chunks.push(chunk);
      await write(() => void files.set(file.path, Buffer.concat(chunks)));
      return 'copied';
    },
    list: async () => [...files].map(([path, bytes]) => ({ path, size: bytes.length })),
    create: (path, content) => write(() => void files.set(path, wholeOf(content))),
    replace: (path, content) => write(() => void files.set(path, wholeOf(content))),
    remove: (path) => write(() => void files.delete(path)),
  };
  return { tree, files, attempts: () => attempts };
}

async function* chunksOf(bytes: Uint8Array = new Uint8Array()): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

function entryOf(bytes: Uint8Array | undefined): TreeEntry | undefined {
  return bytes && { kind: 'file', size: bytes.length, digest: async () => digestOf(bytes) };
}

function wholeOf(content: Content): Uint8Array {
  return Buffer.concat([...partsOf(content)]);
}
