/**
 * Follows the declarations of the built package: which types the public faces lead to, and which of those no face exports.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { isNode, type SyntaxNode, visit } from '../architecture/source-files.ts';

/** A declaration, by the file that makes it and its name there. */
type Symbol = `${string}#${string}`;

/** A `.d.ts` file, parsed. */
interface Declarations {
  /** What it declares. */
  readonly own: ReadonlyMap<string, SyntaxNode>;
  /** What it imports from other files of the package. */
  readonly imported: ReadonlyMap<string, Symbol>;
  /** What it exports, by the exported name; what it passes on of other files too. */
  readonly exported: ReadonlyMap<string, Symbol>;
}

/**
 * Finds what the types of a face lead to.
 *
 * @param faces - paths of `.d.ts` files
 * @returns the symbols that the faces export, and those that they lead to and do not export, as `path#name`
 */
export function followFaces(faces: readonly string[]): {
  readonly exported: readonly string[];
  readonly hidden: readonly string[];
} {
  const parsed = new Map<string, Declarations>();
  const declarationsOf = (file: string): Declarations => {
    const known = parsed.get(file) ?? parseDeclarations(file);
    parsed.set(file, known);
    return known;
  };
  /** Where a symbol is declared: files pass on what others declare. */
  const originOf = (symbol: Symbol): Symbol => {
    const [file = '', name = ''] = symbol.split('#');
    const { own, exported, imported } = declarationsOf(file);
    if (own.has(name) && !exported.has(name)) return symbol;
    const next = exported.get(name) ?? imported.get(name) ?? symbol;
    return next === symbol ? symbol : originOf(next);
  };
  const exported = new Set(faces.flatMap((face) => [...declarationsOf(face).exported.values()].map(originOf)));
  const reached = new Set(exported);
  for (const symbol of reached) {
    const [file = '', name = ''] = symbol.split('#');
    const { own, imported } = declarationsOf(file);
    const node = own.get(name);
    if (node === undefined) throw new Error(`${file}: declares no ${name}`);
    for (const used of namesUsedBy(node)) {
      const target = imported.get(used) ?? (own.has(used) ? (`${file}#${used}` as const) : undefined);
      if (target !== undefined) reached.add(originOf(target));
    }
  }
  return { exported: [...exported], hidden: [...reached].filter((symbol) => !exported.has(symbol)) };
}

function parseDeclarations(file: string): Declarations {
  const text = readFileSync(file, 'utf8');
  const { program, module } = parseSync(file, text);
  const own = new Map<string, SyntaxNode>();
  const imported = new Map<string, Symbol>();
  const exported = new Map<string, Symbol>();
  for (const statement of program.body) {
    const declaration = 'declaration' in statement ? statement.declaration : statement;
    if (!isNode(declaration)) continue;
    if (declaration.type === 'VariableDeclaration') {
      for (const one of Object(declaration).declarations) own.set(one.id.name, one);
    } else if (isNode(declaration.id)) own.set(String(declaration.id.name), declaration);
  }
  for (const { moduleRequest, entries } of module.staticImports) {
    const target = resolve(file, moduleRequest.value);
    if (target === undefined) continue;
    for (const { importName, localName } of entries)
      imported.set(localName.value, `${target}#${importName.name ?? ''}`);
  }
  for (const { moduleRequest, importName, exportName, localName, start } of module.staticExports.flatMap(
    (one) => one.entries,
  )) {
    const target = moduleRequest ? resolve(file, moduleRequest.value) : undefined;
    const isType = text.startsWith('export type', start);
    if (exportName.name === null) {
      if (target === undefined || importName.kind !== 'AllButDefault') continue;
      const passed = parseDeclarations(target);
      // What a value is made of does not matter to somebody who is given types only.
      const isValue = (name: string): boolean =>
        /^(Variable|Function|TSDeclareF)/.test(passed.own.get(name)?.type ?? '');
      for (const name of passed.exported.keys()) {
        if (!(isType && isValue(name))) exported.set(name, `${target}#${name}`);
      }
    } else if (target !== undefined) exported.set(exportName.name, `${target}#${importName.name ?? ''}`);
    else {
      const name = localName.name ?? exportName.name;
      exported.set(exportName.name, imported.get(name) ?? `${file}#${name}`);
    }
  }
  return { own, imported, exported };
}

/** Names of types that a declaration uses. */
function namesUsedBy(declaration: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  const parameters = new Set<string>();
  for (const { node, parent, member } of visit(declaration)) {
    if (node.type === 'TSTypeParameter') parameters.add(String(Object(node.name).name ?? node.name));
    if (node.type !== 'Identifier' || parent === undefined) continue;
    const isType = parent.type === 'TSTypeReference' && member === 'typeName';
    const isBase = /^TS(InterfaceHeritage|ClassImplements)$/.test(parent.type) && member === 'expression';
    const isSuper = member === 'superClass';
    const isQualified = parent.type === 'TSQualifiedName' && member === 'left';
    if (isType || isBase || isSuper || isQualified) names.add(String(node.name));
  }
  for (const name of parameters) names.delete(name);
  return names;
}

/** The declarations that an import of the package leads to; undefined for another package. */
function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const file = join(dirname(from), specifier.replace(/\.[jt]s$/, '.d.ts'));
  if (!existsSync(file)) throw new Error(`${from}: imports ${specifier}, which is missing`);
  return file;
}
