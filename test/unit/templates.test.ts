import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/parse-config.ts';
import { aptDefaults } from '../../src/layouts/apt/settings.ts';
import {
  configSections,
  headerRules,
  hostTable,
  type LayoutName,
  layoutNames,
  treeHeaders,
} from '../../src/layouts/layouts.ts';
import { namesContent } from '../../src/model/package-file.ts';
import { parseRecord } from '../../src/model/parse-record.ts';
import { digestOf } from '../../src/platform/hash/sha256.ts';
import { readTemplates } from '../../src/platform/templates.ts';
import { parseYamlDocuments } from '../../src/platform/yaml/parse-yaml.ts';
import { type Headers, sharedHeaders } from '../../src/publish/header-rules.ts';
import { renderHostFiles } from '../../src/publish/hosts/host-files.ts';
import { treeFiles } from '../contract/host-contract.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });
const [native, flatpak, apt] = await Promise.all([textsOf('native'), textsOf('flatpak'), textsOf('apt')]);

async function textsOf(layout: LayoutName): Promise<ReadonlyMap<string, string>> {
  return new Map((await readTemplates(layout)).map(({ path, bytes }) => [path, decoder.decode(bytes)]));
}

function template(path: string, texts = native): string {
  const text = texts.get(path);
  if (text === undefined) throw new Error(`no template ${path}`);
  return text;
}

/** The headers a host should send with one file of each kind that a tree has. */
const expectedHeaders = new Map([...treeFiles.keys()].map((path) => [path, treeHeaders(path)]));

const HOSTS = ['hosts/.htaccess', 'hosts/Caddyfile', 'hosts/_headers', 'hosts/nginx.conf', 'hosts/upload.sh'];

describe('the templates', () => {
  it('of the native layout are these files', () => {
    expect([...native.keys()]).toEqual([
      '.github/workflows/publish.yml',
      'README.md',
      ...HOSTS,
      'packages/hello.yaml',
      'pool/hello-1.0.0.txt',
      'repomill.yaml',
    ]);
  });

  it('of the flatpak layout are these files', () => {
    expect([...flatpak.keys()]).toEqual([
      '.github/workflows/publish.yml',
      'README.md',
      ...HOSTS,
      'org.example.Hello.yml',
    ]);
  });

  it('of the apt layout are these files', () => {
    expect([...apt.keys()]).toEqual([
      '.github/workflows/publish.yml',
      'README.md',
      'debs/README.md',
      ...HOSTS,
      'repomill.yaml',
    ]);
  });

  it.each([...native, ...flatpak, ...apt])(
    'end %s with one newline, without white space at the end of a line',
    (_path, text) => {
      expect(text).toMatch(/[^\n]\n$/);
      expect(text).not.toMatch(/[ \t]$|\r/m);
    },
  );
});

