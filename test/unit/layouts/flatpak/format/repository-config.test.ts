import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../../../src/errors.ts';
import { parseKeyfile } from '../../../../../src/glib/keyfile.ts';
import {
  announcedCollection,
  collectionId,
  historyLength,
  oldSummaryArches,
  publicKeys,
} from '../../../../../src/layouts/flatpak/format/repository-config.ts';

const configOf = (flatpak: string, core = ''): ReturnType<typeof parseKeyfile> =>
  parseKeyfile(`[core]\nmode=archive-z2\n${core}\n[flatpak]\n${flatpak}`, 'config');

describe('the configuration', () => {
  it.each([
    ['AAEC', [0, 1, 2]],
    ['AAE=', [0, 1]],
    ['AA==', [0]],
    ['', []],
    [' AA\\nEC ', [0, 1, 2]],
  ])('has public keys in base64: %j', (text, bytes) => {
    expect([...(publicKeys(configOf(`gpg-keys=${text}\n`)) ?? [])]).toEqual(bytes);
  });

  it.each(['A', 'AA', 'AAE', 'AA-_', 'A===', 'AA=A', '-----BEGIN PGP PUBLIC KEY BLOCK-----', 'ä'])(
    'has no public keys in %j',
    (text) => {
      expect(() => publicKeys(configOf(`gpg-keys=${text}\n`))).toThrow(
        new RepomillError('metadata', 'gpg-keys of [flatpak]: expected base64, found something else', {
          path: 'config',
        }),
      );
    },
  );

  it('has the length of histories, for flatpak under a name with a letter missing', () => {
    const config = configOf('summary-history-length=3\nsumary-history-length=4\n');
    expect([historyLength(config, false), historyLength(config, true)]).toEqual([3, 4]);
  });

  it.each(['0', '-1', 'many', '', '9999999999', '1e3'])('has no length of histories in %j', (text) => {
    expect(historyLength(configOf(`summary-history-length=${text}\n`), false)).toBeUndefined();
  });

  it('names the architectures of the old summary, all if it names none', () => {
    expect(oldSummaryArches(configOf('summary-arches=x86_64;arm;\n'))).toEqual(['x86_64', 'arm']);
    expect(oldSummaryArches(configOf('summary-arches=\n'))).toEqual([]);
    expect(oldSummaryArches(configOf(''))).toBeUndefined();
  });

  it('has no collection id if it is empty', () => {
    expect(collectionId(configOf('', 'collection-id='))).toBeUndefined();
    expect(collectionId(configOf('', 'collection-id=org.a'))).toBe('org.a');
  });

  it.each([
    ['deploy-collection-id=true\n', 'collection-id=org.a', 'org.a'],
    ['deploy-sideload-collection-id=1\n', 'collection-id=org.a', 'org.a'],
    ['deploy-collection-id=true\n', '', undefined],
    ['', 'collection-id=org.a', undefined],
  ])('announces a collection if it has one and %j says so (%j)', (flatpak, core, expected) => {
    expect(announcedCollection(configOf(flatpak, core))).toBe(expected);
  });
});
