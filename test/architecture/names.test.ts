import { describe, expect, it } from 'vitest';
import {
  inside,
  parseSource,
  reachedFrom,
  type SourceFile,
  showImport,
  sourceFiles,
  type Visited,
} from './source-files.ts';

describe('exported names', () => {
  const declared = sourceFiles.flatMap(({ path, exports }) => [...new Set(exports)].map((name) => ({ path, name })));

  it('occur once in src/', () => {
    expect(declared.length).toBeGreaterThan(500);
    const twice = declared.filter(({ path, name }) =>
      declared.some((other) => other.name === name && other.path !== path),
    );
    expect(twice.map(({ path, name }) => `${name} in ${path}`).sort()).toEqual([]);
  });

  it('are names, never the default', () => {
    expect(declared.filter(({ name }) => name === 'default')).toEqual([]);
  });
});

/** What only Node has. */
const NODE_GLOBALS = ['process', 'Buffer', 'require', 'module', '__dirname', '__filename', 'global', 'setImmediate'];

/** What a result must not depend on: the time, chance, and the machine. */
const SURROUNDINGS = [
  'process.env',
  'process.argv',
  'process.cwd',
  'process.platform',
  'process.hrtime',
  'Date.now',
  'new Date',
  'performance.now',
  'performance.timeOrigin',
  'Math.random',
  'crypto.getRandomValues',
  'crypto.randomUUID',
];

/** Functions of Node that say such things. */
const ASKING = [
  'tmpdir',
  'hostname',
  'homedir',
  'userInfo',
  'availableParallelism',
  'cpus',
  'networkInterfaces',
  'randomUUID',
  'randomBytes',
  'randomInt',
  'performance',
];

describe('what client.ts reaches', () => {
  const reached = new Set(reachedFrom('client.ts'));
  const files = sourceFiles.filter(({ path }) => reached.has(path));

  it('names no global of Node, except where Node is asked for what it has faster', () => {
    expect(files.length).toBeGreaterThan(50);
    const named = files.filter((file) => globalsOf(file).some((name) => NODE_GLOBALS.includes(name)));
    expect(named.map(({ path }) => path)).toEqual([
      'platform/hash/sha256.ts',
      'platform/http/http-source.ts',
      'platform/zlib/gunzip.ts',
    ]);
  });

  it('names it as a member of globalThis there, so that a browser without it sees undefined', () => {
    const bare = files.filter((file) => globalsOf(file, { bare: true }).some((name) => NODE_GLOBALS.includes(name)));
    expect(bare.map(({ path }) => path)).toEqual([]);
  });
});

describe('types', () => {
  it('are asserted over a detour in one place only, which says why', () => {
    const detour = /\bas\s+(?:object|unknown|never)\s+as\b/;
    expect(['a as unknown as B', 'a as object as B', 'a as B'].map((text) => detour.test(text))).toEqual([
      ...[true, true],
      false,
    ]);
    const found = sourceFiles.filter(({ text }) => detour.test(text));
    expect(found.map(({ path }) => path)).toEqual(['platform/threads/workers.ts']);
  });
});

