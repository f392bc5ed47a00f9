/**
 * Every TypeScript file of src/, parsed once: what it imports and exports, its syntax tree and its comments. Tests of the
 * architecture ask these, not the text, so that no way of writing a thing hides it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'rolldown/utils';

/** The directory of the sources. */
export const SRC: string = fileURLToPath(new URL('../../src', import.meta.url));

/** One import of a file, or an export that passes on what another file exports. */
export interface Import {
  readonly from: string;
  /** A path relative to src/, or the name of a package. */
  readonly to: string;
  /** As the file writes it. */
  readonly specifier: string;
  /** The compiler removes it. */
  readonly types: boolean;
  /** It waits until it is called. */
  readonly lazy: boolean;
}

/** A file of src/. */
export interface SourceFile {
  /** Relative to src/, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly tree: SyntaxNode;
  /** The nodes of the tree. */
  readonly nodes: readonly Visited[];
  readonly imports: readonly Import[];
  /** Names that it declares and exports. */
  readonly exports: readonly string[];
  readonly comments: readonly { readonly value: string; readonly start: number }[];
}

/** A node of a syntax tree, as ESTree and typescript-eslint name them. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [member: string]: unknown;
}

/** A node with the node that holds it, and the member of it that does. */
export interface Visited {
  readonly node: SyntaxNode;
  readonly parent: SyntaxNode | undefined;
  readonly member: string;
}

/** All files of src/, sorted by path. */
export const sourceFiles: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path) => parseSource(path, readFileSync(join(SRC, path), 'utf8')));

/** Imports of other files of src/, by paths. */
export const inside: readonly Import[] = sourceFiles.flatMap(({ imports }) => imports).filter(isInside);

/** Imports of packages and of Node. */
export const outside: readonly Import[] = sourceFiles.flatMap(({ imports }) => imports).filter((one) => !isInside(one));

/** Parses one file. Throws if it has an error of syntax. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, module, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const tree = asNode(program);
  const exported = module.staticExports.flatMap(({ entries }) => entries);
  const statements = [
    ...module.staticImports.map(({ start, moduleRequest }) => ({ start, specifier: moduleRequest.value })),
    ...module.staticExports.flatMap(({ start, entries: [entry] }) =>
      entry?.moduleRequest ? [{ start, specifier: entry.moduleRequest.value }] : [],
    ),
  ].map(({ start, specifier }) => ({
    specifier,
    types: /^(import|export)\s+type\b/.test(text.slice(start)),
    lazy: false,
  }));
  const nodes = [...visit(tree)];
  const calls = nodes.flatMap(({ node }) => {
    const source = node.type === 'ImportExpression' || node.type === 'TSImportType' ? node.source : undefined;
    if (!isNode(source) || typeof source.value !== 'string') return [];
    return [{ specifier: source.value, types: node.type === 'TSImportType', lazy: true }];
  });
  return {
    path,
    text,
    tree,
    nodes,
    imports: [...statements, ...calls].map((one) => ({ ...one, from: path, to: resolve(path, one.specifier) })),
    exports: exported.flatMap((entry) => (entry.moduleRequest ? [] : (entry.exportName.name ?? 'default'))),
    comments,
  };
}

/** Every node below a node, and itself. */
export function* visit(node: SyntaxNode, parent?: SyntaxNode, member = ''): Generator<Visited> {
  yield { node, parent, member };
  for (const name in node) {
    const value = node[name];
    if (Array.isArray(value)) {
      for (const one of value) if (isNode(one)) yield* visit(one, node, name);
    } else if (isNode(value)) yield* visit(value, node, name);
  }
}

/** Files that a file reaches by imports that are no types, and itself. */
export function reachedFrom(start: string, edges: readonly Import[] = inside): readonly string[] {
  const next = importsByFile(edges.filter(({ types }) => !types));
  const reached = new Set([start]);
  // A set that grows during a loop is visited to its new end.
  for (const file of reached) for (const to of next.get(file) ?? []) reached.add(to);
  return [...reached];
}

/** Files that reach themselves. */
export function findCycles(edges: readonly Import[]): readonly string[] {
  const next = importsByFile(edges);
  return [...next.keys()].filter((file) => {
    const reached = new Set(next.get(file));
    for (const one of reached) for (const to of next.get(one) ?? []) reached.add(to);
    return reached.has(file);
  });
}

/** An import, for a message. */
export function showImport({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

/** Whether a value is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function importsByFile(edges: readonly Import[]): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  return next;
}

function asNode(value: unknown): SyntaxNode {
  if (!isNode(value)) throw new Error('expected a syntax tree');
  return value;
}

function isInside({ specifier }: Import): boolean {
  return specifier.startsWith('.');
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(SRC, join(SRC, dirname(from), specifier)).replaceAll('\\', '/');
}
