/**
 * Signatures, as the layouts and the auditor see them: bytes in, detached OpenPGP signatures out, and back. Who holds the
 * keys, and which program does the arithmetic, is a matter of `platform/openpgp/`.
 */

/** Makes detached OpenPGP signatures, and recognises its own. */
export interface Signer {
  /** For messages: the keys as the user named them. */
  readonly keys: readonly string[];
  /**
   * Binary detached signatures over the bytes, one for each key, in the order of the keys. Each is a v4 packet of its own.
   *
   * @throws RepomillError `usage` where a key cannot sign (expired, wrong passphrase), `transport` where a program fails
   */
  sign(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /**
   * Whether these are good signatures over the bytes, in any order: one by each of the keys, and no others. Where they are,
   * the bytes need not be signed again.
   */
  covers(bytes: Uint8Array, signatures: readonly Uint8Array[]): Promise<boolean>;
}

/** Checks signatures against public keys. */
export interface SignatureChecker {
  /**
   * Fingerprint, in lower-case hex, of the primary key whose owner made this good signature over the bytes: the key itself
   * or one of its subkeys did. Undefined where it is not a good one by any of the keys, or by one that has expired or was
   * revoked since.
   */
  check(bytes: Uint8Array, signature: Uint8Array): Promise<string | undefined>;
}
