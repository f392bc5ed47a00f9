import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findCycles,
  type Import,
  inside,
  outside,
  parseSource,
  reachedFrom,
  SRC,
  showImport,
  sourceFiles,
} from './source-files.ts';

const files = sourceFiles.map(({ path }) => path);
const eager = inside.filter(({ lazy }) => !lazy);

/** The rooms in the order of the table of src/README.md, a row each. A star is the name of a layout. */
const rows = [...readFileSync(join(SRC, 'README.md'), 'utf8').matchAll(/^\| (`[^|]+`) \| [^|]+ \|/gm)].map(([, cell]) =>
  [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, room]) => room ?? ''),
);
const rooms = rows.flat().map((name) => ({ name, pattern: patternOf(name) }));
const rowByFile = new Map(files.map((file) => [file, rows.findIndex((row) => row.includes(roomsOf(file)[0] ?? ''))]));

describe('the sources', () => {
  it('are parsed: this test looks at files, imports of all kinds and exports', () => {
    expect(files.length).toBeGreaterThan(150);
    expect(inside.length).toBeGreaterThan(500);
    expect(inside.filter(({ types }) => types).length).toBeGreaterThan(100);
    expect(inside.filter(({ lazy }) => lazy).length).toBeGreaterThan(5);
    expect(outside.length).toBeGreaterThan(20);
    expect(sourceFiles.flatMap((file) => file.exports).length).toBeGreaterThan(500);
  });

  it('are parsed however they are written', () => {
    const { imports, exports } = parseSource(
      'a/b.ts',
      `import type {
         A,
       } from './a.ts'
       import "../c.ts"; export * from '../d.ts'; export type { E } from './e.ts';
       export const f: typeof import('./f.ts') = await import(/* lazy */ './g.ts');
       export interface H { h: import("./h.ts").H } export { f as i };`,
    );
    expect(imports.map(({ to, types, lazy }) => [to, types, lazy])).toEqual([
      ['a/a.ts', true, false],
      ['c.ts', false, false],
      ['d.ts', false, false],
      ['a/e.ts', true, false],
      ['a/f.ts', true, true],
      ['a/g.ts', false, true],
      ['a/h.ts', true, true],
    ]);
    expect(exports).toEqual(['f', 'H', 'i']);
  });
});

