/**
 * The lanes: `vitest run --project cli` runs one alone. `unit` is pure and needs nothing but the sources; the others test what
 * is shipped, and build it first. A test that needs more time than its lane allows says so itself.
 */
import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config';

/** A lane of tests that run the built package, in processes of their own. */
function builtLane(name: string): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      globalSetup: ['test/global-setup.ts'],
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  };
}

const unit: TestProjectInlineConfiguration = {
  test: {
    name: 'unit',
    include: ['test/{unit,architecture}/**/*.test.ts'],
    // Modules are loaded once for all files, which halves the time: these tests leave nothing changed that others see.
    pool: 'threads',
    isolate: false,
    unstubGlobals: true,
    // Most take a millisecond; the longest, of a thousand random cases, has to pass on a busy machine, too.
    testTimeout: 30_000,
  },
};

const config: ViteUserConfig = defineConfig({
  test: {
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [unit, ...['pipeline', 'cli', 'contract', 'package', 'docs', 'interop'].map(builtLane)],
  },
});

export default config;
