/**
 * Makes a delta between two canonical summaries on disk and says nothing: a process to time beside bsdiff.
 *
 * Usage: node bench/make-delta.mjs OLD NEW DELTA (after `npm run build`). Of the two files, the headers and the buckets that
 * changed are read.
 */
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { makeDelta } from '../dist/delta/make-delta.js';
import { matchSeeds } from '../dist/delta/match-seeds.js';
import { decodeHeader } from '../dist/format/summary.js';
import { deltaInput } from '../dist/layouts/native/summary-parts.js';

const FIRST_READ = 1 << 16;
const NEWLINE = 0x0a;

const [oldFile, newFile, deltaFile] = process.argv.slice(2);
if (deltaFile === undefined) throw new Error('usage: node bench/make-delta.mjs OLD NEW DELTA');
const old = openSummary(oldFile);
const next = openSummary(newFile);
writeFileSync(deltaFile, await makeDelta(deltaInput(old, next), { matcher: async (a, b) => matchSeeds(a, b) }));
old.close();
next.close();

function openSummary(file) {
  const handle = openSync(file);
  const read = (target, start) => target.subarray(0, readSync(handle, target, 0, target.length, start));
  let first = read(new Uint8Array(FIRST_READ), 0);
  while (!first.includes(NEWLINE)) first = read(new Uint8Array(first.length * 2), 0);
  const { header, length } = decodeHeader(first);
  const starts = [length];
  for (const [i, { size }] of header.buckets.entries()) starts.push(starts[i] + size);
  // Nobody keeps the bytes of a bucket: one piece of memory serves them all.
  const memory = new Uint8Array(Math.max(0, ...header.buckets.map(({ size }) => size)));
  const bucket = async (position) => read(memory.subarray(0, header.buckets[position].size), starts[position]);
  return { header: first.subarray(0, length), bucket, close: () => closeSync(handle) };
}
