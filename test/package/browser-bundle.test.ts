/**
 * What a web page loads of `repomill/client`: of each function only what it needs, and nothing of Node or of WebAssembly.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import { makeWorkspace } from '../workspace.ts';
import { ROOT } from './packed.ts';

const CLIENT = JSON.stringify(join(ROOT, 'dist/client.js'));

/** A bundle for browsers: what a page loads at first, and all that it may load later. */
async function bundle(names: string): Promise<{ readonly first: string; readonly all: string }> {
  const entry = join(makeWorkspace(), 'entry.js');
  writeFileSync(entry, `export ${names} from ${CLIENT};`);
  const built = await rolldown({ input: entry, platform: 'browser', logLevel: 'silent' });
  const { output } = await built.generate({ minify: true });
  await built.close();
  const chunks = output.flatMap((file) => (file.type === 'chunk' ? [file] : []));
  const [main] = chunks;
  const atFirst = chunks.filter((one) => one === main || main?.imports.includes(one.fileName));
  const codeOf = (files: typeof chunks): string => files.map(({ code }) => code).join('\n');
  return { first: codeOf(atFirst), all: codeOf(chunks) };
}

describe('a bundle for a web page', () => {
  it.each([
    ['of one order of versions', '{ compareVersions }', 1_000],
    ['of what errors are', '{ RepomillError, formatError }', 1_000],
    ['of a source', '{ httpSource }', 6_000],
    ['of the language of queries', '{ parseQuery, compileQuery }', 6_000],
    ['of what a page needs that searches', '{ openRepository, httpSource }', 20_000],
    ['of everything', '*', 30_000],
  ])('%s is small', async (_, names, most) => {
    expect(gzipSync((await bundle(names)).first).length).toBeLessThan(most);
  });

  it('needs nothing of Node, and no WebAssembly', async () => {
    const { all } = await bundle('*');
    expect(all).not.toMatch(/\bWebAssembly\b|\brequire\(|from\s*["']node:|import\(["']node:/);
  });
});
