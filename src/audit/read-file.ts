/** Reads a file of the tree, of at most so many bytes. Throws a not-found error if it is missing. */
export type ReadFile = (path: string, maxBytes: number) => Promise<Uint8Array>;
