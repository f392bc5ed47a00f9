/**
 * What an index and the old summary say of the whole repository: most of it comes from the group `[flatpak]` of the
 * repository's `config`, in the order in which flatpak writes it.
 */
import { RepomillError } from '../../../errors.ts';
import {
  type Packed,
  packBoolean,
  packBytes,
  packString,
  packUint32,
  packUint64,
} from '../../../glib/gvariant/pack.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import { LAST_MODIFIED_KEY } from './summary-index.ts';

const GROUP = 'flatpak';

/** What is in `xa.data`: an index with an older number has to be made anew. */
const CACHE_VERSION = 2;

/** Keys of the group, and the names under which they are published. */
const TEXTS = ['title', 'comment', 'description', 'homepage', 'icon', 'redirect-url', 'default-branch'] as const;

/**
 * Facts about a repository, in order.
 *
 * @param lastModified - seconds since 1970
 */
export function repositoryMetadata(config: Keyfile, lastModified: bigint): readonly (readonly [string, Packed])[] {
  const facts: [string, Packed][] = [
    ['ostree.summary.mode', packString(config.string('core', 'mode') ?? 'bare')],
    ['ostree.summary.tombstone-commits', packBoolean(config.boolean('core', 'tombstone-commits'))],
    ['ostree.summary.indexed-deltas', packBoolean(true)],
    [LAST_MODIFIED_KEY, packUint64(lastModified, 'big')],
  ];
  const text = (key: string, value: string | undefined): void => {
    if (value !== undefined) facts.push([key, packString(value)]);
  };
  const collection = collectionId(config);
  text('ostree.summary.collection-id', collection);
  for (const key of TEXTS) text(`xa.${key}`, config.string(GROUP, key));
  if (config.boolean(GROUP, 'deploy-collection-id')) text('ostree.deploy-collection-id', collection);
  else if (config.boolean(GROUP, 'deploy-sideload-collection-id')) text('xa.deploy-collection-id', collection);
  text('xa.authenticator-name', config.string(GROUP, 'authenticator-name'));
  if (config.has(GROUP, 'authenticator-install')) {
    facts.push(['xa.authenticator-install', packBoolean(config.boolean(GROUP, 'authenticator-install'))]);
  }
  facts.push(['xa.cache-version', packUint32(CACHE_VERSION)]);
  for (const key of config.keys(GROUP)) {
    if (key.startsWith('authenticator-options.')) text(`xa.${key}`, config.string(GROUP, key));
  }
  const keys = publicKeys(config);
  if (keys !== undefined) facts.push(['xa.gpg-keys', packBytes(keys)]);
  return facts;
}

/** What the repository's refs are known by to peers; undefined where it has none. */
export function collectionId(config: Keyfile): string | undefined {
  return config.string('core', 'collection-id') || undefined;
}

/** The architectures of the old summary; undefined: all. */
export function oldSummaryArches(config: Keyfile): readonly string[] | undefined {
  return config.list(GROUP, 'summary-arches');
}

/**
 * How many older versions of a summary keep a delta, as the repository's own configuration says; undefined where it does not.
 *
 * @param misspelt - as flatpak 1.10 to 1.18.1 read it, under a name with a letter missing
 */
export function historyLength(config: Keyfile, misspelt: boolean): number | undefined {
  const length = config.integer(GROUP, misspelt ? 'sumary-history-length' : 'summary-history-length');
  return length > 0 ? length : undefined;
}

/** OpenPGP keys that clients shall trust, in binary; undefined where there are none. */
export function publicKeys(config: Keyfile): Uint8Array | undefined {
  const text = config.string(GROUP, 'gpg-keys');
  if (text === undefined) return undefined;
  const base64 = text.replaceAll(/\s/g, '');
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(base64) && base64.length % 4 === 0) {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  }
  throw new RepomillError('metadata', 'config: expected base64 in gpg-keys of [flatpak], found something else');
}
