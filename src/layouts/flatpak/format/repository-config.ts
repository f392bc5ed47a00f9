/**
 * What the repository's `config` says to flatpak: keys of `[core]` and `[flatpak]`, and how flatpak and its clients read them.
 * FLATPAK.md, "Index".
 */
import { RepomillError } from '../../../errors.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import { CONFIG_PATH } from '../../../ostree/paths.ts';

/** The group of flatpak's own keys. */
export const FLATPAK_GROUP = 'flatpak';

/** The collection id, by which peers know the repository's refs; undefined if it has none. */
export function collectionId(config: Keyfile): string | undefined {
  return config.string('core', 'collection-id') || undefined;
}

/** The collection id that is announced to clients, which from then on refuse commits of any other. Undefined if none is announced. */
export function announcedCollection(config: Keyfile): string | undefined {
  const keys = ['deploy-collection-id', 'deploy-sideload-collection-id'];
  return keys.some((key) => config.boolean(FLATPAK_GROUP, key)) ? collectionId(config) : undefined;
}

/** The architectures of the old summary; undefined for all of them. */
export function oldSummaryArches(config: Keyfile): readonly string[] | undefined {
  return config.list(FLATPAK_GROUP, 'summary-arches');
}

/**
 * How many older versions of a summary keep a delta, according to the repository's own configuration; undefined if it does not
 * say.
 *
 * @param misspelt - read the key as flatpak 1.10 to 1.18 do, with a letter missing; 1.19.0 is the first that does not
 */
export function historyLength(config: Keyfile, misspelt: boolean): number | undefined {
  const length = config.integer(FLATPAK_GROUP, misspelt ? 'sumary-history-length' : 'summary-history-length');
  return length > 0 ? length : undefined;
}

/** The OpenPGP keys that new clients will trust, in binary; undefined if it has no keys. Throws a metadata error if they are not base64. */
export function publicKeys(config: Keyfile): Uint8Array | undefined {
  const text = config.string(FLATPAK_GROUP, 'gpg-keys');
  if (text === undefined) return undefined;
  const base64 = text.replaceAll(/\s/g, '');
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(base64) && base64.length % 4 === 0) {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  }
  const message = 'gpg-keys of [flatpak]: expected base64, found something else';
  throw new RepomillError('metadata', message, { path: CONFIG_PATH });
}

/** Where clients look for newer keys (flatpak's pull request 6798). No released flatpak announces it yet. */
export const KEYS_URL = 'gpg-keys-url';

/** Options of the authenticator: every key that starts like this is announced. */
export const AUTHENTICATOR_OPTIONS = 'authenticator-options.';

/** The keys of the group that flatpak knows. */
export const flatpakKeys: readonly string[] = [
  ...['title', 'comment', 'description', 'homepage', 'icon', 'redirect-url', 'default-branch'],
  ...['authenticator-name', 'authenticator-install', 'deploy-collection-id', 'deploy-sideload-collection-id'],
  ...['gpg-keys', KEYS_URL, 'summary-arches', 'summary-history-length', 'sumary-history-length'],
];

/** Keys of the group that mean nothing to flatpak, so that nothing is announced of them. */
export function unknownKeys(config: Keyfile): readonly string[] {
  return config
    .keys(FLATPAK_GROUP)
    .filter((key) => !flatpakKeys.includes(key) && !key.startsWith(AUTHENTICATOR_OPTIONS));
}
