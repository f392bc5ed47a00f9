import { describe, expect, it } from 'vitest';
import { MAX_PATH_RULES, parseConfig } from '../../../src/config/parse-config.ts';
import { archName, MAX_PATTERN_LENGTH, plainName } from '../../../src/config/text-rules.ts';
import { RepomillError } from '../../../src/errors.ts';
import {
  aptDefaults,
  archiveUrl,
  componentName,
  durationPattern,
  MAX_PIECE,
  MIN_PIECE,
  sizePattern,
  suiteName,
} from '../../../src/layouts/apt/settings.ts';
import schema from '../../../src/layouts/config.schema.json' with { type: 'json' };
import { configSections, DEFAULT_LAYOUT, layoutNames } from '../../../src/layouts/layouts.ts';
import { DEFAULT_HISTORY, MAX_ARCHES, MAX_HISTORY, MAX_NAME_LENGTH } from '../../../src/model/limits.ts';
import { DEFAULT_VERSION_ORDER, versionOrderNames } from '../../../src/model/versions/version-order.ts';
import { presets } from '../../../src/platform/templates.ts';
import { MAX_QUERY_LENGTH } from '../../../src/query/parse-query.ts';

const { properties, definitions } = schema;

/** What a key of a section has in the schema. */
interface Described {
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

describe('config.schema.json', () => {
  it('has the keys of a configuration, and describes each', () => {
    const complete = parseConfig('name: a\ntitle: b', 'repomill.yaml', { readers: [], sections: configSections });
    // Which fields of paths are lists is up to the layout.
    const { sections: _, file: __, lists: ___, ...keys } = complete;
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

  it('has the rules and limits of the section apt', () => {
    const { suites, url, history, compress, plain, contents, sources, keep } = properties.apt.properties;
    const { aptSuite, aptCompression, aptTime, aptText, aptWord } = definitions;
    const [, compression] = aptCompression.oneOf;
    const [size, bytes] = compression?.properties?.piece.oneOf ?? [];
    expect(suites.propertyNames).toEqual({ pattern: suiteName.pattern.source, maxLength: suiteName.maxLength });
    expect(aptSuite.properties.components.items).toEqual({
      ...{ type: 'string', pattern: componentName.pattern.source, maxLength: componentName.maxLength },
    });
    expect(aptSuite.properties.where.maxLength).toBe(MAX_QUERY_LENGTH);
    expect(url).toMatchObject({ pattern: archiveUrl.pattern.source, maxLength: archiveUrl.maxLength });
    expect(aptTime.pattern).toBe(durationPattern.source);
    expect(aptWord).toMatchObject({ pattern: plainName.pattern.source, maxLength: plainName.maxLength });
    expect(aptText.maxLength).toBe(MAX_NAME_LENGTH);
    expect(size?.pattern).toBe(sizePattern.source);
    expect(bytes).toMatchObject({ minimum: MIN_PIECE, maximum: MAX_PIECE });
    expect(history).toMatchObject({ maximum: MAX_HISTORY, default: aptDefaults.history });
    expect(compress.default).toEqual(aptDefaults.compress);
    expect([plain, contents, sources].map((flag) => flag.default)).toEqual([
      ...[aptDefaults.plain, aptDefaults.contents, aptDefaults.sources],
    ]);
    const section = `{ keep: ${keep.default}, compress: { xz: { piece: ${compression?.properties?.piece.default} }, gz: } }`;
    const { sections } = parseConfig(`name: a\napt: ${section}`, 'repomill.yaml', {
      ...{ readers: [], sections: configSections },
    });
    expect(sections.get('apt')).toEqual(aptDefaults);
  });

  it.each([...configSections.keys()])(
    'has the keys of the section %s, describes each, and has examples that are accepted',
    (name) => {
      const section: Record<string, Described> = Object(properties)[name].properties;
      const problemOf = (key: string, value: unknown): string | undefined => {
        const text = JSON.stringify({ name: 'a', [name]: { [key]: value } });
        try {
          parseConfig(text, 'repomill.yaml', { readers: [], sections: configSections });
          return undefined;
        } catch (error) {
          if (!(error instanceof RepomillError)) throw error;
          return error.problems[0]?.message;
        }
      };
      const [, known = ''] = /unknown key; known: (.*)$/.exec(problemOf('no such key', 1) ?? '') ?? [];
      expect(known.split(', ').sort()).toEqual(Object.keys(section).sort());
      for (const [key, { description, examples = [] }] of Object.entries(section)) {
        expect(description).toMatch(/^[A-Z`].+\.$/s);
        for (const example of examples) {
          // Some keys need another one.
          expect(problemOf(key, example) ?? 'or it does nothing').toMatch(/or it does nothing$/);
        }
      }
    },
  );

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
