/**
 * A published tree through the eyes of somebody without repomill: gunzip, sha256sum, bspatch and a JSON parser.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the contract promises of `index.json`. The shell ignores anything else in it. */
export interface PlainIndex {
  readonly signed: {
    readonly format: string;
    readonly version: number;
    readonly summaries: readonly PlainSummary[];
  };
  readonly signatures: readonly unknown[];
}

/** One entry of `summaries`. */
export interface PlainSummary {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: string;
  readonly size: number;
  readonly storedSize: number;
  readonly packages: number;
  readonly header: { readonly sha256: string; readonly size: number; readonly storedSize: number };
  readonly history: readonly { readonly sha256: string; readonly deltaSize: number }[];
}

/** `index.json` of a tree. */
export function readIndex(tree: string): PlainIndex {
  const index: PlainIndex = JSON.parse(readFileSync(join(tree, 'index.json'), 'utf8'));
  return index;
}

/** The summary of an arch and subset. Throws where the index has none. */
export function summaryOf({ signed }: PlainIndex, arch: string, subset?: string): PlainSummary {
  const found = signed.summaries.find((entry) => entry.arch === arch && entry.subset === subset);
  if (found === undefined) throw new Error(`no summary of ${arch} ${subset ?? ''}`);
  return found;
}

/** The paths of everything that an index names. */
export function pathsNamedBy({ signed }: PlainIndex): readonly string[] {
  const named = signed.summaries.flatMap(({ sha256, history }) => [
    `summaries/${sha256}.gz`,
    ...history.flatMap((old) => [`summaries/${old.sha256}.gz`, `deltas/${old.sha256}-${sha256}.bsdiff`]),
  ]);
  return [...new Set(['index.json', ...named])].sort();
}

/** `gunzip -c FILE | sha256sum` */
export function digestByShell(file: string): string {
  return shell('gunzip -c "$1" | sha256sum', file).toString('latin1').slice(0, 64);
}

/** `gunzip -c FILE` */
export function gunzipByShell(file: string): Buffer {
  return shell('gunzip -c "$1"', file);
}

/** `bspatch OLD NEW DELTA` on two summaries; the digest of what comes out. `scratch` is an empty directory. */
export function patchByShell(oldSummary: string, delta: string, scratch: string): string {
  const script = 'gunzip -c "$1" >"$3/old" && bspatch "$3/old" "$3/new" "$2" && sha256sum <"$3/new"';
  return shell(script, oldSummary, delta, scratch).toString('latin1').slice(0, 64);
}

function shell(script: string, ...words: readonly string[]): Buffer {
  return execFileSync('sh', ['-c', script, 'sh', ...words], { maxBuffer: 2 ** 28 });
}
