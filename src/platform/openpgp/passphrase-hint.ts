/**
 * What helps where a key is locked.
 */

/** The hint of errors about a passphrase that is missing. */
export const PASSPHRASE_HINT = 'set REPOMILL_PASSPHRASE, or `passphrase` of openSigner';
