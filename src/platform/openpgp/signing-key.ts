/**
 * One key that signs, wherever its secret half is.
 */

/** A key that signs. */
export interface SigningKey {
  /** As the user named it. */
  readonly name: string;
  /** Of the primary key, in lower-case hex. */
  readonly fingerprint: string;
  /** The public half, with what certifies it: binary, as `openChecker` takes it. */
  readonly publicKey: Uint8Array;
  /**
   * A binary detached signature over the bytes.
   *
   * @throws RepomillError `usage` where the key cannot sign, `transport` where a program fails
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
