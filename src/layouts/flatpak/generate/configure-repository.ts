/**
 * The `config` that a build publishes: the repository's own, with what `repomill.yaml` says in its place. FLATPAK.md, "Settings".
 */
import { concatBytes } from '../../../bytes/bytes.ts';
import { missingFile, RepomillError } from '../../../errors.ts';
import { parseKeyfile, withKey } from '../../../glib/keyfile.ts';
import { MAX_KEY_FILE, readPublicKeys } from '../../../openpgp/public-keys.ts';
import { CONFIG_PATH } from '../../../ostree/paths.ts';
import { pathFrom, readWithin } from '../../../platform/files/read-files.ts';
import type { OpenRepository } from '../../../readers/ostree/open-repository.ts';
import { collectionId, FLATPAK_GROUP } from '../format/repository-config.ts';
import type { FlatpakSettings } from '../settings.ts';

/**
 * A repository as its settings say it is: what they state is in its configuration, as if it had been read there.
 *
 * @throws RepomillError `usage` for a collection id other than the one that it has, `not-found` and `format` for files of keys
 */
export async function configureRepository(
  repository: OpenRepository,
  { stated, gpgImport }: Pick<FlatpakSettings, 'stated' | 'gpgImport'>,
): Promise<OpenRepository> {
  if (stated.length === 0 && gpgImport.length === 0) return repository;
  const { location, config } = repository;
  const before = collectionId(config);
  const collection = stated.find(({ key }) => key === 'collection-id');
  if (collection !== undefined && before !== undefined && collection.value !== before) {
    const message = `flatpak.collectionId: expected "${before}", as in ${CONFIG_PATH}, found "${collection.value ?? ''}"`;
    throw new RepomillError('usage', message, {
      path: location,
      hint: 'clients know the refs of a repository by its collection id, so it never changes',
    });
  }
  const entries = stated.map(({ group, key, value }) => ({ group, key, value }));
  const keys = gpgImport.length === 0 ? undefined : toBase64(await readKeys(gpgImport, location));
  const configText = [
    ...entries,
    ...(keys === undefined ? [] : [{ group: FLATPAK_GROUP, key: 'gpg-keys', value: keys }]),
  ].reduce((text, { group, key, value }) => withKey(text, group, key, value), repository.configText);
  return { ...repository, configText, config: parseKeyfile(configText, CONFIG_PATH) };
}

async function readKeys(files: readonly string[], location: string): Promise<Uint8Array> {
  const rings: Uint8Array[] = [];
  for (const file of files) {
    const path = pathFrom(location, file);
    const bytes = await readWithin(path, MAX_KEY_FILE);
    if (bytes === undefined) throw missingFile(path);
    try {
      rings.push(readPublicKeys(bytes));
    } catch (cause) {
      if (!(cause instanceof RepomillError)) throw cause;
      throw new RepomillError(cause.code, `flatpak.gpgImport: ${cause.message}`, { path, cause, hint: cause.hint });
    }
  }
  return concatBytes(rings);
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
