import { describe, expect, it } from 'vitest';
import { packDictionary, packString } from '../../../../../src/glib/gvariant/pack.ts';
import { Variant } from '../../../../../src/glib/gvariant/variant.ts';
import { parseKeyfile } from '../../../../../src/glib/keyfile.ts';
import { repositoryMetadata } from '../../../../../src/layouts/flatpak/generate/repository-metadata.ts';

const configOf = (flatpak: string, core = ''): ReturnType<typeof parseKeyfile> =>
  parseKeyfile(`[core]\nmode=archive-z2\n${core}\n[flatpak]\n${flatpak}`, 'config');
const factsOf = (flatpak: string, core = ''): Variant =>
  new Variant('a{sv}', packDictionary(repositoryMetadata(configOf(flatpak, core), 258n, false)).bytes);
const keysOf = (facts: Variant): readonly string[] => [...facts.children()].map((entry) => entry.child(0).string());
const FIXED = ['mode', 'tombstone-commits', 'indexed-deltas', 'last-modified'].map((key) => `ostree.summary.${key}`);

describe('repositoryMetadata', () => {
  it('says the same about every plain repository', () => {
    const facts = factsOf('');
    expect(keysOf(facts)).toEqual([...FIXED, 'xa.cache-version']);
    expect(facts.lookup('ostree.summary.mode', 's')?.string()).toBe('archive-z2');
    expect(facts.lookup('ostree.summary.tombstone-commits', 'b')?.boolean()).toBe(false);
    expect(facts.lookup('ostree.summary.indexed-deltas', 'b')?.boolean()).toBe(true);
    expect(facts.lookup('ostree.summary.last-modified', 't')?.uint64('big')).toBe(258n);
    expect(facts.lookup('xa.cache-version', 'u')?.uint32()).toBe(2);
  });

  it('has everything else in the order of flatpak, not in that of the file', () => {
    const config = [
      ...['gpg-keys=AAEC', 'authenticator-options.b=2', 'authenticator-install=true', 'authenticator-name=org.a.Auth'],
      ...['deploy-collection-id=true', 'default-branch=stable', 'redirect-url=u', 'icon=i', 'homepage=h'],
      ...['description=d', 'comment=c', 'title=t', 'authenticator-options.a=1'],
    ];
    expect(keysOf(factsOf(config.join('\n'), 'collection-id=org.a'))).toEqual([
      ...FIXED,
      'ostree.summary.collection-id',
      ...['title', 'comment', 'description', 'homepage', 'icon', 'redirect-url', 'default-branch'].map(
        (key) => `xa.${key}`,
      ),
      'ostree.deploy-collection-id',
      'xa.authenticator-name',
      'xa.authenticator-install',
      'xa.cache-version',
      'xa.authenticator-options.b',
      'xa.authenticator-options.a',
      'xa.gpg-keys',
    ]);
  });

  it.each([
    ['deploy-collection-id=true\n', 'ostree.deploy-collection-id'],
    ['deploy-sideload-collection-id=true\n', 'xa.deploy-collection-id'],
    ['deploy-collection-id=1\ndeploy-sideload-collection-id=1\n', 'ostree.deploy-collection-id'],
  ])('announces the collection id for %j', (flatpak, key) => {
    const keys = keysOf(factsOf(flatpak, 'collection-id=org.a'));
    expect(keys.filter((name) => name.endsWith('deploy-collection-id'))).toEqual([key]);
  });

  it.each([
    ['it is missing', 'deploy-collection-id=true\n', ''],
    ['it is empty', 'deploy-collection-id=true\n', 'collection-id='],
    ['the key is not true', 'deploy-collection-id=yes\n', 'collection-id=org.a'],
  ])('announces no collection id if %s', (_, flatpak, core) => {
    expect(keysOf(factsOf(flatpak, core)).filter((key) => key.endsWith('deploy-collection-id'))).toEqual([]);
  });

  it('leaves out a text with a wrong escape, and keeps an empty one', () => {
    const facts = factsOf('title=a\\qb\ncomment=\ndescription=two\\nlines\n');
    expect(keysOf(facts)).toEqual([...FIXED, 'xa.comment', 'xa.description', 'xa.cache-version']);
    expect(facts.lookup('xa.description', 's')?.string()).toBe('two\nlines');
  });

  it('says that an authenticator is not installed if the key says anything but true', () => {
    expect(factsOf('authenticator-install=yes\n').lookup('xa.authenticator-install', 'b')?.boolean()).toBe(false);
  });

  it('announces where newer keys are, which no released flatpak does', () => {
    const config = configOf('gpg-keys-url=https://example.org/keys\n');
    const [name, value] = repositoryMetadata(config, 258n, false).at(-1) ?? [];
    expect([name, value?.bytes]).toEqual(['xa.gpg-keys-url', packString('https://example.org/keys').bytes]);
    expect(repositoryMetadata(config, 258n, true).map(([key]) => key)).not.toContain('xa.gpg-keys-url');
  });
});
