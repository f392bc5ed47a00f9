/**
 * A second implementation, in Python and from FORMAT.md alone, must read the same records as the client does.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { openRepository } from '../../src/client/repository.ts';
import { formatCanonicalJson } from '../../src/model/canonical-json.ts';
import type { FieldValue } from '../../src/model/record.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { requireProgram } from './programs.ts';

const reader = fileURLToPath(new URL('reader.py', import.meta.url));
const examples = fileURLToPath(new URL('../../examples/debian', import.meta.url));
const workspace = mkdtempSync(join(tmpdir(), 'repomill-python-'));
const debian = join(workspace, 'debian');
const odd = join(workspace, 'odd');
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

function python(...words: string[]): string {
  return execFileSync('python3', [reader, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** What the client reads of a summary, as canonical JSON lines in order. */
async function clientDump(tree: string, arch: string): Promise<readonly string[]> {
  const repository = await openRepository({ source: directorySource(tree) });
  const { hits } = await repository.search([], { arch });
  const names = [...new Set(hits.map((hit) => hit.name))];
  const lines: string[] = [];
  for (const name of names) {
    for (const { record } of await repository.show(name, { arch }))
      lines.push(formatCanonicalJson(record as FieldValue));
  }
  return lines.sort();
}

/** Records with every kind of value and every special cell. */
function oddRecords(): readonly object[] {
  return Array.from({ length: 300 }, (_, i) => ({
    name: i % 2 === 0 ? `lib\u{1f600}${i}` : `package-${i}`,
    version: `1:${i}~rc1`,
    arch: i % 3 === 0 ? 'all' : i % 3 === 1 ? 'x64' : ['x64', 'arm'],
    size: i * 1_000_000_007,
    texts: ['', 'one', 'a,b'].slice(0, i % 4),
    control: `${String.fromCharCode(i % 6)}begins with a control character \0 and holds NUL`,
    often: 'a text that many records of a bucket have in common',
    mixed: i % 5 === 0 ? { deep: [null, true, 1.5, 'é'] } : i,
    ...(i % 7 === 0 ? { sparse: '' } : {}),
    changelog: `Fixed the problem ${i} in the parser of configuration files\n`.repeat(8),
  }));
}

describe.skipIf(!requireProgram('python3'))('the reader in Python', () => {
  beforeAll(async () => {
    await build({ input: examples, out: debian });
    await build({ input: join(examples, 'update'), config: join(examples, 'repomill.yaml'), out: debian });
    const input = mkdtempSync(join(workspace, 'input-'));
    writeFileSync(join(input, 'records.json'), JSON.stringify(oddRecords()));
    writeFileSync(join(input, 'repomill.yaml'), 'name: odd\ncombined: [x64, arm]\ndetails: [changelog]\n');
    await build({ input, out: odd });
  });

  it.each([
    ['debian', 'amd64'],
    ['debian', 'arm64'],
    ['odd', 'x64'],
    ['odd', 'arm'],
    ['odd', 'mips'],
  ])('reads the same records of %s, %s as the client', async (tree, arch) => {
    const lines = python('dump', join(workspace, tree), '--arch', arch).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.sort()).toEqual(await clientDump(join(workspace, tree), arch));
  });

  it('finds both trees right, details, dictionary, deltas and combined file included', () => {
    expect(python('check', debian)).toMatch(/4 summaries, .* 4 deltas/);
    expect(python('check', odd)).toMatch(/3 summaries, .* 300 details/);
    expect(readdirSync(join(odd, 'details')).some((name) => name.endsWith('.dictionary'))).toBe(true);
  });

  it('refuses a tree in which one byte of a summary is another', () => {
    const [name = ''] = readdirSync(join(odd, 'summaries'));
    const file = join(odd, 'summaries', name);
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(() => python('check', odd)).toThrow();
  });
});
