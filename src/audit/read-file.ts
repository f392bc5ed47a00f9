/** Reads a file of the tree, of at most so many bytes; a transport error where there is none. */
export type ReadFile = (path: string, maxBytes: number) => Promise<Uint8Array>;
