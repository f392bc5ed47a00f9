import { describe, expect, it } from 'vitest';
import {
  packBoolean,
  packBytes,
  packDictionary,
  packString,
  packUint32,
} from '../../../../../src/glib/gvariant/pack.ts';
import { Variant } from '../../../../../src/glib/gvariant/variant.ts';
import { parseKeyfile } from '../../../../../src/glib/keyfile.ts';
import { auditAnnouncements } from '../../../../../src/layouts/flatpak/audit/announcements.ts';
import {
  type MetadataEntry,
  repositoryMetadata,
} from '../../../../../src/layouts/flatpak/generate/repository-metadata.ts';

type Config = ReturnType<typeof parseKeyfile>;

const configOf = (flatpak: string, core = ''): Config =>
  parseKeyfile(`[core]\nmode=archive-z2\n${core}\n[flatpak]\n${flatpak}`, 'config');

const PLAIN = configOf('');
const FULL = configOf(
  [
    ...['title=t', 'comment=c', 'description=d', 'homepage=h', 'icon=i', 'redirect-url=u', 'default-branch=stable'],
    ...['deploy-collection-id=true', 'authenticator-name=org.a.Auth', 'authenticator-install=true'],
    ...['authenticator-options.b=2', 'authenticator-options.a=1', 'gpg-keys=AAEC'],
  ].join('\n'),
  'collection-id=org.a\ntombstone-commits=true',
);
const SIDELOADED = configOf('deploy-sideload-collection-id=true\nauthenticator-install=no\n', 'collection-id=org.a');
const CONFIGS: readonly (readonly [string, Config])[] = [
  ['plain', PLAIN],
  ['full', FULL],
  ['sideloaded', SIDELOADED],
  ['with a collection that is not announced', configOf('', 'collection-id=org.a')],
  ['with a wrong escape', configOf('title=a\\qb\ncomment=\n')],
];

/** What the auditor says about the announcements that the generator makes, once they are changed. */
function audit(config: Config, change = (entries: readonly MetadataEntry[]) => entries): readonly string[] {
  return auditAnnouncements(
    new Variant('a{sv}', packDictionary(change(repositoryMetadata(config, 5n, false))).bytes),
    config,
  );
}

const without = (key: string) => (entries: readonly MetadataEntry[]) => entries.filter(([name]) => name !== key);
const withEntry =
  (...entry: MetadataEntry) =>
  (entries: readonly MetadataEntry[]) => [...without(entry[0])(entries), entry];

describe('auditAnnouncements', () => {
  it.each(CONFIGS)('derives the same as the generator from a configuration that is %s', (_, config) => {
    expect(audit(config)).toEqual([]);
  });

  it.each(CONFIGS)('finds each announcement that a generator forgets, of a configuration that is %s', (_, config) => {
    const keys = repositoryMetadata(config, 5n, false).map(([key]) => key);
    for (const key of keys) {
      // The auditor of the index looks for the time.
      const expected =
        key === 'ostree.summary.last-modified' ? [] : [`metadata: expected ${key}, as in config, found none`];
      expect(audit(config, without(key))).toEqual(expected);
    }
  });

  it.each(CONFIGS)('finds each announcement of a wrong type, of a configuration that is %s', (_, config) => {
    const keys = repositoryMetadata(config, 5n, false).map(([key]) => key);
    for (const key of keys.filter((name) => name !== 'ostree.summary.last-modified')) {
      expect(audit(config, withEntry(key, packUint32(7)))).toEqual([`metadata: ${key} differs from config`]);
    }
  });

  it.each([
    ['xa.title', packString('T')],
    ['xa.gpg-keys', packBytes(Uint8Array.of(0, 1, 3))],
    ['ostree.summary.mode', packString('bare')],
    ['ostree.summary.tombstone-commits', packBoolean(false)],
    ['xa.authenticator-install', packBoolean(false)],
    ['xa.authenticator-options.a', packString('2')],
    ['ostree.deploy-collection-id', packString('org.b')],
  ])('finds a wrong value of %s', (key, value) => {
    expect(audit(FULL, withEntry(key, value))).toEqual([`metadata: ${key} differs from config`]);
  });

  it.each([
    ['xa.title', packString('Tiny')],
    ['xa.gpg-keys', packBytes(Uint8Array.of(0, 1, 2))],
    ['ostree.summary.collection-id', packString('org.a')],
    ['ostree.deploy-collection-id', packString('org.a')],
    ['xa.deploy-collection-id', packString('org.a')],
    ['xa.authenticator-options.c', packString('3')],
  ])('finds an announcement of %s that config does not ask for', (key, value) => {
    expect(audit(PLAIN, withEntry(key, value))).toEqual([`metadata: ${key} is announced, but not in config`]);
  });

  it('finds a collection that is announced to the wrong clients', () => {
    const swapped = (entries: readonly MetadataEntry[]): readonly MetadataEntry[] => [
      ...without('xa.deploy-collection-id')(entries),
      ['ostree.deploy-collection-id', packString('org.a')],
    ];
    expect(audit(SIDELOADED, swapped)).toEqual([
      'metadata: ostree.deploy-collection-id is announced, but not in config',
      'metadata: expected xa.deploy-collection-id, as in config, found none',
    ]);
  });

  it('ignores keys that it does not know', () => {
    expect(audit(PLAIN, withEntry('org.example.key', packString('x')))).toEqual([]);
  });

  it('refuses a key that is listed twice', () => {
    const twice = (entries: readonly MetadataEntry[]) => [...entries, ['xa.title', packString('u')] as const];
    expect(() => audit(FULL, twice)).toThrow('metadata: xa.title is listed twice');
  });

  it('lets flatpak leave out where newer keys are, but nobody announce a different place', () => {
    const config = configOf('gpg-keys-url=a\n');
    expect(audit(config)).toEqual([]);
    expect(audit(config, without('xa.gpg-keys-url'))).toEqual([]);
    expect(audit(config, withEntry('xa.gpg-keys-url', packString('b')))).toEqual([
      'metadata: xa.gpg-keys-url differs from config',
    ]);
    expect(audit(PLAIN, withEntry('xa.gpg-keys-url', packString('b')))).toEqual([
      'metadata: xa.gpg-keys-url is announced, but not in config',
    ]);
  });
});
