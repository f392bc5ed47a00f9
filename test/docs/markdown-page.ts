/**
 * Runs the code blocks of a Markdown page as a reader would, in order, in an empty directory:
 *
 * - ```` ```console ````: each line after `$ ` is a command for bash. What it prints, both streams, must be what the block
 *   shows after it; a command that shows nothing only has to succeed. One that shows `repomill: error:` has to fail.
 * - ```` ```yaml path/to/file ````: a block with a path is a file, which is written (any language).
 * - every other block is left alone: `sh` for commands that need a network, a server or a program of others.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A command, and what the page says that it prints. */
export interface Step {
  readonly kind: 'command';
  readonly command: string;
  readonly output: string;
}

/** A file that the page asks the reader to write. */
export interface PageFile {
  readonly kind: 'file';
  readonly path: string;
  readonly content: string;
}

/** Everything on a page that can be done, in order. */
export function readPage(path: string): readonly (Step | PageFile)[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^```(\S+)(?: (\S+))?\n(.*?)^```$/gms)].flatMap(
    ([, language, name, content = '']): readonly (Step | PageFile)[] => {
      if (name !== undefined) return [{ kind: 'file', path: name, content }];
      return language === 'console' ? parseSteps(content) : [];
    },
  );
}

function parseSteps(block: string): readonly Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...output] = step.trimEnd().split('\n');
      return { kind: 'command', command, output: output.join('\n') };
    });
}

/** A directory to try a page in: `examples/` is there, and `npx repomill` and `repomill/client` are this checkout. */
export interface Desk {
  /** Runs a command in bash; what it prints to either stream, in order. */
  run(command: string): { readonly status: number | null; readonly output: string };
  write(file: PageFile): void;
  remove(): void;
}

/** Makes the directory. */
export function openDesk(): Desk {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-page-'));
  const programs = mkdtempSync(join(tmpdir(), 'repomill-programs-'));
  symlinkSync(join(root, 'examples'), join(directory, 'examples'));
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(root, join(directory, 'node_modules/repomill'));
  // `npm ci` is what brought us here.
  writeFileSync(join(programs, 'npm'), '#!/bin/sh\n', { mode: 0o755 });
  const launch = `#!/bin/sh\nshift\nexport npm_command=exec\nexec '${process.execPath}' '${join(root, 'bin/repomill.js')}' "$@"\n`;
  writeFileSync(join(programs, 'npx'), launch, { mode: 0o755 });
  const env = {
    ...process.env,
    PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
    LC_ALL: 'C',
    // A page may clean its caches, and only these.
    XDG_CACHE_HOME: join(programs, 'cache'),
  };
  return {
    run(command) {
      const options = { cwd: directory, env, encoding: 'utf8' } as const;
      const { status, stdout } = spawnSync('bash', ['-c', `exec 2>&1; ${command}`], options);
      return { status, output: stdout.trimEnd() };
    },
    write({ path, content }) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
      rmSync(programs, { recursive: true, force: true });
    },
  };
}
