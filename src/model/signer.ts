/**
 * Signatures, as the layouts and the auditor see them: bytes in, detached OpenPGP signatures out, and back. Where the keys
 * are, and which program signs with them, is up to `platform/openpgp/`.
 */

/** What kind of signature a signer makes: binary and detached, by OpenPGP. */
export type SignatureKind = 'openpgp-detached';

/** Makes detached OpenPGP signatures, and recognises its own. */
export interface Signer {
  readonly kind: SignatureKind;
  /** For messages: the keys as the user named them. */
  readonly keys: readonly string[];
  /**
   * Binary detached signatures over the bytes, one for each key, in the order of the keys. Each is a v4 packet of its own.
   *
   * @throws RepomillError `usage` if a key cannot sign (expired, wrong passphrase), `transport` if a program fails
   */
  sign(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /**
   * Whether these are good signatures over the bytes: one by each of the keys, in any order, and no others. Then the bytes need
   * not be signed again.
   */
  covers(bytes: Uint8Array, signatures: readonly Uint8Array[]): Promise<boolean>;
}

/** Checks signatures against public keys. */
export interface SignatureChecker {
  /**
   * Fingerprint, in lower-case hexadecimal, of the primary key that made this good signature over the bytes, itself or through
   * a subkey. Undefined if no key made it, or if the key has expired or was revoked since.
   */
  check(bytes: Uint8Array, signature: Uint8Array): Promise<string | undefined>;
}

/** One key that signs, wherever its secret half is. */
export interface SigningKey {
  /** As the user named it. */
  readonly name: string;
  /** Of the primary key, in lower-case hexadecimal. */
  readonly fingerprint: string;
  /** The public half with its certifications, binary, as `openChecker` takes it. */
  readonly publicKey: Uint8Array;
  /**
   * A binary detached signature over the bytes.
   *
   * @throws RepomillError `usage` if the key cannot sign, `transport` if a program fails
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
