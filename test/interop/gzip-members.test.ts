import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { gunzip } from '../../src/platform/zlib/gunzip.ts';
import { gunzipInJs, gzip } from '../../src/platform/zlib/gzip.ts';
import { requirePeer, requireProgram } from './programs.ts';

const APT_HELPER = '/usr/lib/apt/apt-helper';

const hasGunzip = requireProgram('gunzip');
const hasPython = requireProgram('python3');
const hasApt = requirePeer(APT_HELPER, existsSync(APT_HELPER));

const stanza = (_: unknown, i: number): string => `Package: p${i % 977}\nVersion: ${i * i}\nSize: ${i * 7919}\n\n`;
const text = encodeText(Array.from({ length: 9000 }, stanza).join(''));
const noise = Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i ^ (i >> 7), 2654435761) >>> 13);
const pieces = [text, new Uint8Array(), Uint8Array.of(97), noise, new Uint8Array(500_000), text.subarray(0, 70_001)];
const whole = concatBytes(pieces);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gzip-interop-'));
});
afterAll(() => rm(directory, { recursive: true }));

function run(program: string, args: readonly string[], input?: Uint8Array): Buffer {
  return execFileSync(program, args, { maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'pipe'], ...(input && { input }) });
}

/** Every program here that reads .gz, by what it prints of a file; ours, too. */
const readers: readonly (readonly [
  name: string,
  isThere: boolean,
  read: (file: string, stored: Uint8Array, size: number) => Uint8Array | Promise<Uint8Array>,
])[] = [
  ['gunzip', hasGunzip, (_file, stored) => run('gunzip', ['--stdout'], stored)],
  [
    "Python's gzip",
    hasPython,
    (file) => run('python3', ['-c', 'import gzip,sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())', file]),
  ],
  ['apt', hasApt, (file) => run(APT_HELPER, ['cat-file', file])],
  ['Node', true, (_file, stored, size) => gunzip(stored, size)],
  ['fflate', true, (_file, stored, size) => gunzipInJs(stored, size)],
];

describe.each([[6], [9]] as const)('members of gzip at level %i', (level) => {
  it.each(readers.filter(([, isThere]) => isThere))(
    'are one file to %s when they follow each other',
    async (_reader, _isThere, read) => {
      const stored = concatBytes(pieces.map((piece) => gzip(piece, level)));
      const file = join(directory, `members-${level}.gz`);
      await writeFile(file, stored);
      expect(Buffer.compare(await read(file, stored, whole.length), whole)).toBe(0);
    },
    60_000,
  );

  it('say nothing of time, file and machine', () => {
    for (const piece of pieces) {
      const header = gzip(piece, level).subarray(0, 10);
      expect([...header.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
      expect(header[9]).toBe(3);
    }
  });

  it.skipIf(!hasGunzip)(
    'hold any bytes',
    () => {
      const contents = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 5 });
      fc.assert(
        fc.property(contents, (some) => {
          const stored = concatBytes(some.map((piece) => gzip(piece, level)));
          expect(Buffer.compare(run('gunzip', ['--stdout'], stored), concatBytes(some))).toBe(0);
        }),
        { numRuns: 20 },
      );
    },
    60_000,
  );
});
