/**
 * Code in documents compiles against the package as it is installed, with its declarations checked too: what the README, the
 * pages of docs/ and the examples in TSDoc show is what the types allow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFiles } from '../workspace.ts';
import { packPackage, ROOT, typeCheck } from './packed.ts';

const { consumer, directory } = packPackage();
const pages = ['README.md', ...['docs', 'docs/api'].flatMap((folder) => pagesOf(folder))];

/** What an example takes as given. */
const GIVEN: Readonly<Record<string, string>> = {
  repository: "import('repomill/client').Repository",
  records: "readonly import('repomill/client').PackageRecord[]",
  bytes: 'Uint8Array',
};

/** Blocks of JavaScript and TypeScript, by the name of the module to compile. */
const blocks = Object.fromEntries(
  pages.flatMap((page) =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/(\*\*Example\*\*\n\n)?^```(?:js|ts)\b[^\n]*\n(.*?)^```$/gms)]
      // The pages of the API show declarations as well.
      .filter(([, isExample]) => isExample !== undefined || !page.startsWith('docs/api/'))
      .map(([, , code = ''], i) => [`${page.replaceAll(/\W/g, '-')}-${i + 1}.mts`, withImports(code)]),
  ),
);

// Pages are written for readers: that a list may be empty is not their concern, so `noUncheckedIndexedAccess` is not among these.
const STRICT = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2023'];

describe('code blocks', () => {
  it('are found in the README, on the pages of docs/, and in the examples of the API', () => {
    const kinds = [/^README-md/, /^docs-(?!api)/, /^docs-api-client/, /^docs-api-repomill/];
    expect(kinds.filter((kind) => !Object.keys(blocks).some((name) => kind.test(name)))).toEqual([]);
  });

  it.each([
    ['node16', ['--module', 'node16', '--moduleResolution', 'node16', '--types', 'node']],
    ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler', '--types', 'node']],
    ['exactOptionalPropertyTypes', ['--module', 'nodenext', '--types', 'node', '--exactOptionalPropertyTypes']],
  ])(
    'compile against the installed package, with every declaration checked: %s',
    { timeout: 120_000 },
    (_name, options) => {
      writeFiles(consumer, blocks);
      expect(typeCheck(consumer, [...STRICT, ...options, ...Object.keys(blocks)])).toBe('');
    },
  );

  it('that import the client alone compile for a browser, without the types of Node', { timeout: 120_000 }, () => {
    const ofClient = Object.entries(blocks).filter(([, code]) => !/from 'repomill'|from 'node:/.test(code));
    expect(ofClient.length).toBeGreaterThan(2);
    const modules = Object.fromEntries(ofClient.map(([name, code]) => [`browser-${name}`, code]));
    writeFiles(consumer, modules);
    const options = ['--module', 'esnext', '--moduleResolution', 'bundler', '--types', '', '--lib', 'es2023,dom'];
    expect(typeCheck(consumer, [...STRICT, ...options, ...Object.keys(modules)])).toBe('');
  });
});

describe('CommonJS in TypeScript', () => {
  const code =
    "import { build } from 'repomill';\nimport { openRepository } from 'repomill/client';\nexport const all = { build, openRepository };\n";
  const check = (module: string): string => {
    writeFiles(consumer, { 'common.cts': code });
    return typeCheck(consumer, [...STRICT, '--module', module, '--types', 'node', 'common.cts']);
  };

  it.each(['nodenext', 'node20'])(
    'compiles with module %s, which knows that Node can require modules',
    { timeout: 60_000 },
    (module) => {
      expect(check(module)).toBe('');
    },
  );

  it('is refused with module node16, whose Node cannot', { timeout: 60_000 }, () => {
    expect(check('node16')).toContain('error TS1479');
  });
});

function pagesOf(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

/** An example in TSDoc leaves out the imports of what the package exports; names of the client come first. */
function withImports(code: string): string {
  if (/^import\b/m.test(code)) return code;
  const names = new Set<string>();
  const imports = [
    ['repomill/client', 'client'],
    ['repomill', 'index'],
  ].map(([specifier, face]) => {
    const text = readFileSync(join(directory, `dist/${face}.d.ts`), 'utf8');
    const exported = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)]
      .flatMap(([, list = '']) => list.split(','))
      .map((name) => name.replace(/^\s*(type )?/, '').trim())
      .filter((name) => new RegExp(`\\b${name}\\b`).test(code) && name !== '' && !names.has(name));
    for (const name of exported) names.add(name);
    return exported.length === 0 ? '' : `import { ${exported.join(', ')} } from '${specifier}';\n`;
  });
  const given = Object.entries(GIVEN)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`\\b(const|let) ${name}\\b`).test(code))
    .map(([name, type]) => `declare const ${name}: ${type};\n`);
  return [...imports, ...given, code, 'export {};\n'].join('');
}