describe('the table of rooms in src/README.md', () => {
  it('has every file of src/ in exactly one room, and no room without a file', () => {
    expect(files.filter((file) => roomsOf(file).length !== 1)).toEqual([]);
    expect(rooms.filter(({ pattern }) => !files.some((file) => pattern.test(file))).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

describe('imports', () => {
  it('lead to files that exist', () => {
    expect(show(inside.filter(({ to }) => !existsSync(join(SRC, to))))).toEqual([]);
  });

  it('name every file of src/ with its extension, as Node needs it', () => {
    expect(show(inside.filter(({ to }) => !/\.(ts|json)$/.test(to)))).toEqual([]);
  });

  it('run one way: up the table of rooms, never down', () => {
    const wrong = inside.filter(({ from, to }) => rowOf(to) > rowOf(from));
    expect(show(wrong)).toEqual([]);
  });

  it('never lead from generator to client, or from client and auditors to generator', () => {
    const generator = /^(config|readers|catalogue|publish|work)\/|^layouts\/[^/]+\/generate\/|^(build|worker)\.ts$/;
    const client = /^client\//;
    const wrong = inside.filter(
      ({ from, to }) =>
        (generator.test(from) && client.test(to)) || (/^(client|audit)\//.test(from) && generator.test(to)),
    );
    expect(show(wrong)).toEqual([]);
    for (const start of ['verify.ts', 'inspect.ts', 'diff.ts']) {
      const loaded = reachedFrom(start, eager);
      expect(loaded.length).toBeGreaterThan(5);
      expect(loaded.filter((file) => /^(readers|catalogue|work)\/|\/generate\/|^build\.ts$/.test(file))).toEqual([]);
    }
  });

  it('never lead from one command to another', () => {
    const commands = inside.filter(({ from, to }) => isCommand(from) && isCommand(to));
    expect(show(commands.filter(({ from }) => from !== 'cli/commands/commands.ts'))).toEqual([]);
    expect(commands.length).toBeGreaterThan(5);
  });

  it('of Node and of packages are in platform/ only, and of yargs in cli/', () => {
    const strays = outside.filter(
      ({ from, to }) => !from.startsWith('platform/') && !(to === 'yargs' && from.startsWith('cli/')),
    );
    expect(show(strays)).toEqual([]);
  });

  it('of Node are written with node:', () => {
    expect(show(outside.filter(({ to }) => builtinModules.includes(to)))).toEqual([]);
  });

  it('never go round in a circle', () => {
    const two = ['a.ts', 'b.ts'].flatMap((path, i) => parseSource(path, `import './${'ba'[i]}.ts';`).imports);
    expect(findCycles(two)).toEqual(['a.ts', 'b.ts']);
    expect(findCycles(inside)).toEqual([]);
  });
});

describe('layouts', () => {
  const layouts = new Set(files.flatMap((file) => layoutOf(file) ?? []));
  const within = inside.filter(({ from }) => layoutOf(from) !== undefined);

  it('are several, each with the same parts', () => {
    expect([...layouts].sort()).toEqual(['apt', 'flatpak', 'native']);
    for (const layout of layouts) {
      const parts = new Set(files.filter((file) => layoutOf(file) === layout).map(partOf));
      for (const optional of ['settings.ts', 'compare']) parts.delete(optional);
      expect(parts).toEqual(new Set(['layout.ts', 'format', 'generate', 'audit', 'inspect.ts', 'words.ts']));
    }
  });

  it('never import each other', () => {
    const wrong = within.filter(({ from, to }) => layoutOf(to) !== undefined && layoutOf(from) !== layoutOf(to));
    expect(show(wrong)).toEqual([]);
  });

  it('audit and recognise without anything of what generates', () => {
    const judges = within.filter(({ from }) => ['audit', 'compare', 'inspect.ts', 'words.ts'].includes(partOf(from)));
    expect(judges.length).toBeGreaterThan(50);
    expect(show(judges.filter(({ to }) => /^(config|readers|catalogue|publish|work)\/|\/generate\//.test(to)))).toEqual(
      [],
    );
  });

  it('have pure formats: kits, model and formats are all that they import', () => {
    const formats = within.filter(({ from }) => partOf(from) === 'format');
    const pure = /^(bytes|text|async|model|query|bzip2|xz|delta|glib|openpgp|ostree|deb)\/|^errors\.ts$/;
    expect(formats.length).toBeGreaterThan(30);
    expect(show(formats.filter(({ to }) => !pure.test(to) && partOf(to) !== 'format'))).toEqual([]);
  });

  it('are known from outside by layout.ts and layouts.ts, except that the client reads native formats', () => {
    // The face for publishers passes on all that the client's does.
    const isOfClient = ({ from, types }: Import): boolean =>
      /^client(\/|\.ts$)/.test(from) || (from === 'index.ts' && types);
    const wrong = inside.filter(
      (one) =>
        !one.from.startsWith('layouts/') &&
        one.to.startsWith('layouts/') &&
        one.to !== 'layouts/layout.ts' &&
        one.to !== 'layouts/layouts.ts' &&
        !(isOfClient(one) && one.to.startsWith('layouts/native/format/')),
    );
    expect(show(wrong)).toEqual([]);
  });

  it('have a light row in the table: it imports its own format and settings, and nothing that has an effect', () => {
    const rowFiles = files.filter((file) => partOf(file) === 'layout.ts');
    expect(rowFiles.length).toBe(layouts.size);
    const own = within.filter(({ from, lazy, types }) => rowFiles.includes(from) && !lazy && !types);
    expect(own.length).toBeGreaterThan(3);
    expect(show(own.filter(({ to }) => !['', 'format', 'settings.ts'].includes(partOf(to))))).toEqual([]);
    for (const row of rowFiles) {
      const loaded = reachedFrom(row, eager);
      expect(loaded.length).toBeLessThan(25);
      expect(loaded.filter((file) => outside.some(({ from, types }) => from === file && !types))).toEqual([]);
    }
  });

  it('are imported by none of their parts', () => {
    expect(show(within.filter(({ to }) => to === 'layouts/layouts.ts' || partOf(to) === 'layout.ts'))).toEqual([]);
  });
});

describe('what client.ts reaches', () => {
  const reached = reachedFrom('client.ts');

  it('is most of client/, and nothing of the generator or the command line', () => {
    expect(reached.filter((file) => file.startsWith('client/')).length).toBeGreaterThan(10);
    expect(
      reached.filter(
        (file) =>
          /^(cli|config|readers|catalogue|publish|audit|work|layouts)\//.test(file) &&
          !file.startsWith('layouts/native/format/'),
      ),
    ).toEqual([]);
  });

  it('imports nothing of Node, so that a browser can run it', () => {
    const ofNode = outside.filter(({ from, to, types }) => !types && reached.includes(from) && to.startsWith('node:'));
    expect(show(ofNode)).toEqual([]);
  });
});

describe('what every start of the command line loads', () => {
  it('is the table of commands, and none of them', () => {
    const loaded = reachedFrom('cli/main.ts', eager);
    expect(loaded.filter((file) => file.startsWith('cli/commands/'))).toEqual(['cli/commands/commands.ts']);
    expect(loaded.filter((file) => !/^(cli|model|platform|text)\/|^errors\.ts$/.test(file))).toEqual([]);
    expect(loaded.length).toBeLessThan(15);
  });
});

function patternOf(room: string): RegExp {
  const text = room.replaceAll('.', '\\.').replaceAll('*', '[^/]+');
  return new RegExp(room.endsWith('/') ? `^${text}` : `^${text}$`);
}

function roomsOf(file: string): readonly string[] {
  return rooms.filter(({ pattern }) => pattern.test(file)).map(({ name }) => name);
}

/** A file that is no TypeScript is in the room of its folder. */
function rowOf(file: string): number {
  return rowByFile.get(file) ?? rows.findIndex((row) => row.includes(roomsOf(file)[0] ?? ''));
}

/** The layout whose folder a file is in. */
function layoutOf(file: string): string | undefined {
  return /^layouts\/([^/]+)\//.exec(file)?.[1];
}

/** The part of a layout that a file is, or is in: `format`, `generate`, `words.ts`. */
function partOf(file: string): string {
  return /^layouts\/[^/]+\/([^/]+)/.exec(file)?.[1] ?? '';
}

function isCommand(file: string): boolean {
  return file.startsWith('cli/commands/');
}

function show(imports: readonly Import[]): readonly string[] {
  return imports.map(showImport);
}
