/** Decides the list: the records of every slice, sorted. */
import { encodeText } from '../../../src/bytes/bytes.ts';
import { SLICES } from '../../../src/catalogue/batch.ts';
import type { RecordInput } from '../../../src/catalogue/open-input.ts';
import { defineGenerator, type Generator } from '../../../src/layouts/layout.ts';
import { mutableFile } from '../../../src/publish/tree-plan.ts';
import { LIST_PATH } from './layout.ts';

/** Generates the list. It has no work for threads. */
export const toyGenerator: Generator = defineGenerator<unknown, Record<never, never>, RecordInput>({
  tasks: {},
  checkTree: async () => ({ paths: [], check: async () => undefined }),
  async plan({ input: { catalogue } }) {
    const listings = Array.from({ length: SLICES }, (_, slice) => catalogue.readSlice(slice).listings).flat();
    const lines = listings.map(({ name, version, arch }) => `${name} ${version} ${arch}\n`).sort();
    const file = mutableFile(LIST_PATH, encodeText(lines.join('')));
    return {
      plan: { files: [], mutable: [file], directories: [], owns: (path) => path === LIST_PATH },
      report: (published) => ({
        layout: 'toy',
        state: { lines: lines.length },
        packages: lines.length,
        summaries: [],
        indexSize: published.sizeOf(LIST_PATH),
      }),
    };
  },
});
