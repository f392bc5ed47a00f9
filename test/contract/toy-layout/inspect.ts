/** Says what a list is: its path does, because its bytes could be anything. */
import { decodeText } from '../../../src/bytes/bytes.ts';
import type { InspectedKind, Inspector } from '../../../src/layouts/layout.ts';
import { LIST_PATH } from './layout.ts';

/** A list. */
export interface ToyInspection extends InspectedKind {
  readonly kind: 'list';
  readonly lines: number;
}

/** Inspects lists. */
export const toyInspector: Inspector = {
  async inspect({ content, path }): Promise<ToyInspection | undefined> {
    if (path?.endsWith(LIST_PATH) !== true) return undefined;
    return { kind: 'list', lines: decodeText(content).split('\n').length - 1 };
  },
};
