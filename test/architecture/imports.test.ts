import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** One import of a file. `types` are imports that the compiler removes, `lazy` ones wait until they are called. */
interface Import {
  readonly from: string;
  readonly to: string;
  readonly types: boolean;
  readonly lazy: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .sort();
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(SRC, file), 'utf8')));
const inside = imports.filter(({ to }) => to.startsWith('.')).map((one) => ({ ...one, to: resolveImport(one) }));
const outside = imports.filter(({ to }) => !to.startsWith('.'));

/** The rooms in the order of the table of src/README.md; rooms of one row stand side by side. */
const rows = [...readFileSync(join(SRC, 'README.md'), 'utf8').matchAll(/^\| (`[^|]+`) \| [^|]+ \|/gm)].map(([, cell]) =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, room]) => room ?? ''),
);

describe('the table of rooms in src/README.md', () => {
  it('has every file of src/ in exactly one room, and no room without a file', () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
    expect(rows.flat().filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
  });
});

describe('imports', () => {
  it('lead to files that are there', () => {
    expect(inside.filter(({ to }) => !existsSync(join(SRC, to))).map(show)).toEqual([]);
  });

  it('name every file of src/ with its extension, as Node needs it', () => {
    expect(inside.filter(({ to }) => !/\.(ts|json)$/.test(to)).map(show)).toEqual([]);
  });

  it('run one way: down the table of rooms, never up, and never between the public faces', () => {
    const upwards = inside.filter(({ from, to }) => rankOf(from) < rankOf(to));
    const betweenFaces = inside.filter(({ from, to }) => from !== to && isFace(from) && isFace(to));
    expect([...upwards, ...betweenFaces].map(show)).toEqual([]);
  });

  it('never lead from generator to client, or from client to generator', () => {
    const generator = ['config/', 'readers/', 'publish/', 'layouts/', 'build.ts'];
    const belongs = (file: string, rooms: readonly string[]): boolean => rooms.includes(roomOf(file) ?? '');
    const between = inside.filter(
      ({ from, to }) =>
        (belongs(from, generator) && belongs(to, ['client/'])) ||
        (belongs(from, ['client/', 'verify/', 'verify.ts', 'inspect/', 'inspect.ts']) && belongs(to, generator)),
    );
    expect(between.map(show)).toEqual([]);
  });

  it('never lead from one layout to another, or from one command to another', () => {
    const folderOf = (file: string): string | undefined => /^(?:layouts\/[^/]+|cli\/commands)(?=\/)/.exec(file)?.[0];
    const layouts = inside.filter(
      ({ from, to }) =>
        from.startsWith('layouts/') &&
        to.startsWith('layouts/') &&
        folderOf(to) !== undefined &&
        folderOf(from) !== folderOf(to),
    );
    const commands = inside.filter(
      ({ from, to }) =>
        from !== 'cli/commands/commands.ts' && folderOf(from) === 'cli/commands' && folderOf(to) === 'cli/commands',
    );
    expect([...layouts, ...commands].map(show)).toEqual([]);
  });

  it('of Node and of other packages stand in platform/ alone, and yargs in cli/', () => {
    const strays = outside.filter(
      ({ from, to }) => !from.startsWith('platform/') && !(to === 'yargs' && from.startsWith('cli/')),
    );
    expect(strays.map(show)).toEqual([]);
  });

  it('of Node are written with node:', () => {
    expect(outside.filter(({ to }) => builtinModules.includes(to)).map(show)).toEqual([]);
  });

  it('never go round in a circle', () => {
    expect(findCycles(inside.filter(({ types }) => !types))).toEqual([]);
  });
});

describe('what client.ts reaches', () => {
  const reached = reachedFrom('client.ts');

  it('is most of client/, and nothing of the generator or the command line', () => {
    expect(reached.filter((file) => file.startsWith('client/')).length).toBeGreaterThan(10);
    expect(reached.filter((file) => /^(cli|config|readers|publish|layouts|verify)\b/.test(file))).toEqual([]);
  });

  it('imports nothing of Node, so that a browser can run it', () => {
    const ofNode = outside.filter(({ from, to, types }) => !types && reached.includes(from) && to.startsWith('node:'));
    expect(ofNode.map(show)).toEqual([]);
  });

  it('names no global of Node', () => {
    const named = reached.filter((file) => /\b(process|Buffer|require|__dirname)\b[.(]/.test(codeOf(file)));
    expect(named).toEqual([]);
  });
});

describe('what every start of the command line loads', () => {
  it('is the table of commands, and none of them', () => {
    const atOnce = inside.filter(({ lazy }) => !lazy);
    const loaded = reachedFrom('cli/main.ts', atOnce);
    expect(loaded.filter((file) => file.startsWith('cli/commands/'))).toEqual(['cli/commands/commands.ts']);
    expect(loaded.filter((file) => !/^(cli|model|platform)\/|^errors\.ts$/.test(file))).toEqual([]);
    expect(loaded.length).toBeLessThan(15);
  });
});

describe('below the command line', () => {
  it('nobody asks the environment, the clock or chance', () => {
    const forTheCommandLine = ['terminal', 'user-cache', 'process-figures'].map(
      (name) => `platform/process/${name}.ts`,
    );
    const asks = files.filter((file) => !file.startsWith('cli/') && !forTheCommandLine.includes(file));
    const found = asks.filter((file) =>
      /process\.env|Date\.now|new Date\(\)|Math\.random|randomUUID|performance\.now/.test(codeOf(file)),
    );
    expect(found).toEqual([]);
    const readers = inside.filter(({ to, types }) => forTheCommandLine.includes(to) && !types);
    expect(readers.filter(({ from }) => !from.startsWith('cli/')).map(show)).toEqual([]);
  });

  it('nobody writes to the console', () => {
    expect(files.filter((file) => /\bconsole\./.test(codeOf(file)))).toEqual([]);
  });
});

function importsOf(from: string, text: string): Import[] {
  const code = withoutComments(text);
  const statements = code.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const calls = code.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g);
  return [
    ...[...statements].map(([, type, to]) => ({ from, to: to ?? '', types: type !== undefined, lazy: false })),
    ...[...calls].map(([, to]) => ({ from, to: to ?? '', types: false, lazy: true })),
  ];
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function codeOf(file: string): string {
  return withoutComments(readFileSync(join(SRC, file), 'utf8'));
}

function resolveImport({ from, to }: Import): string {
  return relative(SRC, join(SRC, dirname(from), to)).replaceAll('\\', '/');
}

function roomOf(file: string): string | undefined {
  return rows.flat().find((room) => (room.endsWith('/') ? file.startsWith(room) : file === room));
}

function rankOf(file: string): number {
  return rows.findIndex((row) => row.includes(roomOf(file) ?? ''));
}

function isFace(file: string): boolean {
  return file === 'index.ts' || file === 'client.ts';
}

function show({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

function reachedFrom(start: string, edges: readonly Import[] = inside): readonly string[] {
  const reached = new Set([start]);
  // A set that grows while it is walked is walked to its new end.
  for (const file of reached) {
    for (const { from, to, types } of edges) if (from === file && !types) reached.add(to);
  }
  return [...reached];
}

/** Files that reach themselves. */
function findCycles(edges: readonly Import[]): readonly string[] {
  return files.filter((file) => {
    const reached = new Set<string>();
    const next = [file];
    for (const one of next) {
      for (const { from, to } of edges) {
        if (from !== one || reached.has(to)) continue;
        reached.add(to);
        next.push(to);
      }
    }
    return reached.has(file);
  });
}
