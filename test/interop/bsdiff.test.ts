import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { decodeBzip2Into } from '../../src/bzip2/decoder.ts';
import { applyDelta, inspectDelta } from '../../src/delta/apply-delta.ts';
import { formatBsdiff40 } from '../../src/delta/bsdiff40/format-bsdiff40.ts';
import { matchBytes } from '../../src/delta/match/match-bytes.ts';
import { loadBsdiff } from '../../src/platform/bsdiff.ts';
import { requirePeer, requireProgram } from './programs.ts';

const maker = await loadBsdiff();
const hasAddon = requirePeer('bsdiff-node', 'make' in maker);
const hasBsdiff = requireProgram('bsdiff');
const hasBspatch = requireProgram('bspatch');
const hasBzip2 = requireProgram('bzip2');

interface Step {
  readonly title: string;
  readonly old: Uint8Array;
  readonly next: Uint8Array;
}

const records = Array.from(
  { length: 3000 },
  (_, i) => `name: demo-${i}\nversion: ${i % 7}.${i % 11}\nsize: ${i * i}\n\n`,
);
const steps: readonly Step[] = [
  {
    title: 'a few records changed',
    old: text(records),
    next: text(records.map((record, i) => (i % 500 ? record : `${record}new: yes\n`))),
  },
  { title: 'records removed', old: text(records), next: text(records.filter((_, i) => i % 100 !== 3)) },
  { title: 'records in reverse order', old: text(records.slice(0, 300)), next: text(records.slice(0, 300).reverse()) },
  {
    title: 'bytes that do not compress',
    old: noise(50_000, 1),
    next: concatBytes([noise(20_000, 2), noise(50_000, 1)]),
  },
  { title: 'nothing changed', old: text(records), next: text(records) },
  { title: 'one byte changed', old: Uint8Array.of(1), next: Uint8Array.of(2) },
  { title: 'a day of Debian', old: example('main/amd64'), next: example('update/main/amd64') },
  { title: 'a different architecture', old: example('main/amd64'), next: example('main/arm64') },
  { title: 'fewer zeros', old: new Uint8Array(60_000), next: new Uint8Array(50_000) },
  { title: 'more of a short string', old: text(['abc'.repeat(9000)]), next: text(['x', 'abc'.repeat(12_000), 'y']) },
];
const emptySteps: readonly Step[] = [
  { title: 'an empty new file', old: text(records), next: new Uint8Array() },
  { title: 'an empty old file', old: new Uint8Array(), next: text(records) },
  { title: 'two empty files', old: new Uint8Array(), next: new Uint8Array() },
];

/** Each delta of a step is made once. */
const addonDelta = once(({ old, next }) => makeByAddon(old, next));
const programDelta = once(({ old, next }) => diffByProgram(old, next));
const ownDelta = once(({ old, next }) => formatBsdiff40(matchBytes(old, next), next.length));

describe.skipIf(!hasAddon)('deltas by bsdiff-node', () => {
  it.each([...steps, ...emptySteps])('are applied: $title', async (step) => {
    expectSame(applyDelta(step.old, await addonDelta(step), step.next.length), step.next);
  });

  it.skipIf(!hasBspatch).each(steps)('are applied by bspatch as well: $title', async (step) => {
    expectSame(patchByProgram(step.old, await addonDelta(step)), step.next);
  });

  it.skipIf(!hasBsdiff).each(steps)('are byte for byte those of the program bsdiff: $title', async (step) => {
    expectSame(await addonDelta(step), programDelta(step));
  });
});

describe.skipIf(!hasAddon)('matchBytes', () => {
  it.each([...steps, ...emptySteps])('gives, byte for byte, the deltas of bsdiff-node: $title', async (step) => {
    expectSame(ownDelta(step), await addonDelta(step));
  });

  it('does so for any files of few values that have chunks in common', async () => {
    const bytes = fc.uint8Array({ maxLength: 200, max: 3 });
    const chunk = fc.tuple(fc.nat(200), fc.nat(90));
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(fc.oneof(chunk, bytes), { maxLength: 5 }), async (old, chunks) => {
        const next = concatBytes(
          chunks.map((part) => (part instanceof Uint8Array ? part : old.subarray(part[0], part[0] + part[1]))),
        );
        expectSame(formatBsdiff40(matchBytes(old, next), next.length), await makeByAddon(old, next));
      }),
      { numRuns: 100 },
    );
  });
});

describe.skipIf(!hasBsdiff)('deltas by the program bsdiff', () => {
  it.each(steps)('are applied: $title', (step) => {
    const delta = programDelta(step);
    expectSame(applyDelta(step.old, delta, step.next.length), step.next);
    const { diffBytes, extraBytes } = inspectDelta(delta);
    expect(diffBytes + extraBytes).toBe(step.next.length);
  });

  it.each(steps)('are byte for byte those of matchBytes: $title', (step) => {
    expectSame(ownDelta(step), programDelta(step));
  });
});

describe.skipIf(!hasBspatch || !hasBsdiff)('a wrong old file', () => {
  it.each(steps.slice(0, 3))('gives the same wrong bytes as with bspatch: $title', (step) => {
    const { old, next } = step;
    const delta = programDelta(step);
    for (const wrong of [old.subarray(0, old.length - 100), old.map((byte) => byte ^ 1), text(['another file'])]) {
      expectSame(applyDelta(wrong, delta, next.length), patchByProgram(wrong, delta));
    }
  });
});

describe.skipIf(!hasBzip2)('files by the program bzip2', () => {
  it.each([1, 2, 9])('are decoded at block size %i', (level) => {
    for (const { next } of steps) {
      const stored = execFileSync('bzip2', ['-c', `-${level}`], { input: next, maxBuffer: 1 << 24 });
      const decoded = new Uint8Array(next.length);
      decodeBzip2Into(stored, decoded);
      expectSame(decoded, next);
    }
  });
});

function once<Delta>(make: (step: Step) => Delta): (step: Step) => Delta {
  const made = new Map<Step, Delta>();
  return (step) => {
    const delta = made.get(step) ?? make(step);
    made.set(step, delta);
    return delta;
  };
}

async function makeByAddon(old: Uint8Array, next: Uint8Array): Promise<Uint8Array> {
  if ('missing' in maker) throw new Error(maker.missing);
  return await maker.make(old, next);
}

function diffByProgram(old: Uint8Array, next: Uint8Array): Uint8Array {
  return runOnFiles('bsdiff', ['old', 'new', 'delta'], { old, new: next }, 'delta');
}

function patchByProgram(old: Uint8Array, delta: Uint8Array): Uint8Array {
  return runOnFiles('bspatch', ['old', 'new', 'delta'], { old, delta }, 'new');
}

function runOnFiles(
  program: string,
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array>>,
  result: string,
): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-test-'));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
    execFileSync(program, args, { cwd: directory });
    return readFileSync(join(directory, result));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Compares without listing hundreds of thousands of bytes if they differ. */
function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  expect([actual.length, Buffer.compare(actual, expected)]).toEqual([expected.length, 0]);
}

function example(folder: string): Uint8Array {
  return readFileSync(new URL(`../../examples/debian/${folder}/Packages`, import.meta.url));
}

function text(parts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(parts.join(''));
}

/** Bytes of a linear congruential generator: the same on every run. */
function noise(size: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16;
  });
}
