/**
 * Signatures as seen by layouts and auditors: making and checking detached OpenPGP signatures over bytes. Where the keys are,
 * and which program signs with them, is up to `platform/openpgp/`.
 */

/** The kind of signatures that a signer makes: detached binary OpenPGP signatures. */
export type SignatureKind = 'openpgp-detached';

/** What a signature may wait for. */
export interface SignRequest {
  /** Ends the waiting for a program, or for a person who types a passphrase, with an `interrupted` error. */
  readonly signal?: AbortSignal | undefined;
}

/** Keys that gpg has. */
export interface KeyRing {
  /** Their fingerprints, in lower-case hexadecimal. */
  readonly keys: readonly string[];
  /** The home directory of gpg; undefined is gpg's own default. */
  readonly homedir: string | undefined;
}

/** Makes detached OpenPGP signatures, and recognises its own. */
export interface Signer {
  readonly kind: SignatureKind;
  /** The keys as named by the user, for messages. */
  readonly keys: readonly string[];
  /** Where gpg has these keys, for programs that sign by themselves; absent if any of them is in a file. */
  readonly ring?: KeyRing;
  /**
   * Detached binary signatures over the bytes, one per key, in the order of the keys. Each is a separate v4 packet.
   *
   * @throws RepomillError `usage` if a key cannot sign (expired, wrong passphrase), `transport` if a program fails
   */
  sign(bytes: Uint8Array, request?: SignRequest): Promise<readonly Uint8Array[]>;
  /**
   * Whether the signatures over the bytes are good: exactly one by each key, in any order. If so, the bytes need not be signed
   * again.
   */
  covers(bytes: Uint8Array, signatures: readonly Uint8Array[]): Promise<boolean>;
}

/** Checks signatures against public keys. */
export interface SignatureChecker {
  /**
   * Checks a signature over the bytes. Resolves to the fingerprint, in lower-case hexadecimal, of the primary key that made it,
   * directly or with a subkey. Undefined if no key made it, or if the key has expired or been revoked.
   */
  check(bytes: Uint8Array, signature: Uint8Array): Promise<string | undefined>;
}

/** A signing key, wherever its secret half is. */
export interface SigningKey {
  /** As named by the user. */
  readonly name: string;
  /** Of the primary key, in lower-case hexadecimal. */
  readonly fingerprint: string;
  /** The public half with its certifications, in the binary form that `openChecker` takes. */
  readonly publicKey: Uint8Array;
  /**
   * Makes a detached binary signature over the bytes.
   *
   * @throws RepomillError `usage` if the key cannot sign, `transport` if a program fails
   */
  sign(bytes: Uint8Array, request?: SignRequest): Promise<Uint8Array>;
}
