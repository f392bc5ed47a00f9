/**
 * The pages of `docs/` do what they show: their commands run, print what they say, and their links lead somewhere.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../interop/programs.ts';
import { openDesk, readPage } from './markdown-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const topics = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const desks: ReturnType<typeof openDesk>[] = [];
afterAll(() => {
  for (const desk of desks) desk.remove();
});

describe.skipIf(!requireProgram('bash'))('docs/', () => {
  for (const name of topics) {
    const parts = readPage(`docs/${name}`);
    it.skipIf(parts.length === 0)(`${name}: its commands print what it shows`, () => {
      const desk = openDesk();
      desks.push(desk);
      for (const part of parts) {
        if (part.kind === 'file') {
          desk.write(part);
          continue;
        }
        const { command, output } = part;
        const result = desk.run(command);
        if (output !== '') expect({ command, output: result.output }).toEqual({ command, output });
        expect({ command, failed: result.status !== 0 }, result.output).toEqual({
          command,
          failed: /^repomill: error:/m.test(output),
        });
      }
    });
  }

  it('has pages whose commands are run', () => {
    const commands = topics.flatMap((name) => readPage(`docs/${name}`)).filter(({ kind }) => kind === 'command');
    expect(commands.length).toBeGreaterThan(20);
  });

  it('commands.md names every command', () => {
    const { output } = openedDesk().run('npx repomill --help');
    const [commands = ''] = output.split('\nOptions:\n');
    const names = [...commands.matchAll(/^ {2}repomill (\w+)/gm)].map(([, command = '']) => command);
    const page = readFileSync(join(root, 'docs/commands.md'), 'utf8');
    expect(names.length).toBeGreaterThan(9);
    expect(names.filter((command) => !page.includes(`\`${command}`))).toEqual([]);
  });
});

function openedDesk(): ReturnType<typeof openDesk> {
  const desk = openDesk();
  desks.push(desk);
  return desk;
}

describe('links between documents', () => {
  it.each(['docs', 'docs/decisions'])('%s/README.md lists every page of its folder', (folder) => {
    const list = readFileSync(join(root, folder, 'README.md'), 'utf8');
    const pages = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(pages.filter((name) => !list.includes(`](${name})`))).toEqual([]);
  });

  const folders = ['docs', 'examples', 'src', 'templates', 'test'];
  const top = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'bench/README.md'];
  const documents = [...top, ...folders.flatMap(markdownBelow)];
  it.each(documents)('%s: lead to files and headings that are there', (document) => {
    expect(brokenLinks(document)).toEqual([]);
  });
});

function markdownBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

const OURS = /^https:\/\/github\.com\/repomill\/repomill\/(?:blob|tree)\/main\//;

function brokenLinks(document: string): readonly string[] {
  const text = withoutCode(readFileSync(join(root, document), 'utf8'));
  return (
    [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      // Files that are not in the package are linked by their address.
      .map(([, target = '']) => target.replace(OURS, `${relative(dirname(document), '.') || '.'}/`))
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path = '', heading] = target.split('#');
        const file = path === '' ? join(root, document) : join(root, dirname(document), path);
        if (!existsSync(file)) return true;
        return heading !== undefined && !headingsOf(file).includes(heading);
      })
  );
}

/** The names that GitHub gives the headings of a page. */
function headingsOf(file: string): readonly string[] {
  return [...withoutCode(readFileSync(file, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, '');
}
