/**
 * Makes the pages of `docs/api/` from the declarations that TypeScript emits for the public faces, and their TSDoc. Why this
 * and not TypeDoc: `decisions/api-pages.md`. `npm run docs:api` writes the pages.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** A public face: an entry of `exports` in package.json. */
interface Face {
  /** What users import. */
  readonly specifier: string;
  /** The declarations, relative to the directory of all declarations. */
  readonly file: string;
  readonly page: string;
  readonly about: string;
}

const faces: readonly Face[] = [
  {
    specifier: 'repomill',
    file: 'index.d.ts',
    page: 'repomill.md',
    about: 'For publishers, and for clients in Node: everything of `repomill/client`, and more. Needs Node.',
  },
  {
    specifier: 'repomill/client',
    file: 'client.d.ts',
    page: 'client.md',
    about: 'For clients. Runs in Node and in browsers.',
  },
];

type Kind = 'function' | 'class' | 'constant' | 'type';

/** Something that a face exports. */
interface Entry {
  readonly name: string;
  readonly kind: Kind;
  /** The declaration as TypeScript writes it, without `export declare`. */
  readonly code: string;
  readonly comment: Comment;
}

/** A TSDoc comment, taken apart. All texts are Markdown. */
interface Comment {
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  readonly returns: string | undefined;
  readonly throws: readonly string[];
  /** TypeScript code. */
  readonly examples: readonly string[];
}

/**
 * Makes every page.
 *
 * @param declarations - the directory of the emitted `.d.ts` files
 * @returns the text of each page by its file name
 */
export function makeApiPages(declarations: string): ReadonlyMap<string, string> {
  const documented = faces.map((face) => ({ face, entries: readEntries(declarations, face.file) }));
  return new Map([
    ['README.md', formatOverview(documented)],
    ...documented.map(({ face, entries }) => [face.page, formatPage(face, entries)] as const),
  ]);
}

