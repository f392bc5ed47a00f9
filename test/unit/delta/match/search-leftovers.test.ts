import { describe, expect, it } from 'vitest';
import type { BsdiffStep } from '../../../../src/delta/bsdiff40/steps.ts';
import type { Instruction } from '../../../../src/delta/instructions.ts';
import { searchLeftovers } from '../../../../src/delta/match/search-leftovers.ts';

const TEXT = 'abcdefghijklmnopqrstuvwxyz0123456789';

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A step that copies this many old bytes. */
function copy(oldStart: number, length: number, extra = 0): BsdiffStep {
  return { oldStart, differences: [length], extra: extra === 0 ? [] : [new Uint8Array(extra)] };
}

/** What becomes of the leftovers if the matcher returns these steps: `+text`, or the position and differences of a copy. */
async function search(
  leftovers: readonly string[],
  excerpts: readonly (readonly [oldStart: number, text: string])[],
  steps: readonly BsdiffStep[],
): Promise<readonly unknown[]> {
  const instructions: Instruction[] = leftovers.flatMap((text) => [bytesOf(text), { oldStart: 7, differences: [9] }]);
  const old = excerpts.map(([oldStart, text]) => ({ oldStart, bytes: bytesOf(text) }));
  const divided = await searchLeftovers(instructions, old, async () => steps);
  return divided
    .filter((one) => one instanceof Uint8Array || one.differences[0] !== 9)
    .map((one) =>
      one instanceof Uint8Array
        ? `+${String.fromCharCode(...one)}`
        : [one.oldStart, ...one.differences.map((part) => (typeof part === 'number' ? part : [...part]))],
    );
}

describe('searchLeftovers', () => {
  it('copies what the matcher finds, and inserts the rest', async () => {
    const found = await search([`<<${TEXT}>>`], [[1000, TEXT]], [copy(0, 0, 2), copy(0, 36, 2)]);
    expect(found).toEqual(['+<<', [1000, 36], '+>>']);
  });

  it('computes the differences itself', async () => {
    const found = await search([TEXT.replace('k', 'm')], [[1000, TEXT]], [copy(0, 36)]);
    expect(found).toEqual([[1000, 10, [2], 25]]);
  });

  it('cuts a match where the old bytes come from a different excerpt', async () => {
    const excerpts = [
      [1000, TEXT.slice(0, 26)],
      [500, `${TEXT.slice(26)}${TEXT}`],
    ] as const;
    expect(await search([TEXT + TEXT], excerpts, [copy(0, 72)])).toEqual([
      [1000, 26],
      [500, 46],
    ]);
  });

  it('cuts a match where the new bytes belong to a different leftover', async () => {
    expect(await search([`${TEXT}!`, TEXT], [[1000, `${TEXT}!${TEXT}`]], [copy(0, 73)])).toEqual([
      [1000, 37],
      [1037, 36],
    ]);
  });

  it('drops a match that is worth less than 24 equal bytes', async () => {
    expect(await search([TEXT], [[0, TEXT]], [copy(0, 23, 13)])).toEqual([`+${TEXT}`]);
    expect(await search([TEXT], [[0, TEXT]], [copy(0, 24, 12)])).toEqual([[0, 24], `+${TEXT.slice(24)}`]);
    expect(await search([TEXT.replace('d', 'D')], [[0, TEXT]], [copy(0, 25, 11)])).toEqual([
      `+${TEXT.replace('d', 'D')}`,
    ]);
  });

  it('drops the parts of a match that are too short by themselves', async () => {
    const found = await search([TEXT.slice(0, 10), TEXT.slice(10)], [[0, TEXT]], [copy(0, 36)]);
    expect(found).toEqual(['+abcdefghij', [10, 26]]);
  });

  it('calls the matcher once for all leftovers, and not at all if one side is nearly empty', async () => {
    const asked: [string, string][] = [];
    const matcher = async (old: Uint8Array, next: Uint8Array): Promise<readonly BsdiffStep[]> => {
      asked.push([String.fromCharCode(...old), String.fromCharCode(...next)]);
      return [];
    };
    const excerpt = { oldStart: 0, bytes: bytesOf(TEXT) };
    const instructions = [bytesOf('one'), { oldStart: 0, differences: [1] }, bytesOf(TEXT)];
    expect(await searchLeftovers(instructions, [excerpt, excerpt], matcher)).toEqual(instructions);
    await searchLeftovers([bytesOf('one')], [excerpt], matcher);
    await searchLeftovers(instructions, [], matcher);
    expect(asked).toEqual([[TEXT + TEXT, `one${TEXT}`]]);
  });
});
