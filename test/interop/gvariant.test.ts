/**
 * GLib must make the vectors again, and must read what repomill packs as repomill does.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNormal } from '../../src/glib/gvariant/check-normal.ts';
import {
  type Packed,
  packArray,
  packBoolean,
  packBytes,
  packDictionary,
  packInt32,
  packString,
  packTuple,
  packUint32,
  packUint64,
  packVariant,
  packWhole,
} from '../../src/glib/gvariant/pack.ts';
import { Variant } from '../../src/glib/gvariant/variant.ts';
import { parseVariantType } from '../../src/glib/gvariant/variant-type.ts';
import { anySample, anyType } from '../unit/glib/gvariant/arbitrary-values.ts';
import { refusalOf } from '../unit/glib/gvariant/refusal.ts';
import { encodedVectors } from '../unit/glib/gvariant/vectors.ts';
import { requirePeer } from './programs.ts';

const script = fileURLToPath(new URL('gvariant.py', import.meta.url));
// The system's Python has the system's packages; a different one may come before it on the PATH.
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'from gi.repository import GLib']).status === 0,
);
const hasGlib = requirePeer('GLib for Python (python3-gi, gir1.2-glib-2.0)', python !== undefined);

function glib(mode: 'vectors' | 'print', input = ''): string {
  return execFileSync(python ?? '', [script, mode], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** For each value whether GLib calls it normal, and how it prints it. */
function print(values: readonly Packed[]): readonly (readonly [normal: boolean, text: string])[] {
  const lines = values.map(({ type, bytes }) => `${type.text} ${Buffer.from(bytes).toString('base64')}\n`);
  return glib('print', lines.join(''))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as [boolean, string]);
}

describe.skipIf(!hasGlib)('GLib', () => {
  it('makes the vectors as they are', () => {
    expect(JSON.parse(glib('vectors'))).toEqual(encodedVectors);
  });

  it('reads what is packed', () => {
    const entry = packTuple([
      packString('app/org.example.App/x86_64/stable'),
      packTuple([
        packUint64(512n, 'big'),
        packBytes(Uint8Array.of(1, 2, 255)),
        packDictionary([['xa.data', packTuple([packUint64(7n), packString('Name=Zoë')])]]),
      ]),
    ]);
    const summary = packTuple([
      packArray('(s(taya{sv}))', [entry]),
      packDictionary([
        ['flag', packBoolean(true)],
        ['less', packInt32(-3)],
        ['more', packUint32(4_000_000_000)],
        ['nested', packVariant(packArray('s', []))],
      ]),
    ]);
    expect(print([summary])).toEqual([
      [
        true,
        "([('app/org.example.App/x86_64/stable', (uint64 562949953421312, [byte 0x01, 0x02, 0xff], " +
          "{'xa.data': <(uint64 7, 'Name=Zoë')>}))], " +
          "{'flag': <true>, 'less': <-3>, 'more': <uint32 4000000000>, 'nested': <<@as []>>})",
      ],
    ]);
  });

  it('calls normal whatever is packed', () => {
    const samples = fc.sample(anySample('little'), { numRuns: 1000, seed: 7 }).map(({ packed }) => packed);
    expect(print(samples).filter(([normal]) => !normal)).toEqual([]);
  });

  it('calls normal exactly what checkNormal accepts, of values with a byte changed', () => {
    const change = fc.tuple(anySample('little'), fc.nat(), fc.nat(255)).map(([{ packed }, place, byte]) => {
      const bytes = packed.bytes.slice();
      if (bytes.length > 0) bytes[place % bytes.length] = byte;
      return packWhole(packed.type, bytes);
    });
    expectSameVerdicts(fc.sample(change, { numRuns: 3000, seed: 11 }));
  });

  it('calls normal exactly what checkNormal accepts, of any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      fc.array(fc.nat(9)).map((all) => Uint8Array.from(all)),
    );
    const noise = fc.tuple(anyType, bytes).map(([text, all]) => packWhole(parseVariantType(text), all));
    expectSameVerdicts(fc.sample(noise, { numRuns: 3000, seed: 13 }));
  });
});

// GLib looks for no offsets in a tuple of no bytes: with empty parts it has two normal forms there. Repomill has one.
const twofold = /expected \d+ offsets, found 0 bytes$/;

function expectSameVerdicts(values: readonly Packed[]): void {
  const verdicts = print(values).map(([normal]) => normal);
  const ours = values.map(({ type, bytes }) => refusalOf(() => checkNormal(new Variant(type, bytes))));
  const different = values.filter((_, i) => {
    const message = ours[i];
    return verdicts[i] ? message !== undefined && !twofold.test(message) : message === undefined;
  });
  expect(different.map(({ type, bytes }) => [type.text, Buffer.from(bytes).toString('hex')])).toEqual([]);
  expect(new Set(verdicts)).toEqual(new Set([true, false]));
}
