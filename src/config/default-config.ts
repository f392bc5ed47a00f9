/**
 * What a configuration says where it says nothing, and the whole configuration where there is no file.
 */
import { MAX_NAME_LENGTH } from '../model/limits.ts';
import type { Config, FlatpakSettings } from './config.ts';

/** How the flatpak layout is written unless the configuration says otherwise. */
export function flatpakDefaults(exact: boolean): FlatpakSettings {
  return { exact, secondaryArches: !exact, keepUnchanged: !exact, signatures: 16 };
}

/** Everything that has a default. */
export const defaults: Omit<Config, 'name' | 'title'> = {
  inputs: [{ files: '**/*', omit: [] }],
  arches: [],
  subsets: [],
  history: undefined,
  combined: [],
  details: ['details', 'packageDeltas'],
  paths: [],
  flatpak: flatpakDefaults(false),
};

/** The configuration of an input directory without a file of its own: named after the directory. */
export function defaultConfig(directoryName: string): Config {
  const name = directoryName
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '')
    .slice(0, MAX_NAME_LENGTH);
  return { name: name === '' ? 'repository' : name, ...defaults };
}
