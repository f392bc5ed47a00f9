/** Reads a file of at most `maxBytes` from the tree. Throws a not-found error if it is missing. */
export type ReadFile = (path: string, maxBytes: number) => Promise<Uint8Array>;
