#!/usr/bin/env node
// Writes the host files of hosts/ anew, from the header rules of all layouts: `npm run templates` does, after a build.
import { writeFileSync } from 'node:fs';
import { hostTable } from '../dist/layouts/layouts.js';
import { renderHostFiles } from '../dist/publish/hosts/host-files.js';

for (const [name, text] of renderHostFiles(hostTable)) writeFileSync(new URL(`hosts/${name}`, import.meta.url), text);
