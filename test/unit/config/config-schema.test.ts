import { describe, expect, it } from 'vitest';
import { MAX_PATH_RULES, parseConfig } from '../../../src/config/parse-config.ts';
import { archName, MAX_PATTERN_LENGTH, plainName } from '../../../src/config/text-rules.ts';
import schema from '../../../src/layouts/config.schema.json' with { type: 'json' };
import { configSections, DEFAULT_LAYOUT, layoutNames } from '../../../src/layouts/layouts.ts';
import { DEFAULT_HISTORY, MAX_ARCHES, MAX_HISTORY, MAX_NAME_LENGTH } from '../../../src/model/limits.ts';
import { DEFAULT_VERSION_ORDER, versionOrderNames } from '../../../src/model/versions/version-order.ts';
import { presets } from '../../../src/platform/templates.ts';
import { MAX_QUERY_LENGTH } from '../../../src/query/parse-query.ts';

const { properties, definitions } = schema;

describe('config.schema.json', () => {
  it('has the keys of a configuration, and describes each', () => {
    const complete = parseConfig('name: a\ntitle: b', 'repomill.yaml', { readers: [], sections: configSections });
    const { sections: _, file: __, ...keys } = complete;
    expect(Object.keys(properties).sort()).toEqual([...Object.keys(keys), 'preset', ...configSections.keys()].sort());
    for (const property of Object.values(properties)) expect(property.description).toMatch(/^[A-Z].+\.$/);
  });

  it('has the same patterns as the parser', () => {
    expect(properties.name.pattern).toBe(plainName.pattern.source);
    expect(properties.subsets.propertyNames.pattern).toBe(plainName.pattern.source);
    expect(definitions.arches.items.pattern).toBe(archName.pattern.source);
    expect(properties.combined.items.pattern).toBe(plainName.pattern.source);
  });

  it('has the same layouts as the command line', () => {
    expect(properties.layout.enum).toEqual(layoutNames);
    expect(properties.layout.default).toBe(DEFAULT_LAYOUT);
  });

  it('has the same orders of versions as the parser', () => {
    expect(properties.versions.enum).toEqual(versionOrderNames);
    expect(properties.versions.default).toBe(DEFAULT_VERSION_ORDER);
  });

  it('has the same limits as the parser', () => {
    expect(properties.history.maximum).toBe(MAX_HISTORY);
    expect(properties.history.default).toBe(DEFAULT_HISTORY);
    expect(properties.flatpak.properties.signatures.maximum).toBe(MAX_HISTORY);
    expect(properties.name.maxLength).toBe(MAX_NAME_LENGTH);
    expect(properties.title.maxLength).toBe(MAX_NAME_LENGTH);
    expect(properties.subsets.propertyNames.maxLength).toBe(MAX_NAME_LENGTH);
    expect(properties.subsets.additionalProperties.maxLength).toBe(MAX_QUERY_LENGTH);
    expect(definitions.arches.items.maxLength).toBe(MAX_NAME_LENGTH);
    expect(definitions.arches.maxItems).toBe(MAX_ARCHES);
    expect(properties.combined.items.maxLength).toBe(MAX_NAME_LENGTH);
    expect(definitions.fieldNames.items.maxLength).toBe(MAX_NAME_LENGTH);
    expect(definitions.filePattern.maxLength).toBe(MAX_PATTERN_LENGTH);
    expect(definitions.source.maxLength).toBe(MAX_PATTERN_LENGTH);
    expect(properties.paths.maxItems).toBe(MAX_PATH_RULES);
    expect(properties.paths.items.maxLength).toBe(MAX_PATTERN_LENGTH);
    expect(properties.packages.properties.root.maxLength).toBe(MAX_PATTERN_LENGTH);
  });

  it('knows the presets', () => {
    expect(properties.preset.enum).toEqual(presets.names);
  });

  it('has examples that the parser accepts', () => {
    for (const [key, { examples }] of Object.entries(properties as Record<string, { examples?: readonly unknown[] }>)) {
      for (const example of examples ?? []) {
        const text = JSON.stringify({ name: 'a', [key]: example });
        const config = parseConfig(text, 'repomill.yaml', { readers: ['deb822'], sections: configSections, presets });
        expect(config).toHaveProperty(key === 'preset' ? 'inputs' : key);
      }
    }
    for (const files of definitions.filePattern.examples) {
      const text = JSON.stringify({ name: 'a', inputs: [files] });
      expect(parseConfig(text, 'repomill.yaml', { readers: [], sections: configSections }).inputs).toEqual([
        { files, omit: [] },
      ]);
    }
  });
});
