/**
 * Bundles the command line, the client and yargs into few files, because a start pays for every file that it loads: with
 * one file for each module, `repomill status` took three times as long, and each worker thread of a build 8 MB more. The
 * generator and what its threads run are bundles of their own, and so are the orders of versions that few repositories have.
 * `dist/` beside `dist/cli/` is what the compiler made, file by file; verify and inspect are taken from there, and so is the
 * one class of errors.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, RolldownOptions } from 'rolldown';

/**
 * Modules of `src/` that stay outside the bundles: auditors and inspectors, which take seconds anyway, and the one class of
 * errors.
 */
const COMPILED = /\/src\/(verify|inspect|errors|layouts\/[^/]+\/(audit\/[^/]+|inspect))\.ts$/;

/** The words of the layouts: only the command line says them. */
const WORDS = /\/src\/layouts\/[^/]+\/words\.ts$/;

/** What the command line never loads by itself: the generators are the build's. */
const GENERATORS = /\/src\/layouts\/[^/]+\/generate\/[^/]+\.ts$/;

/** Outside of the command line's bundle, and the entry of another. */
const GENERATOR = /\/src\/(build|explain|guess)\.ts$/;

/** Loaded on use, by the command line and by the build: entries of a bundle of their own. */
const VERSION_ORDERS = /\/src\/(?:platform\/versions\/(semver|pep440)-order|model\/versions\/(rpm|loose))\.ts$/;

/** A package that users may have beside this one, under a licence of its own. */
const OPTIONAL = 'openpgp';

/** Its package has no text of its licence to put beside the bundle. */
const WITHOUT_LICENCE = 'xz-decompress';

/** SHA-256 for pages without Web Crypto: Node has its own, so the command line never loads it. */
const WITHOUT_NODE = '@noble/hashes/sha2.js';

/**
 * What is put in the place of modules that cost more than they give: text of a module by the name that is imported.
 *
 * - yargs measures its help with string-width, which takes longer to load than all the rest: it compiles patterns for every
 *   emoji. Our help is ASCII, as a test makes sure, and no character of it is wider than another.
 * - yargs lists every directory above the user's for a package.json with a version, which it is told anyway.
 */
const substitutes: ReadonlyMap<string, string> = new Map([
  ['string-width', 'export default (text) => text.length;'],
  ['escalade/sync', `export default () => new URL('../../package.json', import.meta.url);`],
]);

const substitution: Plugin = {
  name: 'substitution',
  resolveId: (id) => (substitutes.has(id) ? `\0${id}` : undefined),
  load: (id) => (id.startsWith('\0') ? substitutes.get(id.slice(1)) : undefined),
};

/** Puts the licences of all packages that were bundled beside the bundle, as they ask. */
const licences = (bundleName: string): Plugin => ({
  name: 'licences',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? Object.keys(file.modules) : []));
    const packages = new Set(
      modules.flatMap((id) => /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/.exec(id)?.[0] ?? []),
    );
    const texts = [...packages].sort().map((directory) => {
      const { name, version }: { readonly name: string; readonly version: string } = JSON.parse(
        readFileSync(join(directory, 'package.json'), 'utf8'),
      );
      // A package under several licences has a file for each.
      const files = readdirSync(directory).filter((entry) => /^licen[cs]e/i.test(entry));
      if (files.length === 0) throw new Error(`${name}: no licence to put beside the bundle`);
      const licence = files.sort().map((file) => readFileSync(join(directory, file), 'utf8').trim());
      return `${name} ${version}\n\n${licence.join('\n\n')}\n`;
    });
    const source = texts.join(`\n${'-'.repeat(80)}\n\n`);
    this.emitFile({ type: 'asset', fileName: `LICENSES-${bundleName}.txt`, source });
  },
});

const shared: RolldownOptions = {
  platform: 'node',
  // The build of fflate for Node loads worker threads, which nothing here uses; that of jsonc-parser cannot be bundled.
  resolve: { alias: { fflate: 'fflate/browser', 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
};

function paths(id: string): string {
  if (GENERATOR.test(id)) return id.replace(/^.*\/(.+)\.ts$/, './$1.js').replace('/build.js', '/generator.js');
  const [, order] = VERSION_ORDERS.exec(id)?.filter((name) => name !== undefined) ?? [];
  if (order !== undefined) return `./versions-${order}.js`;
  return [COMPILED, GENERATORS, WORDS].some((one) => one.test(id)) ? id.replace(/^.*\/src\/(.+)\.ts$/, '../$1.js') : id;
}

const config: readonly RolldownOptions[] = [
  {
    ...shared,
    input: { main: 'src/cli/main.ts' },
    external: [COMPILED, GENERATOR, GENERATORS, VERSION_ORDERS, OPTIONAL, WITHOUT_NODE, WITHOUT_LICENCE],
    preserveEntrySignatures: 'allow-extension',
    plugins: [substitution, licences('main')],
    output: {
      dir: 'dist/cli',
      cleanDir: true,
      paths,
      // A file for what every start needs, one for what several commands share, and one for each command.
      codeSplitting: {
        groups: [
          { name: 'start', tags: ['$initial'], priority: 1 },
          { name: 'shared', minShareCount: 2 },
        ],
      },
      chunkFileNames: '[name].js',
    },
  },
  {
    ...shared,
    input: { generator: 'src/build.ts', explain: 'src/explain.ts', guess: 'src/guess.ts', worker: 'src/worker.ts' },
    external: [COMPILED, WORDS, VERSION_ORDERS, OPTIONAL, WITHOUT_NODE, WITHOUT_LICENCE],
    plugins: [licences('generator')],
    // Decompression without Node is loaded when it is needed, which is never here; the generator has that module anyway.
    checks: { ineffectiveDynamicImport: false },
    output: {
      dir: 'dist/cli',
      paths,
      // One file for what the build and its threads share, and one for each layout.
      codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
      chunkFileNames: 'generator-[name].js',
    },
  },
  {
    ...shared,
    input: {
      semver: 'src/platform/versions/semver-order.ts',
      pep440: 'src/platform/versions/pep440-order.ts',
      rpm: 'src/model/versions/rpm.ts',
      loose: 'src/model/versions/loose.ts',
    },
    plugins: [licences('versions')],
    output: {
      dir: 'dist/cli',
      entryFileNames: 'versions-[name].js',
      codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
      chunkFileNames: 'versions-[name].js',
    },
  },
];

export default config;
