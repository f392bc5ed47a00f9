/**
 * A directory that apt takes for the whole machine: an empty status of dpkg, lists and caches of its own, and a configuration that
 * says so. Nothing of the machine's apt is read or written.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How such a directory is made. */
export interface AptDirectoryOptions {
  readonly arch?: string;
  /** Where apt itself sees the directory, if its root is a different one. */
  readonly seenAs?: string;
  /** Further settings of apt, such as `Acquire::PDiffs`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Makes it, without a source, and returns the path of its configuration, for `APT_CONFIG`, as apt sees it. */
export function makeAptDirectory(directory: string, options: AptDirectoryOptions = {}): string {
  const { arch = 'amd64', seenAs = directory, settings = {} } = options;
  const folders = [
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'etc/apt/sources.list.d',
    'etc/apt/trusted.gpg.d',
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
    'var/lib/dpkg',
  ];
  for (const folder of folders) mkdirSync(join(directory, folder), { recursive: true });
  for (const file of ['var/lib/dpkg/status', 'etc/apt/sources.list']) writeFileSync(join(directory, file), '');
  const all = {
    Dir: seenAs,
    'Dir::State::status': join(seenAs, 'var/lib/dpkg/status'),
    'Dir::Bin::methods': '/usr/lib/apt/methods',
    'APT::Architecture': arch,
    'APT::Architectures': arch,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '0',
    ...settings,
  };
  const lines = Object.entries(all).map(([key, value]) => `${key} "${value}";\n`);
  writeFileSync(join(directory, 'apt.conf'), lines.join(''));
  return join(seenAs, 'apt.conf');
}