describe('templates/native/repomill.yaml', () => {
  const known = { readers: ['yaml'], sections: configSections };

  it('is a configuration with one input and one subset', () => {
    const config = parseConfig(template('repomill.yaml'), 'repomill.yaml', known);
    expect(config).toMatchObject({
      name: 'my-repository',
      inputs: [{ files: 'packages/*.yaml', omit: [] }],
      subsets: [{ name: 'stable' }],
      history: 16,
      packages: { root: '.', publish: 'copy' },
    });
  });

  it('has commented-out keys that are valid when uncommented', () => {
    const text = template('repomill.yaml').replaceAll(/^( *)# (\w+: [[\w].*[\]\w])$/gm, '$1$2');
    const config = parseConfig(text, 'repomill.yaml', known);
    expect(config.arches).toEqual(['x86_64', 'aarch64']);
    expect(config.combined).toEqual(['x86_64']);
    expect(config.subsets).toMatchObject([{ name: 'stable' }, { name: 'free', where: expect.anything() }]);
  });
});

describe('templates/apt/repomill.yaml', () => {
  const known = { readers: [], sections: configSections, layouts: layoutNames };
  const settingsOf = (text: string): unknown => parseConfig(text, 'repomill.yaml', known).sections.get('apt');

  it('reads the packages in debs/, and has one suite with all of them', () => {
    const config = parseConfig(template('repomill.yaml', apt), 'repomill.yaml', known);
    expect(config).toMatchObject({
      name: 'my-archive',
      layout: 'apt',
      inputs: [{ files: 'debs/**/*.{deb,udeb,dsc}' }],
    });
    expect(config.sections.get('apt')).toEqual({
      ...aptDefaults,
      ...{ origin: 'My archive', label: 'My archive', pool: 'copy' },
      suites: [
        { name: 'stable', suite: 'stable', codename: 'stable', notAutomatic: false, butAutomaticUpgrades: false },
      ],
    });
  });

  it('has commented-out keys that are valid when uncommented', () => {
    const text = template('repomill.yaml', apt).replaceAll(/^( *)# (\w+: \S.*)$/gm, '$1$2');
    expect(settingsOf(text)).toMatchObject({
      ...{ url: 'https://packages.example.org', validFor: 30 * 86_400, contents: true },
      suites: [{ name: 'stable' }, { name: 'tools', where: expect.anything(), description: 'Only the tools' }],
    });
  });
});

describe('templates/native/packages/hello.yaml', () => {
  const { documents, problems } = parseYamlDocuments(template('packages/hello.yaml'));
  const fields = Object(documents[0]?.value);

  it('is one valid record', () => {
    expect(problems).toEqual([]);
    expect(documents).toHaveLength(1);
    expect(parseRecord(fields)).toEqual({ record: fields });
  });

  it('names a file that is there, and leaves its size and digest to the build', () => {
    expect(template(fields.path)).toBe('hello\n');
    expect(namesContent({ path: fields.path, size: 0, sha256: digestOf(new Uint8Array()) }, fields.version)).toBe(true);
    expect([fields.size, fields.sha256]).toEqual([undefined, undefined]);
  });

  it('points to no host except the one reserved for examples', () => {
    const hosts = template('packages/hello.yaml').match(/https?:\/\/[^/\s]+/g);
    expect(new Set(hosts)).toEqual(new Set(['https://example.org']));
  });
});

describe('templates/hosts', () => {
  it.each([...renderHostFiles(hostTable)])('has %s exactly as rendered from the header rules', (name, text) => {
    expect(template(`hosts/${name}`)).toBe(text);
  });

  it('has only rendered files', () => {
    expect(HOSTS).toEqual([...renderHostFiles(hostTable).keys()].map((name) => `hosts/${name}`));
  });
});

describe('templates/hosts/_headers', () => {
  const rules = parseHeadersFile(template('hosts/_headers'));

  it('has the shared headers for everything', () => {
    expect(rules.get('/*')).toEqual(sharedHeaders);
  });

  it('has the headers of the table for each path, or those of mutable files in the same directory', () => {
    // A star is at the end or nowhere: a directory has one rule, the most careful of its kinds of files, or the general one.
    const careful = headerRules
      .toSorted((a, b) => a.path.length - b.path.length)
      .toSorted((a, b) => lifetimeOf(a.headers) - lifetimeOf(b.headers));
    for (const path of treeFiles.keys()) {
      const [found, ...more] = [...rules].filter(([rule]) => rule !== '/*' && covers(rule, `/${path}`));
      const start = path.slice(0, path.indexOf('/') + 1);
      const expected = start === '' ? treeHeaders(path) : careful.find((rule) => rule.path.startsWith(start))?.headers;
      expect([path, found?.[1], more]).toEqual([path, expected, []]);
    }
  });

  it('has no rule without a kind of file', () => {
    for (const rule of rules.keys()) {
      expect(
        [...treeFiles.keys()].filter((path) => covers(rule, `/${path}`)),
        rule,
      ).not.toEqual([]);
    }
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

  it('has the headers of the table for each path, by one matcher, for existing files', () => {
    const blocks = [...text.matchAll(/^\t@(\w+) \{\n([^}]*)\t\}\n\theader @(\w+) \{\n([^}]*)\t\}$/gm)];
    expect(text.match(/^\t@/gm)).toHaveLength(blocks.length);
    const found = [...treeFiles.keys()].flatMap((path) =>
      blocks
        .filter(([, , conditions = '']) => caddyMatches(conditions, path))
        .map(([, , , , lines = '']) => [path, headersOfCaddy(lines)] as const),
    );
    expect(found).toEqual([...expectedHeaders]);
    for (const [, name, conditions, user] of blocks)
      expect([user, conditions]).toEqual([name, expect.stringMatching(/^\t\tfile$/m)]);
  });

  it('has the shared headers for everything', () => {
    for (const [name, value] of Object.entries(sharedHeaders)) expect(text).toContain(`\n\theader ${name} ${value}\n`);
  });

  it('compresses what the table says, and nothing else', () => {
    const compressed = [...text.matchAll(/^\tencode @(\w+) gzip$/gm)].map(([, name]) => name);
    expect(compressed).toEqual(['index_json']);
    expect(text.match(/^\s*encode/gm)).toHaveLength(1);
  });
});

describe('templates/hosts/.htaccess', () => {
  const text = template('hosts/.htaccess');

  it('has the headers of the table for each path', () => {
    const blocks = [...text.matchAll(/^<If "%\{REQUEST_URI\} =~ m#(.*)#">\n((?: {2}.*\n)+)<\/If>$/gm)];
    expect(text.match(/^<If/gm)).toHaveLength(blocks.length);
    // The last one counts.
    const lines = (path: string): readonly string[] => [
      ...(text.match(/^Header set .*$/gm) ?? []),
      ...blocks
        .filter(([, pattern = '']) => new RegExp(pattern).test(`/some/where/${path}`))
        .flatMap(([, , own = '']) => own.match(/\S.*/g) ?? []),
    ];
    const found = [...treeFiles.keys()].map((path) => [path, headersOfApache(lines(path))] as const);
    expect(found).toEqual([...expectedHeaders]);
  });

  it('has the shared headers for everything, errors too', () => {
    for (const [name, value] of Object.entries(sharedHeaders)) {
      expect(text).toContain(`\nHeader always set ${name} ${value}\n`);
    }
  });

  it('labels nothing as compressed, and compresses nothing', () => {
    for (const line of ['RemoveEncoding .gz .xz', 'SetEnv no-gzip 1', 'SetEnv no-brotli 1'])
      expect(text).toContain(`\n${line}\n`);
  });
});

describe('templates/native/.github/workflows/publish.yml', () => {
  const workflow = parse(template('.github/workflows/publish.yml'));
  const steps: readonly { readonly uses?: string; readonly run?: string }[] = workflow.jobs.publish.steps;
  const commands = steps.flatMap(({ run }) => run ?? []);

  it('pins every action to a major version', () => {
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(actions).toHaveLength(5);
    for (const action of actions) expect(action).toMatch(/^actions\/[a-z-]+@v\d+$/);
  });

  it('installs the version of repomill it came with, or what a variable names', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const installing = steps.find(({ run }) => run === 'npm install --global "$REPOMILL"');
    const { REPOMILL }: { readonly REPOMILL?: string } = Object(Object(installing).env);
    const [, pinned] = /^\$\{\{ vars\.REPOMILL \|\| 'repomill@(\S+)' \}\}$/.exec(REPOMILL ?? '') ?? [];
    expect(version.startsWith(`${pinned}.`)).toBe(true);
  });

  it('builds on the live site, verifies, uploads and deploys, in this order', () => {
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
    expect(commands[1]).toMatch(/ --previous "\$SITE" \$FIRST$/);
  });

  it('starts without an older version only on request', () => {
    expect(workflow.on.workflow_dispatch.inputs.first).toMatchObject({ type: 'boolean', default: false });
    const building = steps.find(({ run }) => run === commands[1]);
    expect(building).toMatchObject({
      env: { FIRST: expect.stringContaining("inputs.first && '--previous-optional' || ''") },
    });
  });

  it('may write only to Pages', () => {
    expect(workflow.permissions).toEqual({ contents: 'read', pages: 'write', 'id-token': 'write' });
  });

  it('never runs twice at once, and is never cut short', () => {
    expect(workflow.concurrency).toEqual({ group: 'publish', 'cancel-in-progress': false });
  });
});

describe('templates/flatpak/.github/workflows/publish.yml', () => {
  const workflow = parse(template('.github/workflows/publish.yml', flatpak));
  const steps: readonly { readonly uses?: string; readonly run?: string }[] = workflow.jobs.publish.steps;
  const commands = steps.flatMap(({ run }) => run ?? []);

  it('uses the same actions and the same repomill as the other workflow', () => {
    const other = parse(template('.github/workflows/publish.yml')).jobs.publish.steps;
    expect(steps.slice(0, 3)).toEqual(other.slice(0, 3));
    expect(steps.filter(({ uses }) => uses !== undefined)).toHaveLength(2);
  });

  it('continues the tree on the host, adds to it, publishes, verifies and uploads, in this order', () => {
    expect(commands.slice(-8).map((command) => command.split(' ', 2).join(' '))).toEqual([
      'rsync --archive',
      'mkdir published',
      'flatpak remote-add',
      'flatpak-builder --user',
      'flatpak build-update-repo',
      'repomill build',
      'repomill verify',
      'sh hosts/upload.sh',
    ]);
    for (const command of commands.slice(-3)) expect(command).toMatch(/ repo( |$)/);
  });

  it('leaves the summary to repomill, and signs it with the key of the commits', () => {
    expect(commands.at(-4)).toContain(' --no-update-summary --gpg-sign="$KEY" ');
    expect(commands.at(-5)).toContain(' --gpg-sign="$KEY" ');
    expect(commands.at(-3)).toBe(
      'repomill build repo --layout flatpak --out repo --previous published --previous-optional --sign "$KEY"',
    );
  });

  it('may only read the checkout, and never runs twice at once', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.concurrency).toEqual({ group: 'publish', 'cancel-in-progress': false });
  });

  it('builds the existing application', () => {
    const manifest = 'org.example.Hello.yml';
    expect(commands.at(-5)).toContain(` ${manifest}`);
    expect(parse(template(manifest, flatpak)).id).toBe('org.example.Hello');
    expect(template('README.md', flatpak)).toContain(manifest);
  });
});