describe('below the command line', () => {
  it('nothing asks the environment, the clock, chance or the machine, with these exceptions', () => {
    const found = sourceFiles
      .filter(({ path }) => !path.startsWith('cli/'))
      .flatMap((file) => [...new Set(surroundingsOf(file))].sort().map((name) => `${file.path}: ${name}`));
    expect(found).toEqual([
      // The name of a lock file until it has its content.
      'platform/files/lock-file.ts: randomUUID',
      // Directories that are gone after the build, and locks, which say which machine and process they belong to.
      'platform/files/lock.ts: process.platform',
      'platform/files/lock.ts: tmpdir',
      // Names of temporary files, which are gone after each write.
      'platform/files/small-files.ts: randomUUID',
      'platform/files/temporary-directory.ts: tmpdir',
      // Names of temporary files, which are gone after each write.
      'platform/files/write-files.ts: randomUUID',
      // For the command line, as the next test says.
      'platform/process/process-figures.ts: availableParallelism',
      'platform/process/process-figures.ts: performance.now',
      'platform/process/process-figures.ts: process.env',
      // Which process holds a lock, or left a temporary directory.
      'platform/process/process-identity.ts: hostname',
      // For the command line.
      'platform/process/terminal.ts: process.env',
      'platform/process/terminal.ts: process.platform',
      'platform/process/user-cache.ts: homedir',
      'platform/process/user-cache.ts: process.env',
      'platform/process/user-cache.ts: process.platform',
      // Names of temporary files, again.
      'platform/workspace/workspace-entry.ts: randomUUID',
    ]);
  });

  it('nothing imports what knows the terminal, the user and the process', () => {
    const knowing = ['terminal', 'user-cache', 'process-figures'].map((name) => `platform/process/${name}.ts`);
    const readers = inside.filter(({ to, types }) => knowing.includes(to) && !types);
    expect(readers.length).toBeGreaterThan(2);
    expect(readers.filter(({ from }) => !from.startsWith('cli/')).map(showImport)).toEqual([]);
  });

  it('nothing writes to the console', () => {
    const found = sourceFiles.filter((file) => globalsOf(file).includes('console'));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe('the search for names', () => {
  const parse = (text: string): SourceFile => parseSource('a.ts', text);

  it('finds globals however they are written', () => {
    const text = 'a(process); Buffer?.from; globalThis.require; globalThis["module"]; global.b; ({ __dirname })';
    expect(globalsOf(parse(text)).filter((name) => NODE_GLOBALS.includes(name))).toEqual([
      'process',
      'Buffer',
      'require',
      'module',
      'global',
      '__dirname',
    ]);
  });

  it('finds no global in the name of a member, a property or a type', () => {
    const text = 'a.process; ({ Buffer: 1 }); interface B { require: 1; module(): 2 } class C { global = 1 }';
    expect(globalsOf(parse(text)).filter((name) => NODE_GLOBALS.includes(name))).toEqual([]);
  });

  it('finds the surroundings however they are written', () => {
    const text =
      'process?.env.A; globalThis.process.env; const { env } = process; new Date; Date.now(); performance["now"]();' +
      'import { tmpdir as t } from "node:os"; import * as os from "node:os"; os.hostname()';
    expect(surroundingsOf(parse(text))).toEqual([
      'process.env',
      'process.env',
      'process.env',
      'new Date',
      'Date.now',
      'performance.now',
      'tmpdir',
      'hostname',
    ]);
    expect(surroundingsOf(parse('new Date(0); const a = { env: b.env, tmpdir }; b.now(); a.homedir'))).toEqual([]);
  });
});

/** Names of variables that a file uses, and of members of `globalThis`; `bare`: without the latter. Types are left out. */
function globalsOf({ nodes }: SourceFile, { bare = false } = {}): readonly string[] {
  return nodes.flatMap((visited) => {
    const name = nameOf(visited);
    if (name !== undefined) return [name];
    const [object, member] = memberOf(visited) ?? [];
    return !bare && object === 'globalThis' && member !== undefined ? [member] : [];
  });
}

function surroundingsOf({ nodes }: SourceFile): readonly string[] {
  return nodes.flatMap((visited) => {
    const { node } = visited;
    const callee = node.type === 'NewExpression' ? Object(node.callee).name : undefined;
    const destructured =
      node.type === 'VariableDeclarator' && Object(node.id).type === 'ObjectPattern'
        ? Object(node.id).properties.map((one: object) => `${lastName(node.init)}.${Object(Object(one).key).name}`)
        : [];
    const [object = '', member = ''] = memberOf(visited) ?? [];
    const imported = node.type === 'ImportSpecifier' ? Object(node.imported).name : undefined;
    const asked = [imported, /^(os|crypto)$/.test(object) ? member : undefined];
    const names = [
      `${object}.${member}`,
      callee === 'Date' && Object(node.arguments).length === 0 ? 'new Date' : undefined,
      ...destructured,
    ];
    return [
      ...names.filter((name) => SURROUNDINGS.includes(name ?? '')),
      ...asked.filter((name) => ASKING.includes(name ?? '')),
    ];
  });
}

/** The name of a variable that is used as a value. */
function nameOf({ node, parent, member }: Visited): string | undefined {
  if (node.type !== 'Identifier' || parent === undefined) return undefined;
  const isKey = member === 'key' && parent.computed !== true && parent.shorthand !== true;
  const isMember = member === 'property' && parent.computed !== true;
  const isOfImport = /^(Import|Export)\w*Specifier$/.test(parent.type);
  const isOfType = /^TS/.test(parent.type) && !/^TS(As|Satisfies|NonNull)/.test(parent.type);
  // A shorthand property is its key and its value: it is counted once.
  const isTwice = member === 'value' && parent.shorthand === true;
  return isKey || isMember || isOfImport || isOfType || isTwice ? undefined : String(node.name);
}

/** `a.b`, `a?.b`, `a['b']` and `globalThis.a.b` as `a` and `b`. */
function memberOf({ node }: Visited): readonly [object: string, member: string] | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const { object, property, computed } = Object(node);
  const member = computed ? property.value : property.name;
  const name = lastName(object);
  return typeof member === 'string' && name !== undefined ? [name, member] : undefined;
}

function lastName(expression: unknown): string | undefined {
  const { type, name, property, computed, expression: inner } = Object(expression);
  if (type === 'Identifier') return name;
  if (type === 'ChainExpression') return lastName(inner);
  if (type !== 'MemberExpression') return undefined;
  return computed ? property.value : property.name;
}
