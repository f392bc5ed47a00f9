/**
 * The defaults of a configuration, and the whole configuration of an input directory without a file.
 */
import { MAX_NAME_LENGTH } from '../model/limits.ts';
import type { Config } from './config.ts';

/** Everything that has a default. */
export const defaults: Omit<Config, 'name' | 'title'> = {
  inputs: [{ files: '**/*', omit: [] }],
  arches: [],
  subsets: [],
  history: undefined,
  combined: [],
  details: ['details', 'packageDeltas'],
  paths: [],
  sections: new Map(),
};

/** The configuration of an input directory without a file: the repository is named after the directory. */
export function defaultConfig(directoryName: string): Config {
  const name = directoryName
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|[._-]+$/g, '')
    .slice(0, MAX_NAME_LENGTH);
  return { name: name === '' ? 'repository' : name, ...defaults };
}
