import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/parse-config.ts';
import { parseRecord } from '../../src/model/parse-record.ts';
import { readTemplates } from '../../src/platform/package-files.ts';
import { sha256 } from '../../src/platform/sha256.ts';
import { parseYamlDocuments } from '../../src/platform/yaml.ts';
import { type Headers, headerRules, sharedHeaders } from '../../src/publish/header-rules.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });
const texts = new Map((await readTemplates()).map(({ path, bytes }) => [path, decoder.decode(bytes)]));

function template(path: string): string {
  const text = texts.get(path);
  if (text === undefined) throw new Error(`no template ${path}`);
  return text;
}

/** The rules as `_headers` and Caddy write a path: from the root, with a star for everything below. */
const expectedRules = new Map(
  headerRules.map(({ path, headers }) => [`/${path.endsWith('/') ? `${path}*` : path}`, headers]),
);

describe('the templates', () => {
  it('are these files', () => {
    expect([...texts.keys()]).toEqual([
      '.github/workflows/publish.yml',
      'README.md',
      'hosts/Caddyfile',
      'hosts/_headers',
      'hosts/nginx.conf',
      'packages/hello.yaml',
      'repomill.yaml',
    ]);
  });

  it.each([...texts.keys()])('end %s with one newline, without white space at the end of a line', (path) => {
    expect(template(path)).toMatch(/[^\n]\n$/);
    expect(template(path)).not.toMatch(/[ \t]$|\r/m);
  });
});

