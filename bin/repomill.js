#!/usr/bin/env node
// Launcher, without logic of its own: it turns an old Node and a missing build into a sentence.
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`repomill: needs Node 20.19 or newer, this is ${process.versions.node}`);
  process.exitCode = 2;
} else {
  try {
    // From Node 22 on, what was compiled once is kept in the machine's temporary directory.
    module.enableCompileCache?.();
    const { main } = await import('../dist/cli/main.js');
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error(`repomill: not built or not installed whole: ${error.message}\n  in a checkout, run: npm ci`);
    process.exitCode = 70;
  }
}
