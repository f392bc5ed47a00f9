/**
 * The pages of `docs/api/` are what `npm run docs:api` makes of the declarations in `dist/`: that command is this test, asked to
 * write what differs.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeApiPages } from '../../docs/api-pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'docs/api');
const pages = makeApiPages(join(root, 'dist'));

describe('docs/api/', () => {
  for (const [name, text] of pages) {
    it(`${name} is up to date`, async () => {
      await expect(text).toMatchFileSnapshot(join(folder, name));
    });
  }

  it('has no other pages', () => {
    expect(readdirSync(folder).filter((name) => !pages.has(name))).toEqual([]);
  });

  it('describes everything that the faces export in a sentence', () => {
    const empty = [...pages.values()].flatMap((text) =>
      [...text.matchAll(/^### (\w+)\n\n```/gm)].map(([, name = '']) => name),
    );
    expect(empty).toEqual([]);
  });
});