describe('templates/repomill.yaml', () => {
  const known = { readers: ['yaml'] };

  it('is a configuration with one input and one subset', () => {
    const config = parseConfig(template('repomill.yaml'), 'repomill.yaml', known);
    expect(config).toMatchObject({
      name: 'my-repository',
      inputs: [{ files: 'packages/*.yaml', omit: [] }],
      subsets: [{ name: 'stable' }],
      history: 16,
    });
  });

  it('shows keys in its comments that are right as they are', () => {
    const text = template('repomill.yaml')
      .replace(/^subsets:\n {2}stable:\n/m, '')
      .replace(/^# `subsets`; with one, what the query finds: {2}(.*)$/m, 'subsets:\n  $1')
      .replace(/^# (combined: .*)$/m, '$1');
    const config = parseConfig(text, 'repomill.yaml', known);
    expect(config.combined).toEqual(['x86_64']);
    expect(config.subsets).toMatchObject([{ name: 'free', where: expect.anything() }]);
  });
});

describe('templates/packages/hello.yaml', () => {
  const { documents, problems } = parseYamlDocuments(template('packages/hello.yaml'));
  const fields = Object(documents[0]?.value);

  it('is one record without a problem', () => {
    expect(problems).toEqual([]);
    expect(documents).toHaveLength(1);
    expect(parseRecord(fields)).toEqual({ record: fields });
  });

  it('tells the truth about the file that it describes', async () => {
    const bytes = new TextEncoder().encode('hello\n');
    expect([fields.size, fields.sha256]).toEqual([bytes.length, await sha256(bytes)]);
  });

  it('points to no host but the one that is set aside for examples', () => {
    const hosts = template('packages/hello.yaml').match(/https?:\/\/[^/\s]+/g);
    expect(new Set(hosts)).toEqual(new Set(['https://example.org']));
  });
});

describe('templates/hosts/_headers', () => {
  const rules = parseHeadersFile(template('hosts/_headers'));

  it('has the rules of the table, the shared headers for everything, and nothing else', () => {
    expect(rules).toEqual(new Map([['/*', sharedHeaders], ...expectedRules]));
  });

  it('stays within what hosts accept: 100 rules, 2,000 characters a line, a star only at the end', () => {
    expect(rules.size).toBeLessThanOrEqual(100);
    for (const line of template('hosts/_headers').split('\n')) expect(line.length).toBeLessThanOrEqual(2000);
    for (const path of rules.keys()) expect(path).toMatch(/^\/[^*:]*\*?$/);
  });

  it('sets no header twice for one path, because hosts would join the two values', () => {
    const specific = [...rules].filter(([path]) => path !== '/*').flatMap(([, headers]) => Object.keys(headers));
    for (const name of Object.keys(sharedHeaders)) expect(specific).not.toContain(name);
  });
});

describe('templates/hosts/Caddyfile', () => {
  const text = template('hosts/Caddyfile');

  it('closes every brace that it opens', () => {
    let depth = 0;
    for (const line of text.split('\n')) {
      if (line.trim() === '}') depth--;
      expect(line.length - line.trimStart().length).toBe(line === '' ? 0 : depth);
      if (!line.trim().startsWith('#') && line.endsWith('{')) depth++;
    }
    expect(depth).toBe(0);
  });

  it('has the rules of the table, each for files that are there', () => {
    const matchers = [...text.matchAll(/@(\w+) \{\n\t\tpath (\S+)\n\t\tfile\n\t\}/g)];
    const rules = matchers.map(([, name, path]): [string, Headers] => {
      const block = new RegExp(`^\theader @${name} \\{\n([^}]*)\n\t\\}$`, 'm').exec(text)?.[1] ?? '';
      const lines = [...block.matchAll(/^\t\t(\S+) (?:"([^"]*)"|(\S+))$/gm)];
      return [path ?? '', Object.fromEntries(lines.map(([, header, quoted, bare]) => [header, quoted ?? bare]))];
    });
    expect(new Map(rules)).toEqual(expectedRules);
  });

  it('has the shared headers for everything', () => {
    for (const [name, value] of Object.entries(sharedHeaders)) expect(text).toContain(`\n\theader ${name} ${value}\n`);
  });

  it('compresses what the table says, and nothing else', () => {
    const compressed = [...text.matchAll(/^\tencode @(\w+) gzip$/gm)].map(([, name]) => name);
    expect(compressed).toEqual(['index']);
    expect(text.match(/^\s*encode/gm)).toHaveLength(1);
  });
});

describe('templates/.github/workflows/publish.yml', () => {
  const workflow = parse(template('.github/workflows/publish.yml'));
  const steps: readonly { readonly uses?: string; readonly run?: string }[] = workflow.jobs.publish.steps;
  const commands = steps.flatMap(({ run }) => run ?? []);

  it('pins every action to a major version', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions).toHaveLength(5);
    for (const action of actions) expect(action).toMatch(/^actions\/[a-z-]+@v\d+$/);
  });

  it('installs the version of repomill that it came with', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const [, pinned] = /^npm install --global repomill@(\S+)$/.exec(commands[0] ?? '') ?? [];
    expect(version.startsWith(`${pinned}.`)).toBe(true);
  });

  it('builds on what the site has, verifies, uploads and deploys, in this order', () => {
    const order = steps.map(
      ({ run, uses = '' }) => run?.split(' ', 2).join(' ') ?? uses.replace(/^actions\/|@.*$/g, ''),
    );
    expect(order.slice(-5)).toEqual([
      'configure-pages',
      'repomill build',
      'repomill verify',
      'upload-pages-artifact',
      'deploy-pages',
    ]);
    expect(commands[1]).toContain('--previous "$SITE"');
  });

  it('may write to Pages and to nothing else', () => {
    expect(workflow.permissions).toEqual({ contents: 'read', pages: 'write', 'id-token': 'write' });
  });

  it('never runs twice at once, and is never cut short', () => {
    expect(workflow.concurrency).toEqual({ group: 'publish', 'cancel-in-progress': false });
  });
});

/** Grammar: a path at the start of a line, its headers indented below it, comments and empty lines anywhere. */
function parseHeadersFile(text: string): ReadonlyMap<string, Headers> {
  const rules = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, name, value] = /^ {2}([\w-]+): (\S.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && current !== undefined) {
      expect(current).not.toHaveProperty(name);
      current[name] = value;
    } else {
      expect(line).toMatch(/^\/\S*$/);
      expect(rules.has(line)).toBe(false);
      current = {};
      rules.set(line, current);
    }
  }
  return rules;
}
