import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPatch, MAX_PATCH_LINE, parsePatch } from '../../../src/layouts/apt/format/ed-script.ts';
import {
  applyPatch,
  decodeLines,
  encodeLines,
  type LinePatch,
  lineGrowth,
  patchText,
} from '../../../src/layouts/apt/format/line-patch.ts';
import { comparePieces } from '../../../src/layouts/apt/generate/pdiffs/compare-pieces.ts';
import { composePatches } from '../../../src/layouts/apt/generate/pdiffs/compose-patches.ts';
import { packPatch } from '../../../src/layouts/apt/generate/pdiffs/pack-patch.ts';
import { anyPatch } from '../../unit/layouts/apt/random-patch.ts';
import { requirePeer, requireProgram } from '../programs.ts';

/** apt's own program for patches. */
const RRED = '/usr/lib/apt/methods/rred';
const hasRred = requirePeer(RRED, existsSync(RRED));
const hasDiff = requireProgram('diff');
const hasEd = requireProgram('ed');
const hasPatch = requireProgram('patch');
const hasGzip = requireProgram('gzip');

const ROUNDS = { numRuns: 60, seed: 12 };
const lines = Array.from({ length: 40 }, (_, i) => (i % 4 === 3 ? '' : `Field-${i % 7}: value ${i}\xe9`));
const text = encodeLines(lines);
const anyTwo = anyPatch(lines.length).chain((first) =>
  anyPatch(lines.length + lineGrowth(first)).map((second) => [first, second] as const),
);

describe.skipIf(!hasRred)('apt', () => {
  it('applies the patches that are written', () => {
    fc.assert(
      fc.property(anyPatch(lines.length), (patch) => {
        const applied = inDirectory({ patch: formatPatch(patch) }, (path) => run(RRED, ['-f', path('patch')], text));
        expect(applied).toEqual(patchText(text, patch));
      }),
      ROUNDS,
    );
  });

  it('inserts the longest line that is written', () => {
    const patch = [{ start: 7, removed: 0, lines: ['x'.repeat(MAX_PATCH_LINE - 1), 'y'] }];
    const applied = inDirectory({ patch: formatPatch(patch) }, (path) => run(RRED, ['-f', path('patch')], text));
    expect(Buffer.compare(applied, patchText(text, patch))).toBe(0);
  });

  it('applies two patches at once, as it does the composed one', () => {
    fc.assert(
      fc.property(anyTwo, ([first, second]) => {
        const composed = composePatches(first, second);
        const files = { first: formatPatch(first), second: formatPatch(second), composed: formatPatch(composed) };
        const both = inDirectory(files, (path) => run(RRED, ['-f', path('first'), path('second')], text));
        expect(both).toEqual(patchText(text, composed));
        expect(inDirectory(files, (path) => run(RRED, ['-f', path('composed')], text))).toEqual(both);
      }),
      ROUNDS,
    );
  });
});

describe.skipIf(!hasEd)('ed', () => {
  it('applies the patches that are written', () => {
    fc.assert(
      fc.property(anyPatch(lines.length), (patch) => {
        const script = new Uint8Array([...formatPatch(patch), ...Buffer.from('w\n')]);
        const applied = inDirectory({ text }, (path) => {
          run('ed', ['-s', path('text')], script);
          return new Uint8Array(readFileSync(path('text')));
        });
        expect(applied).toEqual(patchText(text, patch));
      }),
      ROUNDS,
    );
  });

  it.skipIf(!hasPatch)('applies them by patch, too', () => {
    const patch: LinePatch = [
      { start: 0, removed: 0, lines: ['first'] },
      { start: 7, removed: 3, lines: ['x', ''] },
      { start: 30, removed: 2, lines: [] },
      { start: 40, removed: 0, lines: ['last'] },
    ];
    const applied = inDirectory({ text, patch: formatPatch(patch) }, (path) => {
      run('patch', ['-s', '-e', path('text'), path('patch')]);
      return new Uint8Array(readFileSync(path('text')));
    });
    expect(applied).toEqual(patchText(text, patch));
  });
});

describe.skipIf(!hasDiff)('diff', () => {
  it('writes patches that are parsed', () => {
    fc.assert(
      fc.property(anyPatch(lines.length), (patch) => {
        const next = applyPatch(lines, patch);
        expect(applyPatch(lines, parsePatch(diff(text, encodeLines(next))))).toEqual(next);
      }),
      ROUNDS,
    );
  });

  it('writes patches for a day of Debian that are hardly smaller', () => {
    const old = example('main/amd64');
    const next = example('update/main/amd64');
    const patch = comparePieces([pieceOf(old)], [pieceOf(next)], next.length) ?? [];
    expect(patchText(old, patch)).toEqual(next);
    expect(formatPatch(patch).length).toBeLessThan(diff(old, next).length * 1.01);
  });
});

describe.skipIf(!hasGzip)('gzip', () => {
  it('decompresses patches, and makes them no smaller', () => {
    const script = encodeLines(lines);
    const { gz } = packPatch(script);
    expect(run('gzip', ['-dc'], gz)).toEqual(script);
    expect(gz.length).toBeLessThanOrEqual(run('gzip', ['-9nc'], script).length);
  });
});

/** A whole Packages file as one piece. */
function pieceOf(packages: Uint8Array) {
  const stanzas: Uint8Array[] = [];
  for (let at = 0; at < packages.length; ) {
    const end = Buffer.from(packages.buffer, packages.byteOffset, packages.length).indexOf('\n\n', at) + 1;
    stanzas.push(packages.subarray(at, end));
    at = end + 1;
  }
  const listed = stanzas.map((one) => ({ key: Buffer.from(one).toString('latin1'), lines: decodeLines(one).length }));
  return {
    key: listed.map(({ key }) => key).join('\n'),
    lines: listed.reduce((sum, one) => sum + one.lines + 1, 0),
    open: () => ({ stanzas: listed, text: (index: number) => stanzas[index] ?? new Uint8Array() }),
  };
}

function example(path: string): Uint8Array {
  const file = readFileSync(new URL(`../../../examples/debian/${path}/Packages`, import.meta.url), 'utf8');
  return new Uint8Array(Buffer.from(`${file.replace(/\n+$/, '')}\n\n`));
}

function diff(old: Uint8Array, next: Uint8Array): Uint8Array {
  return inDirectory({ old, next }, (path) => run('diff', ['--ed', '--text', path('old'), path('next')], undefined, 1));
}

/** What a program writes to its standard output. */
function run(program: string, args: readonly string[], input?: Uint8Array, allowed = 0): Uint8Array {
  try {
    const options = {
      stdio: 'pipe',
      ...(input === undefined ? {} : { input }),
      env: { ...process.env, LC_ALL: 'C' },
    } as const;
    return new Uint8Array(execFileSync(program, [...args], options));
  } catch (error) {
    if (allowed > 0 && error instanceof Error && 'status' in error && error.status === allowed && 'stdout' in error)
      return new Uint8Array(error.stdout as Buffer);
    throw error;
  }
}

function inDirectory<T>(files: Readonly<Record<string, Uint8Array>>, use: (path: (name: string) => string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-pdiff-'));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(directory, name), bytes);
    return use((name) => join(directory, name));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
