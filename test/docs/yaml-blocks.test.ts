/**
 * Blocks of YAML in documents that no other test writes to a file: a record is read and published, a configuration is used by
 * a build, and a part of a workflow is YAML. A configuration that a page writes to a file is whole, whether or not the page uses
 * it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { configKeys } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { configSections, layoutNames } from '../../src/layouts/layouts.ts';
import { presets } from '../../src/platform/templates.ts';
import { readerNames } from '../../src/readers/readers.ts';
import { repomill } from '../launcher.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const documents = ['README.md', 'src/query/QUERY.md', ...pages];
const blocks = documents.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => {
    const parts = parseAllDocuments(text);
    return {
      page,
      text,
      kind: kindOf(parts.map((one) => one.toJS())[0]),
      problems: parts.flatMap((one) => one.errors),
    };
  }),
);
const files = documents.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```yaml (\S+)\n(.*?)^```$/gms)]
    .map(([, path = '', text = '']) => ({ page, path, text }))
    .filter(({ text }) => isConfiguration(parseAllDocuments(text)[0]?.toJS())),
);

describe('YAML in documents', () => {
  it('is found, of every kind', () => {
    expect(new Set(blocks.map(({ kind }) => kind))).toEqual(new Set(['record', 'configuration', 'workflow']));
  });

  it.each(blocks)('is a $kind that works: $page', async ({ text, kind, problems }) => {
    expect(problems).toEqual([]);
    if (kind === 'workflow') return;
    const directory = makeWorkspace();
    const configuration = /^name:/m.test(text) ? text : `name: sample\n${text}`;
    const input = writeFiles(join(directory, 'input'), {
      'package.yaml': kind === 'record' ? text : 'name: sample\nversion: "1"\narch: amd64\n',
      'repomill.yaml': kind === 'record' ? 'name: sample\n' : configuration,
    });
    const { exitCode, stdout, stderr } = await repomill(['build', input, '--out', 'out'], { cwd: directory });
    expect({ exitCode, stderr: withoutUnused(stderr) }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^version 1: 1 package /);
  });
});

describe('the configurations that documents write to files', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  it.each(files)('are whole: $path in $page', ({ path, text }) => {
    const { name } = parseConfig(text, path, {
      readers: readerNames,
      sections: configSections,
      layouts: layoutNames,
      presets,
    });
    expect(text).toContain(`name: ${name}\n`);
  });
});

// A configuration in a document is about more records than the sample.
function withoutUnused(stderr: string): string {
  return stderr.replaceAll(/^repomill: warning: .*: no record .*\n/gm, '');
}

/** Whether every key is one of a configuration. */
function isConfiguration(value: unknown): boolean {
  const known: readonly string[] = ['name', ...configKeys, ...configSections.keys()];
  return kindOf(value) === 'configuration' && Object.keys(Object(value)).every((key) => known.includes(key));
}

function kindOf(value: unknown): 'record' | 'configuration' | 'workflow' {
  if (Array.isArray(value)) return 'workflow';
  return 'arch' in Object(value) ? 'record' : 'configuration';
}
