import { describe, expect, it } from 'vitest';
import type { Build } from './builds.ts';
import { changeBoth, copyTwice, publishBoth } from './pair.ts';
import { requireFlatpak } from './programs.ts';
import { commitBuild, removeAllRefs, removeRef } from './repository.ts';
import { openStage } from './stage.ts';

const ROUNDS = 12;
const NAMES = ['a', 'b', 'a.b', 'a-b', 'A', 'ab', 'a_b', 'a.B', 'b0', 'b.0'];

describe.skipIf(!requireFlatpak())('an exact build writes byte for byte what flatpak writes', () => {
  const stage = openStage();

  it.each([1, 2])('for a repository that changes by chance, with seed %i', async (seed) => {
    const pair = copyTwice(stage.base, stage.newDirectory(), stage.environment);
    await changeBoth(pair, removeAllRefs);
    const draw = drawer(seed);
    const refs = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      await changeBoth(pair, async (repository) => {
        for (const ref of [...refs].filter(() => draw(6) === 0)) {
          await removeRef(repository, ref, stage.environment);
          refs.delete(ref);
        }
        for (let count = 1 + draw(6); count > 0; count--) {
          const build = drawBuild(draw, round);
          await commitBuild(repository, build, stage.environment);
          refs.add(`${build.kind}/${build.id}/${build.arch}/${build.branch}`);
        }
      });
      expect(await publishBoth(pair)).toEqual([]);
    }
  });
});

/** Draws whole numbers below a bound, the same for the same seed. */
type Draw = (bound: number) => number;

function drawBuild(draw: Draw, release: number): Build {
  const pick = <T>(values: readonly T[]): T => values[draw(values.length)] as T;
  return {
    kind: pick(['app', 'runtime'] as const),
    id: `org.test.${pick(NAMES)}`,
    arch: pick(['x86_64', 'i386', 'aarch64', 'riscv64']),
    branch: pick(['stable', 'beta', '1.0']),
    subsets: ['free', 'floss', 'x'].filter(() => draw(3) === 0),
    metadata: drawMetadata(draw),
    release,
    words: [
      ...(draw(4) === 0 ? [`--end-of-life=${'because '.repeat(draw(5))}`] : []),
      ...(draw(5) === 0 ? ['--end-of-life-rebase=org.test.a'] : []),
      ...(draw(4) === 0 ? [`--token-type=${draw(3)}`] : []),
    ],
  };
}

function drawMetadata(draw: Draw): string {
  const extra = `[Extra Data]\nname=x\nuri=https://example.org/x\nsize=${draw(1_000_000)}\nchecksum=${'2'.repeat(64)}\n`;
  return `[Environment]\nTEXT=${'ä'.repeat(draw(300))}\n\n${draw(4) === 0 ? extra : ''}`;
}

/** Numbers by a linear congruential generator: its upper bits are good enough to draw from. */
function drawer(seed: number): Draw {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
