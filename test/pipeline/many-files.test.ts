import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { openRepository } from '../../src/client.ts';
import { directorySource } from '../../src/platform/directory-source.ts';
import { makeWorkspace } from '../workspace.ts';

const FILES = 100_000;

describe('a directory of 100,000 small files', () => {
  it('gives the 100,000 records that stand in them', { timeout: 300_000 }, async () => {
    const workspace = makeWorkspace();
    const input = join(workspace, 'input');
    mkdirSync(input);
    for (let i = 0; i < FILES; i++) {
      writeFileSync(join(input, `${i}.json`), `{"name":"package-${i}","version":"1","arch":"amd64"}`);
    }
    const out = join(workspace, 'public');
    expect(await build({ input, out })).toMatchObject({ packages: FILES, files: FILES, skipped: [], version: 1 });
    const repository = await openRepository({ source: directorySource(out) });
    for (const i of [0, FILES - 1]) expect(await repository.show(`package-${i}`)).toHaveLength(1);
  });
});
