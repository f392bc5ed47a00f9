import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeWorkspace, writeFiles } from '../workspace.ts';
import { packPackage } from './packed.ts';
import { followFaces } from './public-types.ts';

const { directory } = packPackage();

describe('every type that a public face leads to', () => {
  it.each(['index', 'client'])('is exported by it: dist/%s.d.ts', (face) => {
    const { exported, hidden } = followFaces([join(directory, `dist/${face}.d.ts`)]);
    expect(exported.length).toBeGreaterThan(15);
    expect(hidden.map((symbol) => relative(directory, symbol))).toEqual([]);
  });
});

describe('the search for hidden types', () => {
  it('finds a type that is missing, however it is used', () => {
    const folder = writeFiles(makeWorkspace(), {
      'face.d.ts': `
        import { Base as Renamed } from './a.ts';
        export { type A, make } from './a.ts'; export * from './b.ts';
        export interface Face<T> extends Renamed<T> { other: import('node:fs').Stats; map: Map<T, T> }
      `,
      'a.d.ts': `
        interface Local {} export interface Base<T> { t: T }
        export type A = readonly Local[];
        export declare function make(options: { deep: Deep.Inner | undefined }): Promise<Result>;
        declare namespace Deep { interface Inner {} }
        export interface Result {} export interface Unused {}
      `,
      'b.d.ts': `export declare class B extends C implements D {} declare class C {} export interface D {}`,
    });
    const { exported, hidden } = followFaces([join(folder, 'face.d.ts')]);
    const names = (symbols: readonly string[]): readonly string[] =>
      symbols.map((one) => one.split('#')[1] ?? '').sort();
    expect(names(exported)).toEqual(['A', 'B', 'D', 'Face', 'make']);
    expect(names(hidden)).toEqual(['Base', 'C', 'Deep', 'Local', 'Result']);
  });
});
