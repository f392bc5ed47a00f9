/** What the public faces export is documented. That no type is missing is tested on the package: `test/package/types.test.ts`. */
import { describe, expect, it } from 'vitest';
import { isNode, type SourceFile, type SyntaxNode, sourceFiles } from './source-files.ts';

const fileOf = new Map(sourceFiles.map((file) => [file.path, file]));

/** Something that a file declares. */
interface Declared {
  readonly name: string;
  readonly path: string;
}

describe.each(['client.ts', 'index.ts'])('%s', (face) => {
  const exported = exportsOf(face);

  it('documents each of its functions with an example', () => {
    const functions = exported.filter(({ name, path }) => declarationOf(name, path)?.type === 'FunctionDeclaration');
    expect(functions.length).toBeGreaterThan(4);
    const without = functions.filter(({ name, path }) => !commentOf(name, path).includes('@example'));
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

/** What a public face passes on, and where that is declared. */
function exportsOf(face: string): readonly Declared[] {
  const { text, imports } = sourceAt(face);
  const pathOf = (specifier = ''): string => imports.find((one) => one.specifier === specifier)?.to ?? '';
  const all = [...text.matchAll(/^export \* from '([^']+)';/gm)].flatMap(([, specifier]) =>
    exportsOf(pathOf(specifier)),
  );
  const named = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)].flatMap(
    ([, names = '', specifier]) => {
      const path = pathOf(specifier);
      return names.split(',').flatMap((part) => {
        const name = part.replace(/^\s*type\s/, '').trim();
        return name === '' ? [] : { name, path };
      });
    },
  );
  return [...all, ...named];
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
