import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../src/config/config.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { configSections } from '../../../src/layouts/layouts.ts';

describe('defaultConfig', () => {
  it.each([
    ['debian', 'debian'],
    ['Meine Pakete (neu)', 'Meine-Pakete-neu'],
    ['.hidden', 'hidden'],
    ['..', 'repository'],
    ['', 'repository'],
    ['包', 'repository'],
    ['a'.repeat(300), 'a'.repeat(255)],
    [`${'a'.repeat(254)} b`, `${'a'.repeat(254)}-`],
  ])('names the repository of the directory %j %j', (directory, name) => {
    expect(defaultConfig(directory).name).toBe(name);
  });

  it.each(['debian', '..', ' x ', '-a-'])(
    'is what the shortest configuration file says (directory %j)',
    (directory) => {
      const config = defaultConfig(directory);
      const known = { readers: [], sections: configSections };
      const { file, ...said } = parseConfig(`name: ${config.name}`, 'repomill.yaml', known);
      expect(said).toEqual(config);
      expect(file).toEqual({ path: 'repomill.yaml', lines: new Map([['name', 1]]) });
    },
  );
});