describe('templates/apt/.github/workflows/publish.yml', () => {
  const workflow = parse(template('.github/workflows/publish.yml', apt));
  const other = parse(template('.github/workflows/publish.yml'));
  const steps: readonly { readonly uses?: string; readonly run?: string; readonly env?: object }[] =
    workflow.jobs.publish.steps;

  it('is that of the native layout, with a package and a key for signing', () => {
    const { steps: _, ...job } = workflow.jobs.publish;
    const { steps: theirs, ...otherJob } = other.jobs.publish;
    expect({ ...workflow, jobs: job }).toEqual({ ...other, jobs: otherJob });
    expect(steps.filter((_step, i) => i !== 2 && i !== 4)).toEqual(
      theirs.filter((_step: unknown, i: number) => i !== 2 && i !== 4),
    );
    expect(steps[2]).toEqual({ ...theirs[2], run: `${theirs[2].run} openpgp` });
    expect(steps[4]?.env).toMatchObject(theirs[4].env);
  });

  it('never has the key in the tree, in a file that others may read, or longer than the build', () => {
    expect(steps[4]?.run?.trimEnd().split('\n')).toEqual([
      `(umask 077 && printf '%s\\n' "$ARCHIVE_KEY" > "$RUNNER_TEMP/archive-secret.asc")`,
      'repomill build . --out "$RUNNER_TEMP/tree" --previous "$SITE" $FIRST --sign "$RUNNER_TEMP/archive-secret.asc"',
      'rm "$RUNNER_TEMP/archive-secret.asc"',
    ]);
    expect(steps.slice(0, 4)).toEqual(steps.slice(0, 4).filter((step) => !JSON.stringify(step).includes('secrets.')));
  });
});