function readEntries(declarations: string, file: string): readonly Entry[] {
  return [...exportsOf(join(declarations, file)).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a file exports, by name: its own declarations and those that it passes on. */
function exportsOf(file: string): ReadonlyMap<string, Entry> {
  const source = readFileSync(file, 'utf8');
  const entries = new Map<string, Entry>();
  for (const statement of parseAst(source, { lang: 'dts' }, file).body) {
    for (const entry of exportedBy(statement, source, file)) {
      const overloaded = entries.get(entry.name);
      const code = overloaded === undefined ? entry.code : `${overloaded.code}\n${entry.code}`;
      entries.set(entry.name, { ...entry, ...overloaded, code });
    }
  }
  return entries;
}

function exportedBy(statement: Statement, source: string, file: string): readonly Entry[] {
  if (statement.type === 'ExportAllDeclaration') {
    const all = [...exportsOf(pathOf(statement.source.value, file)).values()];
    return statement.exportKind === 'type' ? all.filter(({ kind }) => kind === 'type') : all;
  }
  if (statement.type !== 'ExportNamedDeclaration') return [];
  if (statement.source !== null) {
    const from = exportsOf(pathOf(statement.source.value, file));
    return statement.specifiers.map(({ local, exported }) => {
      const entry = from.get(nameOf(local));
      if (entry === undefined) throw new Error(`${file}: ${nameOf(local)}: not exported by ${statement.source?.value}`);
      return { ...entry, name: nameOf(exported) };
    });
  }
  const declared = statement.declaration === null ? undefined : declaredBy(statement.declaration);
  if (declared === undefined) return [];
  const code = formatCode(source.slice(statement.start, statement.end));
  return [{ ...declared, code, comment: commentBefore(source, statement.start) }];
}

function pathOf(specifier: string, from: string): string {
  return join(dirname(from), specifier.replace(/\.ts$/, '.d.ts'));
}

type Statement = ReturnType<typeof parseAst>['body'][number];
type Declaration = NonNullable<Extract<Statement, { type: 'ExportNamedDeclaration' }>['declaration']>;

function declaredBy(declaration: Declaration): { readonly name: string; readonly kind: Kind } | undefined {
  switch (declaration.type) {
    case 'TSDeclareFunction':
      return declaration.id === null ? undefined : { name: declaration.id.name, kind: 'function' };
    case 'ClassDeclaration':
      return declaration.id === null ? undefined : { name: declaration.id.name, kind: 'class' };
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return { name: declaration.id.name, kind: 'type' };
    case 'VariableDeclaration': {
      const id = declaration.declarations[0]?.id;
      return id?.type === 'Identifier' ? { name: id.name, kind: 'constant' } : undefined;
    }
    default:
      return undefined;
  }
}

function nameOf(name: { readonly type: string; readonly name?: string; readonly value?: string }): string {
  return name.name ?? name.value ?? '';
}

// TypeScript indents by four spaces. What is private to a class is nobody's business outside.
function formatCode(code: string): string {
  return code
    .replace(/^export (?:declare )?/, '')
    .replaceAll(/^ {4}#private;\n/gm, '')
    .replaceAll(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2));
}

function commentBefore(source: string, start: number): Comment {
  const [, text = ''] = /\/\*\*((?:(?!\*\/).)*)\*\/\s*$/s.exec(source.slice(0, start)) ?? [];
  return parseComment(text);
}

function parseComment(text: string): Comment {
  const lines = text.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const [summary = '', ...blocks] = lines
    .join('\n')
    .trim()
    .split(/^(?=@\w+)/m);
  const tagged = blocks.map((block) => {
    const [, tag = '', content = ''] = /^@(\w+)\s*(.*)$/s.exec(block) ?? [];
    return { tag, content: content.trim() };
  });
  const all = (tag: string): readonly string[] => tagged.filter((one) => one.tag === tag).map(({ content }) => content);
  const known = ['param', 'typeParam', 'returns', 'throws', 'example', 'module'];
  const unknown = tagged.find(({ tag }) => !known.includes(tag));
  if (unknown !== undefined) throw new Error(`@${unknown.tag}: expected one of ${known.join(', ')}`);
  return {
    summary: formatText(summary),
    parameters: [...all('typeParam'), ...all('param')].map((content) => {
      const [, name = '', about = ''] = /^(\S+)\s+(?:-\s+)?(.*)$/s.exec(content) ?? [];
      return { name, text: formatText(about) };
    }),
    returns: all('returns').map(formatText)[0],
    throws: all('throws').map(formatText),
    examples: all('example').map((content) => content.replaceAll(/^```\w*\n?|```$/gm, '').trim()),
  };
}

// One line for each paragraph, and `{@link X}` as a link within the page.
function formatText(text: string): string {
  return text
    .trim()
    .split(/\n\n+/)
    .map((paragraph) => (/^[-*] /m.test(paragraph) ? paragraph : paragraph.replaceAll(/\s*\n\s*/g, ' ')))
    .join('\n\n')
    .replaceAll(/\{@link (\w+)\}/g, (_, name: string) => `[\`${name}\`](#${name.toLowerCase()})`);
}

const headings: readonly (readonly [Kind, string])[] = [
  ['function', 'Functions'],
  ['class', 'Classes'],
  ['constant', 'Constants'],
  ['type', 'Types'],
];

function formatPage({ specifier, about }: Face, entries: readonly Entry[]): string {
  const sections = headings.flatMap(([kind, heading]) => {
    const those = entries.filter((entry) => entry.kind === kind);
    return those.length === 0 ? [] : [`## ${heading}`, ...those.map((entry) => formatEntry(entry, entries))];
  });
  return `${[generated, `# ${specifier}`, about, ...sections].join('\n\n')}\n`;
}

const generated = '<!-- Made by `npm run docs:api` from the TSDoc in src/. Edit it there. -->';

function formatEntry({ name, code, comment }: Entry, entries: readonly Entry[]): string {
  const { summary, parameters, returns, throws, examples } = comment;
  const mentioned = entries.filter((other) => other.name !== name && mentions(code, other.name));
  return [
    `### ${name}`,
    summary,
    formatBlock(code),
    parameters.map((parameter) => `- \`${parameter.name}\`: ${parameter.text}`).join('\n'),
    returns === undefined ? '' : `**Returns** ${returns}`,
    ...throws.map((text) => `**Throws** ${text}`),
    ...examples.map((example) => `**Example**\n\n${formatBlock(example)}`),
    mentioned.length === 0 ? '' : `See ${mentioned.map((other) => linkTo(other.name)).join(', ')}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

// In types, not in comments or as the name of a member.
function mentions(code: string, name: string): boolean {
  const types = code.replaceAll(/\/\*\*.*?\*\//gs, '').replaceAll(/'[^']*'/g, '');
  return new RegExp(`(?<![\\w.])${name}(?![\\w?(:])`).test(types);
}

function linkTo(name: string, page = ''): string {
  return `[\`${name}\`](${page}#${name.toLowerCase()})`;
}

function formatBlock(code: string): string {
  return `\`\`\`ts\n${code}\n\`\`\``;
}

function formatOverview(documented: readonly { readonly face: Face; readonly entries: readonly Entry[] }[]): string {
  const sections = documented.flatMap(({ face, entries }) => [
    `## [${face.specifier}](${face.page})`,
    face.about,
    formatTable(entries, face.page),
  ]);
  return `${[generated, '# API', introduction, ...sections].join('\n\n')}\n`;
}

const introduction = `Two entry points, both ES modules with types. Everything that they throw on purpose is a
[\`RepomillError\`](repomill.md#repomillerror).`;

function formatTable(entries: readonly Entry[], page: string): string {
  const rows = headings
    .flatMap(([kind]) => entries.filter((entry) => entry.kind === kind))
    .map(({ name, comment }) => `| ${linkTo(name, page)} | ${firstSentence(comment.summary)} |`);
  return ['| | |', '|---|---|', ...rows].join('\n');
}

function firstSentence(text: string): string {
  const [paragraph = ''] = text.split('\n\n');
  const [sentence = ''] = /^.*?(?:\.(?=\s|$)|$)/s.exec(paragraph) ?? [];
  return sentence.replace(/\.$/, '').replaceAll('|', '\\|');
}
