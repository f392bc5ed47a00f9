/**
 * Makes a delta between two canonical summaries on disk and says nothing: a process to time beside bsdiff. Of the two files,
 * it reads the headers and the buckets that changed.
 *
 * Usage: node bench/dist/bench/make-delta.js OLD NEW DELTA
 */
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { makeDelta } from '../src/delta/make-delta.ts';
import { matchSeeds } from '../src/delta/match/match-seeds.ts';
import { decodeHeader } from '../src/layouts/native/format/summary.ts';
import { deltaInput, type SummaryParts } from '../src/layouts/native/generate/deltas/summary-parts.ts';

const FIRST_READ = 1 << 16;
const NEWLINE = 0x0a;

const [oldFile = '', newFile = '', deltaFile] = process.argv.slice(2);
if (deltaFile === undefined) throw new Error('usage: make-delta OLD NEW DELTA');
const old = openSummary(oldFile);
const next = openSummary(newFile);
writeFileSync(deltaFile, await makeDelta(deltaInput(old, next), { matcher: async (a, b) => matchSeeds(a, b) }));
old.close();
next.close();

function openSummary(file: string): SummaryParts & { close(): void } {
  const handle = openSync(file, 'r');
  const read = (target: Uint8Array, start: number): Uint8Array =>
    target.subarray(0, readSync(handle, target, 0, target.length, start));
  let first = read(new Uint8Array(FIRST_READ), 0);
  while (!first.includes(NEWLINE)) first = read(new Uint8Array(first.length * 2), 0);
  const { header, length } = decodeHeader(first);
  const starts = [length];
  for (const { size } of header.buckets) starts.push((starts.at(-1) ?? 0) + size);
  // Nobody keeps the bytes of a bucket: one piece of memory serves them all.
  const memory = new Uint8Array(Math.max(0, ...header.buckets.map(({ size }) => size)));
  const bucket = async (position: number): Promise<Uint8Array> =>
    read(memory.subarray(0, header.buckets[position]?.size), starts[position] ?? 0);
  return { header: first.subarray(0, length), bucket, close: () => closeSync(handle) };
}
