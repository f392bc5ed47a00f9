import { describe, expect, it } from 'vitest';
import { isNode, type SourceFile, type SyntaxNode, sourceFiles, visit } from './source-files.ts';

const fileOf = new Map(sourceFiles.map((file) => [file.path, file]));

/** Something that a file declares. */
interface Declared {
  readonly name: string;
  readonly path: string;
}

describe.each(['client.ts', 'index.ts'])('%s', (face) => {
  const exported = exportsOf(face);

  it('exports every type that its exports are made from', () => {
    expect(exported.length).toBeGreaterThan(20);
    const known = new Set(exported.map(keyOf));
    const missing = reachedTypes(exported).filter((one) => !known.has(keyOf(one)));
    expect(missing.map(({ name, path }) => `${name} of ${path}`)).toEqual([]);
  });

  it('documents each of its functions with an example', () => {
    const functions = exported.filter(({ name, path }) => declarationOf(name, path)?.type === 'FunctionDeclaration');
    expect(functions.length).toBeGreaterThan(4);
    const without = functions.filter(({ name, path }) => !commentOf(name, path).includes('@example'));
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

describe('index.ts', () => {
  it('exports all that client.ts does, so that users of Node need one import', () => {
    const known = new Set(exportsOf('index.ts').map(keyOf));
    expect(exportsOf('client.ts').filter((one) => !known.has(keyOf(one)))).toEqual([]);
  });
});

function keyOf({ name, path }: Declared): string {
  return `${path} ${name}`;
}

/** What a public face passes on, and where that is declared. */
function exportsOf(face: string): readonly Declared[] {
  const { text, imports } = sourceAt(face);
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)].flatMap(([, names = '', specifier]) => {
    const path = imports.find((one) => one.specifier === specifier)?.to ?? '';
    return names.split(',').flatMap((part) => {
      const name = part.replace(/^\s*type\s/, '').trim();
      return name === '' ? [] : { name, path };
    });
  });
}

/** Interfaces, classes and types that appear in what some names declare, and in what those declare, and so on. */
function reachedTypes(start: readonly Declared[]): readonly Declared[] {
  const reached = new Map(start.map((one) => [keyOf(one), one]));
  // A map that grows during a loop is visited to its new end.
  for (const { name, path } of reached.values()) {
    for (const used of typesIn(declarationOf(name, path))) {
      const found = findType(used, path);
      if (found !== undefined) reached.set(keyOf(found), found);
    }
  }
  return [...reached.values()];
}

/** Names of the types that a declaration uses where others see it: not in a body, not in a private member. */
function typesIn(node: SyntaxNode | undefined): readonly string[] {
  if (node === undefined || node.type === 'BlockStatement' || isPrivate(node)) return [];
  if (node.type === 'VariableDeclarator' && isNode(node.init)) return typesIn(asNode(node.id));
  const own =
    node.type === 'TSTypeReference' ? node.typeName : node.type === 'TSInterfaceHeritage' ? node.expression : '';
  const below = Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
  return [...(isNode(own) ? [nameOf(own)] : []), ...below.flatMap(typesIn)];
}

function isPrivate({ key }: SyntaxNode): boolean {
  return isNode(key) && key.type === 'PrivateIdentifier';
}

/** The type of a name as a file knows it: declared there or imported; undefined for one of TypeScript or a package. */
function findType(name: string, path: string): Declared | undefined {
  if (declarationOf(name, path) !== undefined) return { name, path };
  const file = sourceAt(path);
  const imported = [...file.text.matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']+)';/gm)].find(([, names = '']) =>
    names.split(',').some((part) => part.replace(/^\s*type\s/, '').trim() === name),
  );
  const to = file.imports.find(({ specifier }) => specifier === imported?.[2])?.to;
  return to === undefined ? undefined : findType(name, to);
}

function declarationOf(name: string, path: string): SyntaxNode | undefined {
  const { tree } = sourceAt(path);
  const statements = Array.isArray(tree.body) ? tree.body.filter(isNode) : [];
  return statements
    .map((one) => (isNode(one.declaration) ? one.declaration : one))
    .flatMap((one) => (Array.isArray(one.declarations) ? one.declarations.filter(isNode) : [one]))
    .find((one) => isNode(one.id) && nameOf(one.id) === name);
}

/** The comment right before the export of a name. */
function commentOf(name: string, path: string): string {
  const { text, comments } = sourceAt(path);
  const start = text.search(new RegExp(`^export (?:async )?function ${name}\\b`, 'm'));
  return comments.findLast((one) => one.start < start)?.value ?? '';
}

function nameOf(node: SyntaxNode): string {
  return typeof node.name === 'string' ? node.name : '';
}

function sourceAt(path: string): SourceFile {
  const file = fileOf.get(path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file;
}

function asNode(value: unknown): SyntaxNode {
  if (!isNode(value)) throw new Error('expected a node');
  return value;
}

describe('the search for types', () => {
  it('finds what a declaration uses, wherever others see it', () => {
    const pull = declarationOf('pull', 'client/pull/pull.ts');
    expect(typesIn(pull)).toEqual(['PullOptions', 'Promise', 'PullReport']);
    expect([...visit(asNode(pull))].length).toBeGreaterThan(20);
    expect(findType('Selection', 'client/pull/pull.ts')).toEqual({ name: 'Selection', path: 'client/selection.ts' });
  });
});
