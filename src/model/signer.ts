/**
 * Signatures as seen by layouts and auditors: making and checking detached OpenPGP signatures over bytes. Where the keys are,
 * and which program signs with them, is up to `platform/openpgp/`.
 */

/** The kind of signatures that a signer makes: detached OpenPGP signatures, over binary data or over text. */
export type SignatureKind = 'openpgp-detached';

/** What is signed: bytes as they are, or lines of text however they end (RFC 9580, section 5.2.1). */
export type SignatureForm = 'binary' | 'text';

/** What is signed, and how a signature that exists is checked. */
export interface SignedForm {
  /** By default `binary`. `text` is UTF-8 whose lines end in line feeds, for cleartext messages (`signedTextOf`). */
  readonly form?: SignatureForm | undefined;
  /**
   * The time of the signatures, and at which keys have to be valid, in seconds since 1970; by default what the clock says. With
   * it, the same key gives the same bytes again, except for ECDSA and DSA keys in files.
   */
  readonly time?: bigint | undefined;
}

/** What a signature says, and what it may wait for. */
export interface SignRequest extends SignedForm {
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
  /** The public halves of the keys, in their order. */
  readonly publicKeys: readonly PublicKey[];
  /**
   * Detached signatures over the bytes, one per key, in the order of the keys. Each is a separate v4 packet.
   *
   * @throws RepomillError `usage` if a key cannot sign (expired, wrong passphrase), `transport` if a program fails
   */
  sign(bytes: Uint8Array, request?: SignRequest): Promise<readonly Uint8Array[]>;
  /**
   * Whether the signatures over the bytes are good: exactly one by each key, in any order. If so, the bytes need not be signed
   * again.
   */
  covers(bytes: Uint8Array, signatures: readonly Uint8Array[], expected?: SignedForm): Promise<boolean>;
}

/** Checks signatures against public keys. */
export interface SignatureChecker {
  /**
   * Checks a signature over the bytes. Resolves to the fingerprint, in lower-case hexadecimal, of the primary key that made it,
   * directly or with a subkey. Undefined if no key made it, if the key has expired or been revoked, or if the signature is of
   * the other form.
   */
  check(bytes: Uint8Array, signature: Uint8Array, expected?: SignedForm): Promise<string | undefined>;
}

/** The public half of a signing key. */
export interface PublicKey {
  /** As named by the user. */
  readonly name: string;
  /** Of the primary key, in lower-case hexadecimal. */
  readonly fingerprint: string;
  /** The primary key with its subkeys and certifications, in the binary form that `openChecker` takes. */
  readonly packets: Uint8Array;
}

/** A signing key, wherever its secret half is. */
export interface SigningKey extends PublicKey {
  /** When the primary key was made: seconds since 1970. */
  readonly created: bigint;
  /** The fingerprint of the one part of the key that signs, if the user insists on it. */
  readonly part?: string;
  /**
   * Makes a detached signature over the bytes.
   *
   * @throws RepomillError `usage` if the key cannot sign, `transport` if a program fails
   */
  sign(bytes: Uint8Array, request?: SignRequest): Promise<Uint8Array>;
}
