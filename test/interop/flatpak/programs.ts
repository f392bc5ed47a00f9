/**
 * A home of their own for flatpak, ostree and gpg: nothing of the user or of the machine's installations is read or written, no
 * D-Bus is asked, no trigger runs in a sandbox.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireProgram } from '../programs.ts';
import type { Environment } from '../run-program.ts';

/** Whether the machine has what all tests of this folder need. Loud where it has not, as in `requireProgram`. */
export function requireFlatpak(): boolean {
  return ['flatpak', 'ostree', 'gpg', 'gpg-agent', 'gpgconf'].map(requireProgram).every(Boolean);
}

/** Makes a home below an empty directory. The path should be short: gpg's agent puts a socket there. */
export function makeHome(directory: string): Environment {
  const below = (name: string): string => join(directory, name);
  for (const name of ['data', 'config', 'cache', 'run', 'triggers', 'gpg']) {
    mkdirSync(below(name), { recursive: true, mode: 0o700 });
  }
  return {
    PATH: process.env.PATH ?? '',
    LC_ALL: 'C.UTF-8',
    HOME: directory,
    XDG_DATA_HOME: below('data'),
    XDG_CONFIG_HOME: below('config'),
    XDG_CACHE_HOME: below('cache'),
    XDG_RUNTIME_DIR: below('run'),
    GNUPGHOME: below('gpg'),
    GIO_USE_VFS: 'local',
    GSETTINGS_BACKEND: 'memory',
    FLATPAK_USER_DIR: below('user'),
    FLATPAK_SYSTEM_DIR: below('system'),
    FLATPAK_CONFIG_DIR: below('etc'),
    FLATPAK_TRIGGERSDIR: below('triggers'),
  };
}
