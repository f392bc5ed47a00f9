/**
 * The facts about a repository that its index and old summary announce: FLATPAK.md, "Index". Most come from `config`, in the order
 * in which flatpak writes them. The auditor derives them again on its own (`audit/announcements.ts`), so the two must not share
 * code.
 */
import {
  type Packed,
  packBoolean,
  packBytes,
  packString,
  packUint32,
  packUint64,
} from '../../../glib/gvariant/pack.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import {
  AUTHENTICATOR_OPTIONS,
  collectionId,
  FLATPAK_GROUP,
  KEYS_URL,
  publicKeys,
} from '../format/repository-config.ts';
import { LAST_MODIFIED_KEY } from '../format/summary-index.ts';

/** A key and its value. */
export type MetadataEntry = readonly [key: string, value: Packed];

/** The version of `xa.data`; clients ignore the cache of an index with an older one. */
const CACHE_VERSION = 2;

/** Keys of the group that are published as `xa.<key>`. */
const TEXTS = ['title', 'comment', 'description', 'homepage', 'icon', 'redirect-url', 'default-branch'] as const;

/**
 * Facts about a repository, in order.
 *
 * @param lastModified - seconds since 1970
 * @param exact - only what released versions of flatpak announce
 */
export function repositoryMetadata(config: Keyfile, lastModified: bigint, exact: boolean): readonly MetadataEntry[] {
  const facts: MetadataEntry[] = [
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
  for (const key of TEXTS) text(`xa.${key}`, config.string(FLATPAK_GROUP, key));
  if (config.boolean(FLATPAK_GROUP, 'deploy-collection-id')) text('ostree.deploy-collection-id', collection);
  else if (config.boolean(FLATPAK_GROUP, 'deploy-sideload-collection-id')) text('xa.deploy-collection-id', collection);
  text('xa.authenticator-name', config.string(FLATPAK_GROUP, 'authenticator-name'));
  if (config.has(FLATPAK_GROUP, 'authenticator-install')) {
    facts.push(['xa.authenticator-install', packBoolean(config.boolean(FLATPAK_GROUP, 'authenticator-install'))]);
  }
  facts.push(['xa.cache-version', packUint32(CACHE_VERSION)]);
  for (const key of config.keys(FLATPAK_GROUP)) {
    if (key.startsWith(AUTHENTICATOR_OPTIONS)) text(`xa.${key}`, config.string(FLATPAK_GROUP, key));
  }
  const keys = publicKeys(config);
  if (keys !== undefined) facts.push(['xa.gpg-keys', packBytes(keys)]);
  if (!exact) text(`xa.${KEYS_URL}`, config.string(FLATPAK_GROUP, KEYS_URL));
  return facts;
}