/** In seconds. */
function lifetimeOf(headers: Headers): number {
  return Number(/max-age=(\d+)/.exec(headers['Cache-Control'] ?? '')?.[1]);
}

/** Whether a path with at most one star covers another one. */
function covers(pattern: string, path: string): boolean {
  const [start = '', end] = pattern.split('*');
  return end === undefined ? path === start : path.startsWith(start) && path.endsWith(end);
}

/** Caddy's conditions, of which all must hold. */
function caddyMatches(conditions: string, path: string): boolean {
  return (
    conditions.match(/\S.*/g)?.every((condition) => {
      const [, not, name, text = ''] = /^(not )?(\w+)(?: (.*))?$/.exec(condition) ?? [];
      if (name === 'file') return true;
      if (name !== 'path' && name !== 'path_regexp') throw new Error(`unknown condition ${condition}`);
      const isMet =
        name === 'path'
          ? text.split(' ').some((pattern) => covers(pattern, `/${path}`))
          : new RegExp(text).test(`/${path}`);
      return isMet === (not === undefined);
    }) === true
  );
}

function headersOfCaddy(lines: string): Headers {
  const found = [...lines.matchAll(/^\t\t(\S+) (?:"([^"]*)"|(\S+))$/gm)];
  return Object.fromEntries(found.map(([, name, quoted, bare]) => [name, quoted ?? bare]));
}

function headersOfApache(lines: readonly string[]): Headers {
  return Object.fromEntries(
    lines.map((line) => {
      const [, type, name, value] = /^(?:ForceType ("[^"]+"|\S+)|Header set (\S+) "([^"]+)")$/.exec(line) ?? [];
      return type === undefined ? [name, value] : ['Content-Type', type.replaceAll('"', '')];
    }),
  );
}

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
