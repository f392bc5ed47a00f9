/**
 * The audit of what an index or old summary says about its repository: derived from `config` by the table in FLATPAK.md, "Index",
 * and compared value by value. Shares no code with the generator's list, so a mistake in either is found.
 */

import { formatHex } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Variant } from '../../../glib/gvariant/variant.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import { collectionId, publicKeys } from '../format/repository-config.ts';

/** A value in a form that `===` compares: bytes in hexadecimal. */
type PlainValue = string | number | boolean;

/** A key, and the value that it must have; undefined if it must not be there. */
interface Announcement {
  readonly key: string;
  readonly type: 's' | 'b' | 'u' | 'ay';
  readonly value: PlainValue | undefined;
  /** It may be missing as well: not every flatpak announces it. */
  readonly isOptional?: boolean;
}

const OPTIONS = 'authenticator-options.';

/**
 * Compares metadata with `config`. When it was written is not compared, and neither are keys of which FLATPAK.md knows nothing.
 *
 * @param metadata - `a{sv}` of an index or an old summary
 * @returns a message for each difference
 * @throws RepomillError `format` for a key that is listed twice, `metadata` for a `config` that cannot be published
 */
export function auditAnnouncements(metadata: Variant, config: Keyfile): readonly string[] {
  const found = readMetadata(metadata);
  const expected = announcementsOf(config);
  const named = new Set(expected.map(({ key }) => key));
  const options = [...found.keys()].filter((key) => key.startsWith(`xa.${OPTIONS}`) && !named.has(key));
  return [
    ...expected.flatMap((announcement) => compare(announcement, found.get(announcement.key))),
    ...options.map((key) => notInConfig(key)),
  ];
}

/** What `config` announces, in the order of FLATPAK.md. */
function announcementsOf(config: Keyfile): readonly Announcement[] {
  const text = (key: string): Announcement => ({ key: `xa.${key}`, type: 's', value: config.string('flatpak', key) });
  const collection = collectionId(config);
  const isDeployed = config.boolean('flatpak', 'deploy-collection-id');
  const isSideloaded = !isDeployed && config.boolean('flatpak', 'deploy-sideload-collection-id');
  const hasInstall = config.has('flatpak', 'authenticator-install');
  const keys = publicKeys(config);
  return [
    { key: 'ostree.summary.mode', type: 's', value: config.string('core', 'mode') ?? 'bare' },
    { key: 'ostree.summary.tombstone-commits', type: 'b', value: config.boolean('core', 'tombstone-commits') },
    { key: 'ostree.summary.indexed-deltas', type: 'b', value: true },
    { key: 'ostree.summary.collection-id', type: 's', value: collection },
    ...['title', 'comment', 'description', 'homepage', 'icon', 'redirect-url', 'default-branch'].map(text),
    { key: 'ostree.deploy-collection-id', type: 's', value: isDeployed ? collection : undefined },
    { key: 'xa.deploy-collection-id', type: 's', value: isSideloaded ? collection : undefined },
    text('authenticator-name'),
    {
      key: 'xa.authenticator-install',
      type: 'b',
      value: hasInstall ? config.boolean('flatpak', 'authenticator-install') : undefined,
    },
    { key: 'xa.cache-version', type: 'u', value: 2 },
    ...config.keys('flatpak').flatMap((key) => (key.startsWith(OPTIONS) ? [text(key)] : [])),
    { key: 'xa.gpg-keys', type: 'ay', value: keys && formatHex(keys) },
    { ...text('gpg-keys-url'), isOptional: true },
  ];
}

function compare(
  { key, type, value, isOptional = false }: Announcement,
  found: Variant | undefined,
): readonly string[] {
  if (found === undefined)
    return value === undefined || isOptional ? [] : [`metadata: expected ${key}, as in config, found none`];
  if (value === undefined) return [notInConfig(key)];
  return found.type.text === type && plainValue(found) === value ? [] : [`metadata: ${key} differs from config`];
}

function notInConfig(key: string): string {
  return `metadata: ${key} is announced, but not in config`;
}

function plainValue(value: Variant): PlainValue | undefined {
  switch (value.type.text) {
    case 's':
      return value.string();
    case 'b':
      return value.boolean();
    case 'u':
      return value.uint32();
    case 'ay':
      return formatHex(value.byteArray());
    default:
      return undefined;
  }
}

function readMetadata(dictionary: Variant): ReadonlyMap<string, Variant> {
  const values = new Map<string, Variant>();
  for (const entry of dictionary.children()) {
    const key = entry.child(0).string();
    if (values.has(key)) throw new RepomillError('format', `metadata: ${key} is listed twice`);
    values.set(key, entry.child(1).inner());
  }
  return values;
}
