#!/usr/bin/env node
// Launcher, without logic of its own: it only keeps an old Node from failing with a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`repomill: needs Node 20.19 or newer, this is ${process.versions.node}`);
  process.exitCode = 2;
} else {
  const { main } = await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
}
