import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseSource, type SourceFile, sourceFiles } from './source-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A place in a text that people read. */
interface Passage {
  /** Relative to the root. */
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Words and phrases that an English speaker would not write here. */
const TICS: readonly RegExp[] = [
  /\bwhoever\b/i,
  /\bshall\b/i,
  /\bha(s|ve|d) it(, but)? not\b/i,
  /(?<!if there )\b(is|are|be|was|were) none\b/i,
  /\bnone that\b/i,
  /\b(stand|stands|stood|standing)\b(?! for\b)/i,
  /\bnobody\b/i,
  /\btold\b/i,
  /(?<!-)\bstrangers?\b/i,
  /(?<!version )\bbehind\b/i,
  /\bin vain\b/i,
  /\bof account\b/i,
];

const comments = sourceFiles.flatMap(commentsOf);
const messages = sourceFiles.flatMap(messagesOf);
const documents = readdirSync(ROOT, { encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .concat(...['src', 'docs', 'examples', 'templates', 'test', 'bench'].map(documentsBelow))
  .sort()
  .flatMap((path) => linesOf(path, readFileSync(join(ROOT, path), 'utf8')));

describe('comments, messages and documents', () => {
  it('are found', () => {
    expect(comments.length).toBeGreaterThan(1000);
    expect(messages.length).toBeGreaterThan(300);
    expect(documents.length).toBeGreaterThan(500);
  });

  it.each([
    ['comments', comments],
    ['messages', messages],
    ['documents', documents],
  ])('%s are written in plain English', (_kind, passages) => {
    const found = passages.flatMap(({ path, line, text }) =>
      TICS.flatMap((tic) => tic.exec(withoutCode(text))?.[0] ?? []).map((words) => `${path}:${line}: ${words}`),
    );
    expect(found).toEqual([]);
  });
});

describe('flatpak', () => {
  const rooms = /^src\/(layouts\/flatpak\/|ostree\/|glib\/|readers\/ostree\/|layouts\/layouts\.ts$)/;

  it('is named by no file outside of its rooms and the table of layouts; comments may give a source', () => {
    const named = sourceFiles
      .filter(({ path }) => !rooms.test(`src/${path}`))
      .filter(({ text, comments: ignored }) => /flatpak/i.test(withoutComments(text, ignored)));
    expect(named.map(({ path }) => path)).toEqual([]);
  });
});

describe('the search', () => {
  it('finds comments and messages, and no code', () => {
    const text = `/* one */ const shall = \`a \${shall} b\` + "two"; // three\ntype A = "four"; throw new B("c", 'five');`;
    const file = parseSource('a.ts', text);
    expect(commentsOf(file).map((one) => [one.line, one.text])).toEqual([
      [1, 'one'],
      [1, 'three'],
    ]);
    expect(messagesOf(file).map((one) => one.text.trim())).toEqual(['a', 'b', 'two', 'four', 'c', 'five']);
  });
});

function commentsOf({ path, text, comments: found }: SourceFile): readonly Passage[] {
  return found.flatMap(({ value, start }) =>
    value.split('\n').map((line, i) => ({
      path: `src/${path}`,
      line: lineAt(text, start) + i,
      text: line.replace(/^\s*\*?\s*/, '').trimEnd(),
    })),
  );
}

/** Texts of the code, but for the names of files that it imports. */
function messagesOf({ path, text, nodes }: SourceFile): readonly Passage[] {
  return nodes.flatMap(({ node, parent, member }) => {
    const value = node.type === 'Literal' ? node.value : node.type === 'TemplateElement' ? Object(node.value).raw : '';
    if (typeof value !== 'string' || value === '' || member === 'source' || parent === undefined) return [];
    return [{ path: `src/${path}`, line: lineAt(text, node.start), text: value }];
  });
}

function documentsBelow(folder: string): readonly string[] {
  try {
    return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.md'));
  } catch {
    return [];
  }
}

/** The lines of a document outside of its blocks of code. */
function linesOf(path: string, text: string): readonly Passage[] {
  const prose = text.replaceAll(/^```.*?^```/gms, (block) => block.replaceAll(/[^\n]/g, ''));
  return prose.split('\n').map((line, i) => ({ path, line: i + 1, text: line }));
}

/** Without what is between backticks. */
function withoutCode(text: string): string {
  return text.replaceAll(/`[^`]*`/g, '``');
}

function lineAt(text: string, start: number): number {
  return text.slice(0, start).split('\n').length;
}

function withoutComments(text: string, found: SourceFile['comments']): string {
  let code = text;
  for (const { start, value } of found) {
    // Both kinds of comment have two characters before what they say.
    code = code.slice(0, start) + ' '.repeat(value.length + 2) + code.slice(start + value.length + 2);
  }
  return code;
}
